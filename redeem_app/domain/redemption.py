"""Redemption: a person opens the link, signs in, and sees what became of the reward (rules R1 to R3, R7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.eligibility import DeliveryCountries, served_countries
from redeem_app.domain.glance import Glance
from redeem_app.domain.hand_over import watched_browser
from redeem_app.domain.ids import CampaignId, LinkId, VisitId
from redeem_app.domain.offering import OfferedItem, check_offered, offered_items, served_items, shelf_items
from redeem_app.domain.ports import AmazonSignIn, Clock, KeyedHash, LinkSigner, SignInFailed, SignInProblem
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Application, Chosen, Reward, RewardState
from redeem_app.domain.seen import Applied, Offered, Seen, TestOffer, UnderWay
from redeem_app.domain.settling import Settling
from redeem_app.domain.stored import LinkedReward, SignedIn, SignInUnderWay, StoredCampaign
from redeem_app.domain.visiting import (
    account_key,
    check_open,
    check_own,
    digest,
    real_link,
    valid_link,
    who_signed_in,
)

SIGN_IN_LASTS: Final = timedelta(hours=1)
"""How long a person may take at Amazon; account creation with its mails included."""


@dataclass(frozen=True, slots=True)
class Journey:
    """One way to Amazon and back: a state that is used once, a PKCE verifier, and the person's language."""

    state: str
    code_verifier: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """What Amazon sent the browser back with."""

    state: str
    code: str = ""
    error: str = ""
    description: str = ""


