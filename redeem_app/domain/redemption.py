"""Redemption: a person opens the link, signs in, and the reward is applied once (rules R1 to R3, R7)."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from redeem_app.domain.campaign import CampaignState, Item
from redeem_app.domain.ids import AccountKey, CampaignId, ItemId, LinkId, RewardGroupId, VisitId
from redeem_app.domain.ports import (
    AmazonSignIn,
    Clock,
    Delivered,
    DeliveryFailed,
    DeliveryProblem,
    DeliveryRequest,
    GiftDelivery,
    KeyedHash,
    LinkSigner,
    SignInFailed,
    SignInProblem,
)
from redeem_app.domain.records import (
    LinkedReward,
    Records,
    SignedIn,
    SignInUnderWay,
    StoredCampaign,
    Transaction,
    item_counter,
)
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Application, Chosen, RewardState, check_redeemable
from redeem_app.domain.stand_in import stand_in_for

SIGN_IN_LASTS: Final = timedelta(hours=1)
"""How long a person may take at Amazon; account creation with its mails included."""

VISIT_LASTS: Final = timedelta(hours=12)
"""How long a signed-in person may take to press the button, or come back to see what was applied."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The reward waits for the person: to sign in, or, with `signed_in`, to press the button."""

    link: LinkedReward
    items: tuple["OfferedItem", ...]
    selected: ItemId
    signed_in: SignedIn | None = None
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """One choice (rule R1); `replaces` names the sold-out item that it stands in for (rule R3)."""

    item: Item
    replaces: Item | None = None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Asked of Amazon, not yet heard."""

    link: LinkedReward
    application: Application
    item: Item


@dataclass(frozen=True, slots=True)
class Applied:
    """Done; `claim_code` only where delivery is by claim code and this person's account got it."""

    link: LinkedReward
    application: Application
    item: Item
    claim_code: str = ""


@dataclass(frozen=True, slots=True)
class TestOffer:
    """What a campaign's test link shows: the page, and nothing behind it (rule C1)."""

    stored: StoredCampaign
    items: tuple[OfferedItem, ...]


Seen = Offered | UnderWay | Applied | TestOffer


