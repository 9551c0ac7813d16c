"""Earning: what a person does in an app becomes points, and points make a moment due (rules E1, E2, E4)."""

from dataclasses import dataclass
from datetime import datetime

from redeem_app.domain import points_ledger, tiers
from redeem_app.domain.campaign import App, CampaignState, Moment
from redeem_app.domain.ids import CampaignId, CustomerKey, MomentId, RewardGroupId
from redeem_app.domain.points import PointsEvent, checked_event
from redeem_app.domain.ports import Clock
from redeem_app.domain.records import Records, StoredCampaign, Transaction


@dataclass(frozen=True, slots=True)
class DueMoment:
    """A moment that the person has reached and not been rewarded for."""

    campaign_id: CampaignId
    moment_id: MomentId
    group_id: RewardGroupId


@dataclass(frozen=True, slots=True)
class CampaignStanding:
    """Where a person stands in one campaign that is running."""

    stored: StoredCampaign
    standing: tiers.Standing
    rewarded: frozenset[MomentId] = frozenset()

    @property
    def due(self) -> tuple[DueMoment, ...]:
        """The due moments, each with the reward group that it leads to."""
        campaign = self.stored.campaign
        return tuple(
            DueMoment(campaign.campaign_id, moment.moment_id, moment.group_id or campaign.groups[0].group_id)
            for moment in self.standing.due
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands in an app: what can be spent, and the campaigns that are running."""

    balance: int
    campaigns: tuple[CampaignStanding, ...]

    @property
    def due(self) -> tuple[DueMoment, ...]:
        """The due moments of every campaign."""
        return tuple(due for campaign in self.campaigns for due in campaign.due)

    @property
    def reached(self) -> Moment | None:
        """The highest tier reached in the first campaign that has tiers."""
        return next((c.standing.reached for c in self.campaigns if c.standing.reached), None)

    @property
    def ahead(self) -> Moment | None:
        """The next tier in the first campaign that has one."""
        return next((c.standing.ahead for c in self.campaigns if c.standing.ahead), None)


@dataclass(frozen=True, slots=True)
class Earned:
    """What one event gave or took; `counted` is False when the event id was counted before (rule E4)."""

    points: int
    counted: bool
    standing: Standing


class Earning:
    """Records events of an app's server and says what they lead to."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def record(self, app: App, event: PointsEvent) -> Earned:
        """Count the event once, whatever number of times it arrives (rule E4). Raises Refusal(BODY_INVALID)."""
        now = self._clock.now()
        checked_event(event, now)
        return self._records.write(lambda tx: _record(tx, app, event, now))

    def standing(self, app: App, customer_key: CustomerKey) -> Standing:
        """Balance, tiers and due moments of one person."""
        now = self._clock.now()
        return self._records.read(lambda tx: standing_of(tx, app, customer_key, now))


def _record(tx: Transaction, app: App, event: PointsEvent, now: datetime) -> Earned:
    """Book the event; the customer's ledger is held, so that caps and lots see every earlier entry."""
    tx.points.hold(app.app_id, event.customer_key)
    counted = tx.points.add_event(app.app_id, event, now)
    points = 0
    if counted:
        entries = tx.points.entries(app.app_id, event.customer_key)
        for entry in points_ledger.booked(event, app, entries, tx.points.related(app.app_id, event), now):
            tx.points.enter(app.app_id, event.customer_key, entry)
            points += entry.points
    return Earned(points, counted, standing_of(tx, app, event.customer_key, now))


def standing_of(tx: Transaction, app: App, customer_key: CustomerKey, now: datetime) -> Standing:
    """Where the person stands at `now`, by what this transaction sees."""
    spendable = points_ledger.spendable(tx.points.entries(app.app_id, customer_key), now)
    granted = tx.rewards.granted(app.app_id, customer_key)
    standings = []
    for stored in tx.campaigns.campaigns_of(app.app_id):
        if stored.state_at(now) in {CampaignState.LIVE, CampaignState.APPROVED}:
            campaign = stored.campaign
            rewarded = frozenset(moment for campaign_id, moment in granted if campaign_id == campaign.campaign_id)
            standing = tiers.standing(campaign.moments, rewarded, spendable)
            standings.append(CampaignStanding(stored, standing, rewarded))
    return Standing(spendable, tuple(standings))
