"""Granting: an app looks at a reward, and gets one (rules C1, C3, C4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from redeem_app.domain.budget import PoolEmpty, Purse
from redeem_app.domain.campaign import App, CampaignState, Moment, RewardGroup
from redeem_app.domain.charges import kind_at_issue
from redeem_app.domain.given_answers import GivenAnswer, Repeatable
from redeem_app.domain.ids import AppId, CampaignId, CustomerKey, LinkId, MomentId, RewardGroupId, RewardId
from redeem_app.domain.issuing import AnswerToKeep, Issue
from redeem_app.domain.named_customers import NamedCustomer
from redeem_app.domain.ports import Clock, LinkSigner
from redeem_app.domain.records import Records, StoredCampaign, Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Reward, RewardState


@dataclass(frozen=True, slots=True)
class RewardWanted:
    """What an app's server names in its call; `customer_key` only where the app chose to send it."""

    app_id: AppId
    campaign_id: CampaignId
    moment_id: MomentId
    group_id: RewardGroupId
    customer_key: CustomerKey | None = None
    repeatable: Repeatable | None = None


@dataclass(frozen=True, slots=True)
class RewardNotice:
    """The answer to both operations; `token` is empty for a look."""

    text: str
    token: str
    image_url: str
    remaining: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Checked:
    stored: StoredCampaign
    group: RewardGroup
    moment: Moment
    offer_id: str
    purse: Purse
    is_test: bool