class Redemption:
    """The visitor's way from the link to the reward, in the visitor's order."""

    def __init__(  # noqa: PLR0913, PLR0917 - one collaborator for each port it needs
        self,
        records: Records,
        clock: Clock,
        links: LinkSigner,
        sign_in: AmazonSignIn,
        delivery: GiftDelivery,
        hashes: KeyedHash,
    ) -> None:
        self._records = records
        self._clock = clock
        self._links = links
        self._sign_in = sign_in
        self._delivery = delivery
        self._hashes = hashes

    def see(self, token: str, visit: VisitId | None) -> Seen:
        """What this visitor sees at this moment; changes nothing. Raises Refusal."""
        now = self._clock.now()
        if self._links.is_test(token):
            campaign_id = CampaignId(self._links.read(token))
            return self._records.read(lambda tx: _test_offer(tx, campaign_id, now))
        link_id = LinkId(self._links.read(token))
        return self._records.read(lambda tx: self._see(tx, link_id, visit, now))

    def _see(self, tx: Transaction, link_id: LinkId, visit: VisitId | None, now: datetime) -> Seen:
        link = _valid_link(tx, link_id)
        signed_in = self._signed_in(tx, visit, link, now)
        if link.application is not None and link.reward.state is not RewardState.ISSUED:
            _check_own(link.application, signed_in)
            item = link.offer.item(link.application.chosen.item_id)
            if link.reward.state is RewardState.APPLIED:
                return Applied(link, link.application, item)
            return UnderWay(link, link.application, item)
        _check_open(link, now)
        items = _offered_items(tx, link)
        selected = signed_in.chosen.item_id if signed_in else items[0].item.item_id
        if selected not in {offered.item.item_id for offered in items}:
            selected = next((o.item.item_id for o in items if o.replaces and o.replaces.item_id == selected), selected)
        return Offered(link, items, selected, signed_in)

    def campaign_of(self, token: str) -> StoredCampaign | None:
        """Whose page it is, for pages that say no; None where the token leads nowhere."""
        try:
            carried = self._links.read(token)
        except Refusal:
            return None
        if self._links.is_test(token):
            return self._records.read(lambda tx: tx.campaigns.campaign(CampaignId(carried)))
        link = self._records.read(lambda tx: tx.rewards.linked(LinkId(carried)))
        return None if link is None else link.stored

    def claim_code(self, applied: Applied) -> str:
        """The code again, from the partner and by the same request id, since it is never stored."""
        if applied.application.delivery != "claim-code":
            return ""
        try:
            return self._delivery.deliver(_request(applied.application)).claim_code or ""
        except DeliveryFailed:
            return ""

    def start_sign_in(self, token: str, chosen: Chosen, visit: VisitId, *, state: str, code_verifier: str) -> str:
        """Note who goes where, and give the address at Amazon. Raises Refusal."""
        now = self._clock.now()
        link_id = self._real_link(token)

        def work(tx: Transaction) -> None:
            link = _valid_link(tx, link_id)
            if link.reward.state is RewardState.ISSUED:
                _check_open(link, now)
                _check_offered(tx, link, chosen)
            tx.visits.begin_sign_in(SignInUnderWay(_digest(state), _digest(visit), link_id, chosen, code_verifier, now))

        self._records.write(work)
        return self._sign_in.address(state=state, code_verifier=code_verifier)

    def finish_sign_in(self, visit: VisitId, *, state: str, code: str, error: str, description: str) -> str:
        """Amazon sent the browser back: learn the account, and give the token of the reward's page.

        Raises SignInEnded with that token where the sign-in failed, Refusal(SIGN_IN_LOST) where it is not known.
        """
        now = self._clock.now()
        under_way = self._records.write(lambda tx: tx.visits.pop_sign_in(_digest(state)))
        if under_way is None or under_way.visit_hash != _digest(visit) or now - under_way.begun_at > SIGN_IN_LASTS:
            raise Refusal(Reason.SIGN_IN_LOST)
        token = self._links.token(under_way.link_id)
        if error or not code:
            raise SignInEnded(token, self._sign_in.problem_of(error, description))
        try:
            account = self._sign_in.account(code=code, code_verifier=under_way.code_verifier)
        except SignInFailed as failed:
            raise SignInEnded(token, failed.problem) from failed
        signed_in = SignedIn(account.id, account.label, under_way.chosen, now)
        self._records.write(lambda tx: _remember(tx, under_way, signed_in))
        return token

    def apply(self, token: str, visit: VisitId, chosen: Chosen) -> None:
        """Apply the reward to the account that signed in, exactly once. Raises Refusal.

        Returns when the outcome is known, or known to be unknown; a second call while the first is under way
        changes nothing.
        """
        now = self._clock.now()
        link_id = self._real_link(token)
        application = self._records.write(lambda tx: self._begin(tx, link_id, visit, chosen, now))
        if application is not None:
            self.settle(application, RewardState.APPLYING)

    def _begin(
        self, tx: Transaction, link_id: LinkId, visit: VisitId, chosen: Chosen, now: datetime
    ) -> Application | None:
        """Commit to one application, by one conditional write; None when it was begun before."""
        link = _valid_link(tx, link_id)
        signed_in = self._signed_in(tx, visit, link, now)
        if signed_in is None:
            raise Refusal(Reason.SIGN_IN_NEEDED)
        if link.application is not None:
            _check_own(link.application, signed_in)
            return None
        _check_open(link, now)
        item = _check_offered(tx, link, chosen)
        if not tx.rewards.move(link.reward.reward_id, RewardState.ISSUED, RewardState.APPLYING, now):
            return None
        if not tx.counters.take(_stock_of(link, item.item_id), 1):
            raise Refusal(Reason.OUT_OF_STOCK, item=item.item_id)
        application = Application(
            reward_id=link.reward.reward_id,
            request_id=link.reward.reward_id,
            account_id=signed_in.account_id,
            account_key=AccountKey(self._hashes.of("account", signed_in.account_id)),
            account_label=signed_in.account_label,
            chosen=chosen,
            value=item.value,
            delivery=self._delivery.name,
            started_at=now,
            tried_at=now,
        )
        tx.rewards.begin_application(application)
        return application

    def settle(self, application: Application, before: RewardState) -> RewardState:
        """Ask the partner, or ask again with the same request id, and write down what it says.

        `before` is the state the reward is in. Raises Refusal where the partner surely applied nothing.
        """
        try:
            delivered = self._delivery.deliver(_request(application))
        except DeliveryFailed as failed:
            return self._settle_failure(application, before, failed)
        self._records.write(lambda tx: self._write_applied(tx, application, before, delivered))
        return RewardState.APPLIED

    def _write_applied(
        self, tx: Transaction, application: Application, before: RewardState, delivered: Delivered
    ) -> None:
        now = self._clock.now()
        other = RewardState.UNKNOWN if before is RewardState.APPLYING else RewardState.APPLYING
        # A sweeper may have moved the reward to or from `unknown` meanwhile; the success counts in either case.
        if tx.rewards.move(application.reward_id, before, RewardState.APPLIED, now) or tx.rewards.move(
            application.reward_id, other, RewardState.APPLIED, now
        ):
            tx.rewards.settle_application(application.reward_id, delivered.reference, now)

    def _settle_failure(self, application: Application, before: RewardState, failed: DeliveryFailed) -> RewardState:
        if not _applied_nothing(before, failed):
            if before is RewardState.APPLYING:
                self._move(application, RewardState.APPLYING, RewardState.UNKNOWN)
            return RewardState.UNKNOWN
        self._records.write(lambda tx: self._write_released(tx, application, before))
        reason = _REASONS[failed.problem]
        raise Refusal(reason, problem=failed.problem) from failed

    def _write_released(self, tx: Transaction, application: Application, before: RewardState) -> None:
        now = self._clock.now()
        if tx.rewards.move(application.reward_id, before, RewardState.ISSUED, now):
            link = tx.rewards.of_reward(application.reward_id)
            tx.rewards.drop_application(application.reward_id)
            if link is not None:
                tx.counters.give_back(_stock_of(link, application.chosen.item_id), 1)

    def _move(self, application: Application, before: RewardState, after: RewardState) -> None:
        now = self._clock.now()
        self._records.write(lambda tx: tx.rewards.move(application.reward_id, before, after, now))

    def sweep(self, *, lease: timedelta, limit: int = 100) -> dict[str, int]:
        """Settle applications whose outcome was not heard within `lease`, by asking again.

        Returns how many ended in which state; `refused` counts rewards that are open again.
        """
        now = self._clock.now()
        outcomes: dict[str, int] = {}
        for link in self._records.read(lambda tx: tx.rewards.unsettled(now - lease, limit)):
            outcome = self._settle_again(link, now)
            if outcome:
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
        return outcomes

    def _settle_again(self, link: LinkedReward, now: datetime) -> str:
        application = link.application
        if application is None:
            return ""
        taken = self._records.write(
            lambda tx: tx.rewards.note_attempt(application.reward_id, application.tried_at, now)
        )
        if not taken:
            return ""
        if link.reward.state is RewardState.APPLYING:
            self._move(application, RewardState.APPLYING, RewardState.UNKNOWN)
        try:
            return str(self.settle(replace(application, tried_at=now), RewardState.UNKNOWN))
        except Refusal:
            return "refused"

    def _real_link(self, token: str) -> LinkId:
        if self._links.is_test(token):
            self._links.read(token)
            raise Refusal(Reason.TEST_MODE)
        return LinkId(self._links.read(token))

    def _signed_in(self, tx: Transaction, visit: VisitId | None, link: LinkedReward, now: datetime) -> SignedIn | None:
        if visit is None:
            return None
        found = tx.visits.signed_in(_digest(visit), link.reward.reward_id)
        return found if found is not None and now - found.signed_in_at <= VISIT_LASTS else None