class Redemption:
    """The visitor's way from the link to the reward, in the visitor's order."""

    def __init__(  # noqa: PLR0913, PLR0917 - one collaborator for each port it needs
        self,
        records: Records,
        clock: Clock,
        links: LinkSigner,
        sign_in: AmazonSignIn,
        settling: Settling,
        hashes: KeyedHash,
        programme: DeliveryCountries,
    ) -> None:
        self._records = records
        self._clock = clock
        self._links = links
        self._sign_in = sign_in
        self._settling = settling
        self._hashes = hashes
        self._programme = programme

    def see(self, token: str, visit: VisitId | None, country: str = "", watch: str = "") -> Seen:
        """What this visitor sees at this moment; changes nothing. Raises Refusal.

        Who has not signed in for this reward sees the offer, whether or not it was used: the app that handed the link
        out could look, too (rule V1). Who has signed in is told.

        `country` is where the person is, if that is known (rule R5). `watch` is the secret of an app's view that
        handed over to a browser: it shows that browser's outcome.
        """
        now = self._clock.now()
        if self._links.is_test(token):
            campaign_id = CampaignId(self._links.read(token))
            return self._records.read(lambda tx: _test_offer(tx, campaign_id, now))
        link_id = LinkId(self._links.read(token))
        return self._records.read(lambda tx: self._see(tx, link_id, visit, country, watch, now))

    def _see(  # noqa: PLR0913, PLR0917 - who looks, from where, and when
        self, tx: Transaction, link_id: LinkId, visit: VisitId | None, country: str, watch: str, now: datetime
    ) -> Seen:
        link = valid_link(tx, link_id)
        signed_in = who_signed_in(tx, visit, link, now)
        if link.application is not None and link.reward.state is not RewardState.ISSUED:
            known = signed_in or _signed_in_elsewhere(tx, watch, link)
            if known is not None:
                check_own(link.application, known)
                return _used(link, link.application, is_watched=signed_in is None)
        check_open(link, now)
        offered = shelf_items(tx, link) if signed_in is None else offered_items(tx, link)
        items = served_items(offered, country, link.stored.campaign, link.offer, self._programme)
        selected = signed_in.chosen.item_id if signed_in else items[0].item.item_id
        if selected not in {offered.item.item_id for offered in items}:
            selected = next((o.item.item_id for o in items if o.replaces and o.replaces.item_id == selected), selected)
        return Offered(link, items, selected, signed_in)

    def glance(self, token: str) -> Glance | None:
        """What the offer shown to somebody unknown depends on; None where there is none to show. Raises Refusal."""
        if self._links.is_test(token):
            return None
        link_id = LinkId(self._links.read(token))
        found = self._records.read(lambda tx: tx.rewards.glance(link_id))
        return found if found is not None and found.is_open(self._clock.now()) else None

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

    def reward_of(self, token: str) -> Reward | None:
        """Whose refusal it was, for an operator's trace; None where the token leads to no reward."""
        try:
            link_id = real_link(self._links, token)
        except Refusal:
            return None
        link = self._records.read(lambda tx: tx.rewards.linked(link_id))
        return None if link is None else link.reward

    def served_countries(self, token: str) -> frozenset[str]:
        """Where the reward of a link is delivered (rule R5); ISO 3166-1 alpha-2. Raises Refusal."""
        link_id = real_link(self._links, token)
        link = self._records.read(lambda tx: valid_link(tx, link_id))
        return served_countries(link.stored.campaign, link.offer, self._programme)

    def claim_code(self, applied: Applied) -> str:
        """The code again; empty where delivery is not by claim code, or the partner does not answer now."""
        return "" if applied.is_watched else self._settling.claim_code(applied.application)

    def start_sign_in(self, token: str, chosen: Chosen, visit: VisitId, journey: Journey) -> str:
        """Note who goes where, and give the address at Amazon; no choice stands for the first. Raises Refusal."""
        now = self._clock.now()
        link_id = real_link(self._links, token)

        def work(tx: Transaction) -> None:
            link = valid_link(tx, link_id)
            check_open(link, now)
            offered = shelf_items(tx, link)
            wanted = chosen if chosen.item_id else Chosen(offered[0].item.item_id)
            check_offered(offered, link, wanted, with_size=False)
            tx.visits.begin_sign_in(
                SignInUnderWay(
                    digest(journey.state),
                    digest(visit),
                    link_id,
                    wanted,
                    journey.code_verifier,
                    now,
                )
            )

        self._records.write(work)
        return self._sign_in.address(
            state=journey.state, code_verifier=journey.code_verifier, language=journey.language or None
        )

    def finish_sign_in(self, visit: VisitId, fresh: VisitId, answer: Returned) -> str:
        """Amazon sent the browser back: learn the account, and give the token of the reward's page.

        The visit goes on under the id `fresh`, so that nobody who knew the id before the sign-in has it after.
        Raises SignInEnded with that token where the sign-in failed, Refusal(SIGN_IN_LOST) where it is not known.
        """
        now = self._clock.now()
        under_way = self._records.write(lambda tx: tx.visits.pop_sign_in(digest(answer.state)))
        if under_way is None or under_way.visit_hash != digest(visit) or now - under_way.begun_at > SIGN_IN_LASTS:
            raise Refusal(Reason.SIGN_IN_LOST)
        token = self._links.token(under_way.link_id)
        if answer.error or not answer.code:
            raise SignInEnded(token, self._sign_in.problem_of(answer.error, answer.description))
        try:
            account = self._sign_in.account(code=answer.code, code_verifier=under_way.code_verifier)
        except SignInFailed as failed:
            raise SignInEnded(token, failed.problem) from failed
        signed_in = SignedIn(account.id, account.label, under_way.chosen, now)
        self._records.write(lambda tx: self._remember(tx, under_way, fresh, signed_in))
        return token

    def _remember(self, tx: Transaction, under_way: SignInUnderWay, fresh: VisitId, signed_in: SignedIn) -> None:
        link = valid_link(tx, under_way.link_id)
        tx.visits.rename(under_way.visit_hash, digest(fresh))
        tx.visits.remember(digest(fresh), link.reward.reward_id, signed_in)
        tx.abuse.note_try(link.reward.reward_id, account_key(self._hashes, signed_in), signed_in.signed_in_at)


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


def _signed_in_elsewhere(tx: Transaction, watch: str, link: LinkedReward) -> SignedIn | None:
    browser = watched_browser(tx.hand_overs, watch, link.reward.reward_id)
    return tx.visits.signed_in(browser, link.reward.reward_id) if browser else None


def _used(link: LinkedReward, application: Application, *, is_watched: bool) -> UnderWay | Applied:
    item = link.offer.item(application.chosen.item_id)
    if link.reward.state is RewardState.APPLIED:
        return Applied(link, application, item, is_watched=is_watched)
    return UnderWay(link, application, item, is_watched=is_watched)


def _test_offer(tx: Transaction, campaign_id: CampaignId, now: datetime) -> TestOffer:
    stored = tx.campaigns.campaign(campaign_id)
    if stored is None or stored.state_at(now) is not CampaignState.APPROVED:
        raise Refusal(Reason.LINK_INVALID)
    group = stored.campaign.groups[0]
    return TestOffer(stored, tuple(OfferedItem(item) for item in group.items))