class Granting:
    """Looks at rewards and grants them, for one app at a time."""

    def __init__(self, records: Records, clock: Clock, links: LinkSigner, new_id: Callable[[], str]) -> None:
        self._records = records
        self._clock = clock
        self._links = links
        self._new_id = new_id

    def look(self, app: App, wanted: RewardWanted) -> RewardNotice | None:
        """What would be granted; consumes and charges nothing (rule C3). None: no reward is left."""
        now = self._clock.now()

        def work(tx: Transaction) -> RewardNotice | None:
            checked = _checked(tx, app, wanted, now)
            customer = _customer(app, wanted, checked)
            if customer is not None and not checked.is_test:
                customer.check_not_issued(tx)
            remaining = checked.purse.remaining(tx)
            if remaining < 1 and not checked.is_test:
                return None
            return _notice(checked, checked.stored.campaign.announcement.default, "", remaining)

        return self._records.read(work)

    def grant(self, app: App, wanted: RewardWanted) -> RewardNotice | None:
        """Reserve one unit and one charge, and make the link, in one transaction (rule C3). None: none is left.

        In test mode the answer is the campaign's one test link, and nothing is consumed (rule C1).
        """
        now = self._clock.now()
        try:
            notice = None if wanted.customer_key else self._grant_at_once(app, wanted, now)
            return notice or self._records.write(lambda tx: self._grant(tx, app, wanted, now))
        except PoolEmpty:
            return None

    def _grant_at_once(self, app: App, wanted: RewardWanted, now: datetime) -> RewardNotice | None:
        """Decide by what is committed, then write with nothing in between; None where that found anything in the way.

        The write is its own condition, so what was read can't have been outrun where it counts. Named customers go
        the long way: their points are read and spent under a lock.
        """

        def decide(tx: Transaction) -> tuple[RewardNotice, Issue | None] | None:
            if (again := self._again(tx, app, wanted, now)) is not None:
                return again, None
            return self._decided(tx, _checked(tx, app, wanted, now), wanted, now)

        decided = self._records.read(decide)
        if decided is None:
            return None
        notice, issue = decided
        return notice if issue is None or self._records.issue(issue) else None

    def grant_within(self, tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> RewardNotice:
        """`grant` as a part of a larger transaction, which must roll back on Refusal and PoolEmpty."""
        return self._grant(tx, app, wanted, now)

    def given_before(self, tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> RewardNotice | None:
        """What the same repeatable call was granted before."""
        return self._again(tx, app, wanted, now)

    def refusal_of(self, tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> Refusal | None:
        """Why nothing would be granted at this moment; changes nothing."""
        try:
            checked = _checked(tx, app, wanted, now)
            customer = _customer(app, wanted, checked)
            if customer is not None and not checked.is_test:
                customer.check_not_issued(tx)
                customer.check_due(tx, now)
            if checked.is_test:
                return None
            return checked.purse.shortage(tx)
        except Refusal as refusal:
            return refusal

    def _grant(self, tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> RewardNotice:
        """Step by step in one transaction, in which calls of one customer, or with one key, wait for each other."""
        _hold(tx, app, wanted)
        if (again := self._again(tx, app, wanted, now)) is not None:
            return again
        checked = _checked(tx, app, wanted, now)
        customer = _customer(app, wanted, checked)
        if customer is not None and not checked.is_test:
            customer.check_not_issued(tx)
            customer.check_due(tx, now)
        decided = self._decided(tx, checked, wanted, now)
        if decided is None:
            checked.purse.reserve(tx)  # says which is spent, before anything is written
            raise PoolEmpty
        notice, issue = decided
        if issue is not None:
            issue.write_rows(tx)
            if customer is not None:
                customer.exchange_points(tx, issue.reward.reward_id, now)
            # The hot rows come last, so that nobody waits for them longer than the commit takes.
            checked.purse.reserve(tx)
        return notice

    def _decided(
        self, tx: Transaction, checked: _Checked, wanted: RewardWanted, now: datetime
    ) -> tuple[RewardNotice, Issue | None] | None:
        """The answer, with what is to be written for it; None where nothing is left."""
        campaign, remaining = checked.stored.campaign, checked.purse.remaining(tx)
        if checked.is_test:
            token = self._links.test_token(campaign.campaign_id)
            return _notice(checked, campaign.redemption.default, token, remaining), None
        if remaining < 1:
            return None
        link_id = LinkId(self._new_id())
        notice = _notice(checked, campaign.redemption.default, self._links.token(link_id), remaining - 1)
        return notice, self._issue(checked, wanted, link_id, notice, now)

    def _issue(
        self, checked: _Checked, wanted: RewardWanted, link_id: LinkId, notice: RewardNotice, now: datetime
    ) -> Issue:
        campaign = checked.stored.campaign
        reward = Reward(
            RewardId(self._new_id()),
            campaign.campaign_id,
            checked.moment.moment_id,
            checked.offer_id,
            RewardState.ISSUED,
            now,
            campaign.redeemable_until,
            checked.purse.charge,
            wanted.customer_key,
        )
        return Issue(
            reward,
            link_id,
            checked.stored.developer_id,
            kind_at_issue(campaign.charged_at),
            checked.purse.takes,
            _kept(wanted, reward, notice),
        )

    def _again(self, tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> RewardNotice | None:
        """What this call was answered with before. Raises Refusal(IDEMPOTENCY_MISMATCH) for another body."""
        if wanted.repeatable is None:
            return None
        given = tx.answers.given(app.app_id, wanted.repeatable.key_hash, now)
        if given is None:
            return None
        if given.request_hash != wanted.repeatable.request_hash:
            raise Refusal(Reason.IDEMPOTENCY_MISMATCH)
        link = tx.rewards.of_reward(given.reward_id)
        if link is None:
            raise LookupError(f"reward {given.reward_id} has no link")
        token = self._links.token(link.link_id)
        return RewardNotice(given.text, token, given.image_url, given.remaining, given.ends_at)


def _hold(tx: Transaction, app: App, wanted: RewardWanted) -> None:
    if wanted.customer_key is not None:
        tx.points.hold(app.app_id, wanted.customer_key)
    if wanted.repeatable is not None:
        tx.answers.hold(app.app_id, wanted.repeatable.key_hash)


def _checked(tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> _Checked:
    if wanted.app_id != app.app_id:
        raise Refusal(Reason.APP_UNKNOWN, app=wanted.app_id)
    offered = tx.campaigns.offered(wanted.campaign_id, wanted.group_id)
    if offered is None or offered.stored.campaign.app_id != app.app_id:
        raise Refusal(Reason.CAMPAIGN_UNKNOWN, campaign=wanted.campaign_id)
    stored, campaign = offered.stored, offered.stored.campaign
    moment, group = campaign.moment(wanted.moment_id), campaign.group(wanted.group_id)
    state = stored.state_at(now)
    if state is CampaignState.FINISHED:
        raise Refusal(Reason.CAMPAIGN_FINISHED, campaign=campaign.campaign_id, ended=campaign.ends_at.isoformat())
    if state is CampaignState.SUSPENDED:
        raise Refusal(Reason.CAMPAIGN_SUSPENDED, campaign=campaign.campaign_id)
    if state not in {CampaignState.APPROVED, CampaignState.LIVE}:
        raise Refusal(Reason.CAMPAIGN_NOT_LIVE, campaign=campaign.campaign_id, state=state)
    purse = Purse.under(stored, offered.account_cap, group, now)
    return _Checked(stored, group, moment, offered.offer_id, purse, state is CampaignState.APPROVED)


def _customer(app: App, wanted: RewardWanted, checked: _Checked) -> NamedCustomer | None:
    if wanted.customer_key is None:
        return None
    return NamedCustomer(app, checked.stored.campaign, checked.moment, wanted.customer_key)


def _kept(wanted: RewardWanted, reward: Reward, notice: RewardNotice) -> AnswerToKeep | None:
    if wanted.repeatable is None:
        return None
    given = GivenAnswer(
        wanted.repeatable.request_hash,
        reward.reward_id,
        notice.text,
        notice.image_url,
        notice.remaining,
        notice.ends_at,
    )
    return AnswerToKeep(wanted.app_id, wanted.repeatable.key_hash, given, reward.expires_at)


def _notice(checked: _Checked, text: str, token: str, remaining: int) -> RewardNotice:
    image = next((item.image_url for item in checked.group.items if item.image_url), "")
    return RewardNotice(text, token, image, remaining, checked.stored.campaign.ends_at)
