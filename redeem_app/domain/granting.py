"""Granting: an app looks at a reward, and gets one (rules C1, C3, C4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from redeem_app.domain.campaign import App, CampaignState, Moment, RewardGroup
from redeem_app.domain.ids import AppId, CampaignId, CustomerKey, LinkId, MomentId, RewardGroupId, RewardId
from redeem_app.domain.money import Money
from redeem_app.domain.ports import Clock, LinkSigner
from redeem_app.domain.records import (
    Records,
    StoredCampaign,
    Transaction,
    account_month_counter,
    budget_counter,
    campaign_month_counter,
    pool_counter,
)
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
    charge: Money
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
            remaining = _remaining(tx, checked, now)
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
            return self._records.write(lambda tx: self._grant(tx, app, wanted, now))
        except _PoolEmpty:
            return None

    def _grant(self, tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> RewardNotice:
        checked = _checked(tx, app, wanted, now)
        campaign = checked.stored.campaign
        if checked.is_test:
            token = self._links.test_token(campaign.campaign_id)
            return _notice(checked, campaign.redemption.default, token, _remaining(tx, checked, now))
        self._reserve(tx, checked, now)
        reward = Reward(
            RewardId(self._new_id()),
            campaign.campaign_id,
            checked.moment.moment_id,
            tx.campaigns.offer_id(campaign.campaign_id, checked.group.group_id),
            RewardState.ISSUED,
            now,
            campaign.redeemable_until,
            checked.charge,
            wanted.customer_key,
        )
        link_id = LinkId(self._new_id())
        tx.rewards.add(reward, link_id)
        tx.rewards.charge(reward, checked.stored.developer_id, "issue", checked.charge, now)
        remaining = _remaining(tx, checked, now)
        return _notice(checked, campaign.redemption.default, self._links.token(link_id), remaining)

    def _reserve(self, tx: Transaction, checked: _Checked, now: datetime) -> None:
        """Take the charge from every budget and one piece from the pool."""
        stored, charge = checked.stored, checked.charge.amount
        campaign_id = stored.campaign.campaign_id
        if not tx.counters.take(budget_counter(campaign_id), charge):
            raise Refusal(Reason.BUDGET_SPENT, campaign=campaign_id, budget=stored.campaign.budget)
        for name, ceiling, reason in _month_caps(tx, stored, now):
            if not _take_or_open(tx, name, ceiling, charge):
                raise Refusal(reason, campaign=campaign_id, cap=Money(ceiling, checked.charge.currency))
        if not tx.counters.take(pool_counter(campaign_id, checked.group.group_id), 1):
            raise _PoolEmpty


class _PoolEmpty(Exception):
    """Rolls the reservation back; never leaves this module."""


def _take_or_open(tx: Transaction, name: str, ceiling: int, amount: int) -> bool:
    """Take from a counter that a new month may have to open first."""
    if tx.counters.take(name, amount):
        return True
    if name in tx.counters.left((name,)):
        return False
    tx.counters.set_ceiling(name, ceiling, unit=amount)
    return tx.counters.take(name, amount)


def _month_caps(tx: Transaction, stored: StoredCampaign, now: datetime) -> tuple[tuple[str, int, Reason], ...]:
    developer = tx.campaigns.developer(stored.developer_id)
    if developer is None:
        raise LookupError(f"campaign {stored.campaign.campaign_id} has no developer")
    campaign = stored.campaign
    return (
        (campaign_month_counter(campaign.campaign_id, now), campaign.month_cap.amount, Reason.CAMPAIGN_MONTH_CAP),
        (account_month_counter(developer.developer_id, now), developer.month_cap.amount, Reason.ACCOUNT_MONTH_CAP),
    )


def _checked(tx: Transaction, app: App, wanted: RewardWanted, now: datetime) -> _Checked:
    if wanted.app_id != app.app_id:
        raise Refusal(Reason.APP_UNKNOWN, app=wanted.app_id)
    stored = tx.campaigns.campaign(wanted.campaign_id)
    if stored is None or stored.campaign.app_id != app.app_id:
        raise Refusal(Reason.CAMPAIGN_UNKNOWN, campaign=wanted.campaign_id)
    campaign = stored.campaign
    moment, group = campaign.moment(wanted.moment_id), campaign.group(wanted.group_id)
    state = stored.state_at(now)
    if state is CampaignState.FINISHED:
        raise Refusal(Reason.CAMPAIGN_FINISHED, campaign=campaign.campaign_id, ended=campaign.ends_at.isoformat())
    if state is CampaignState.SUSPENDED:
        raise Refusal(Reason.CAMPAIGN_SUSPENDED, campaign=campaign.campaign_id)
    if state not in {CampaignState.APPROVED, CampaignState.LIVE}:
        raise Refusal(Reason.CAMPAIGN_NOT_LIVE, campaign=campaign.campaign_id, state=state)
    return _Checked(stored, group, moment, campaign.charge_for(group), state is CampaignState.APPROVED)


def _remaining(tx: Transaction, checked: _Checked, now: datetime) -> int:
    """Rewards left in the current month: what every budget and the pool still allow."""
    campaign_id, charge = checked.stored.campaign.campaign_id, checked.charge.amount
    pool, budget = pool_counter(campaign_id, checked.group.group_id), budget_counter(campaign_id)
    caps = {name: ceiling for name, ceiling, _ in _month_caps(tx, checked.stored, now)}
    left = tx.counters.left((pool, budget, *caps))
    money = [left.get(budget, 0), *(left.get(name, ceiling) for name, ceiling in caps.items())]
    return max(0, min(left.get(pool, 0), *(amount // charge for amount in money)))


def _notice(checked: _Checked, text: str, token: str, remaining: int) -> RewardNotice:
    image = next((item.image_url for item in checked.group.items if item.image_url), "")
    return RewardNotice(text, token, image, remaining, checked.stored.campaign.ends_at)