class SignInEnded(Exception):
    """A sign-in that failed, with the token of the page that the person came from."""

    def __init__(self, token: str, problem: SignInProblem) -> None:
        super().__init__(str(problem))
        self.token = token
        self.problem = problem
        self.reason = _SIGN_IN_REASONS[problem]


_SIGN_IN_REASONS: Final = {
    SignInProblem.REFUSED: Reason.SIGN_IN_REFUSED,
    SignInProblem.LOST: Reason.SIGN_IN_LOST,
    SignInProblem.UNAVAILABLE: Reason.AMAZON_UNAVAILABLE,
    SignInProblem.MISCONFIGURED: Reason.AMAZON_UNAVAILABLE,
}

_REASONS: Final = {
    DeliveryProblem.TEMPORARY: Reason.AMAZON_UNAVAILABLE,
    DeliveryProblem.THROTTLED: Reason.DELIVERY_DELAYED,
    DeliveryProblem.FUNDS_LOW: Reason.DELIVERY_DELAYED,
    DeliveryProblem.PARTNER_BLOCKED: Reason.DELIVERY_DELAYED,
    DeliveryProblem.INVALID: Reason.DELIVERY_DELAYED,
    DeliveryProblem.ACCOUNT_REFUSED: Reason.ACCOUNT_CANNOT_RECEIVE,
}

_ABOUT_THE_ID: Final = frozenset({DeliveryProblem.ACCOUNT_REFUSED, DeliveryProblem.INVALID})
"""Answers the partner gives only where no earlier call with this request id succeeded."""


def _applied_nothing(before: RewardState, failed: DeliveryFailed) -> bool:
    """Whether no call with this request id can have been applied.

    `settled` speaks of one call. After an unheard answer, a throttled or unsent call says nothing of the earlier one.
    """
    return failed.settled and (before is RewardState.APPLYING or failed.problem in _ABOUT_THE_ID)


def _request(application: Application) -> DeliveryRequest:
    return DeliveryRequest(application.request_id, application.account_id, application.value)


def _digest(secret: str) -> str:
    """Random secrets are looked up by digest, so that the database alone opens nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _valid_link(tx: Transaction, link_id: LinkId) -> LinkedReward:
    link = tx.rewards.linked(link_id)
    if link is None:
        raise Refusal(Reason.LINK_INVALID)
    if link.replaced_at is not None:
        raise Refusal(Reason.LINK_REPLACED, when=link.replaced_at)
    return link


def _check_own(application: Application, signed_in: SignedIn | None) -> None:
    """Only the account that got the reward sees it; everyone else learns no more than that it is used (R7)."""
    if signed_in is None or signed_in.account_id != application.account_id:
        raise Refusal(Reason.REWARD_USED)


def _check_open(link: LinkedReward, now: datetime) -> None:
    check_redeemable(link.reward, now)
    if link.stored.state_at(now) is CampaignState.SUSPENDED:
        raise Refusal(Reason.CAMPAIGN_SUSPENDED)


def _stock_of(link: LinkedReward, item_id: ItemId) -> str:
    return item_counter(link.reward.campaign_id, link.offer.group_id, item_id)


def _offered_items(tx: Transaction, link: LinkedReward) -> tuple[OfferedItem, ...]:
    """What can be chosen now: the items in stock, and for each sold-out item its stand-in (rules R1, R3)."""
    return _in_stock(tx, link.reward.campaign_id, link.offer.group_id, link.offer.items, link.offer.alternatives)


def _in_stock(
    tx: Transaction,
    campaign_id: CampaignId,
    group_id: RewardGroupId,
    items: tuple[Item, ...],
    alternatives: tuple[Item, ...],
) -> tuple[OfferedItem, ...]:
    names = {item_counter(campaign_id, group_id, item): item for item in (*items, *alternatives)}
    left = tx.counters.left(names)
    available = frozenset(item.item_id for name, item in names.items() if left.get(name, 0) > 0)
    offered = [OfferedItem(item) for item in items if item.item_id in available]
    for sold_out in (item for item in items if item.item_id not in available):
        shown = {o.item.item_id for o in offered}
        alternative = stand_in_for(sold_out, (*items, *alternatives), available)
        if alternative is not None and alternative.item_id not in shown:
            offered.append(OfferedItem(alternative, replaces=sold_out))
    if not offered:
        raise Refusal(Reason.OUT_OF_STOCK, group=group_id)
    return tuple(offered)


def _check_offered(tx: Transaction, link: LinkedReward, chosen: Chosen) -> Item:
    """The chosen item, if it is among what is offered now, in a size that it has."""
    item_id = chosen.item_id
    offered = _offered_items(tx, link)
    for choice in offered:
        if choice.item.item_id == item_id:
            if chosen.size not in (choice.item.sizes or ("",)):
                raise Refusal(Reason.ITEM_NOT_OFFERED, item=item_id, sizes=", ".join(choice.item.sizes))
            return choice.item
    wanted = link.offer.item(item_id)
    for choice in offered:
        if choice.replaces is not None and choice.replaces.item_id == wanted.item_id:
            raise Refusal(Reason.ALTERNATIVE_NOT_ACCEPTED, item=item_id, alternative=choice.item.item_id)
    raise Refusal(Reason.ALTERNATIVE_NOT_ACCEPTED, item=item_id)


def _test_offer(tx: Transaction, campaign_id: CampaignId, now: datetime) -> TestOffer:
    stored = tx.campaigns.campaign(campaign_id)
    if stored is None or stored.state_at(now) is not CampaignState.APPROVED:
        raise Refusal(Reason.LINK_INVALID)
    group = stored.campaign.groups[0]
    return TestOffer(stored, tuple(OfferedItem(item) for item in group.items))


def _remember(tx: Transaction, under_way: SignInUnderWay, signed_in: SignedIn) -> None:
    link = _valid_link(tx, under_way.link_id)
    tx.visits.remember(under_way.visit_hash, link.reward.reward_id, signed_in)
