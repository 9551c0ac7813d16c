"""Earning: what a person does in an app becomes points, and points make a moment due (rules E1, E2, E4)."""

from dataclasses import dataclass
from datetime import datetime

from redeem_app.domain.campaign import App, CampaignState, EarningRule, Moment
from redeem_app.domain.ids import CampaignId, CustomerKey, MomentId, RewardGroupId
from redeem_app.domain.ports import Clock
from redeem_app.domain.records import PointsEntry, PointsEvent, Records, StoredCampaign, Transaction


@dataclass(frozen=True, slots=True)
class DueMoment:
    """A moment that the person has reached and not been rewarded for."""

    campaign_id: CampaignId
    moment_id: MomentId
    group_id: RewardGroupId


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands in an app's programme."""

    balance: int
    tier: str
    next_tier: str
    next_tier_at: int | None
    due: tuple[DueMoment, ...]


@dataclass(frozen=True, slots=True)
class Earned:
    """What one event gave; `counted` is False when the event id was counted before (rule E4)."""

    points: int
    counted: bool
    standing: Standing


class Earning:
    """Records events of an app's server and says what they lead to."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def record(self, app: App, event: PointsEvent) -> Earned:
        """Count the event once, whatever number of times it arrives (rule E4)."""
        now = self._clock.now()
        return self._records.write(lambda tx: _record(tx, app, event, now))

    def standing(self, app: App, customer_key: CustomerKey) -> Standing:
        """Balance, tier and due moments of one person."""
        now = self._clock.now()
        return self._records.read(lambda tx: _standing(tx, app, customer_key, now))


def _record(tx: Transaction, app: App, event: PointsEvent, now: datetime) -> Earned:
    counted = tx.points.add_event(app.app_id, event, now)
    points = 0
    rule = _rule_for(app.earning, event)
    if counted and rule is not None:
        points = rule.points * event.quantity
        entry = PointsEntry(event.event_id, points, now, None, rule.event_type)
        tx.points.enter(app.app_id, event.customer_key, entry)
    return Earned(points, counted, _standing(tx, app, event.customer_key, now))


def _rule_for(rules: tuple[EarningRule, ...], event: PointsEvent) -> EarningRule | None:
    matching = [r for r in rules if r.event_type == event.event_type and r.category in {"", event.category}]
    return max(matching, key=lambda r: r.category != "", default=None)


def _standing(tx: Transaction, app: App, customer_key: CustomerKey, now: datetime) -> Standing:
    balance = tx.points.balance(app.app_id, customer_key, now)
    running = [s for s in tx.campaigns.campaigns_of(app.app_id) if _is_running(s, now)]
    tiers = sorted(
        ((m.due_at_points, s, m) for s in running for m in s.campaign.moments if m.due_at_points is not None),
        key=lambda tier: (tier[0], tier[2].moment_id),
    )
    granted = tx.rewards.granted(app.app_id, customer_key)
    reached = [(s, m) for points, s, m in tiers if points <= balance]
    ahead = next(((points, m) for points, _, m in tiers if points > balance), None)
    due = tuple(_due(s, m) for s, m in reached if (s.campaign.campaign_id, m.moment_id) not in granted)
    return Standing(
        balance,
        reached[-1][1].tier if reached else "",
        ahead[1].tier if ahead else "",
        ahead[0] if ahead else None,
        due,
    )


def _is_running(stored: StoredCampaign, now: datetime) -> bool:
    return stored.state_at(now) in {CampaignState.LIVE, CampaignState.APPROVED}


def _due(stored: StoredCampaign, moment: Moment) -> DueMoment:
    group_id = moment.group_id or stored.campaign.groups[0].group_id
    return DueMoment(stored.campaign.campaign_id, moment.moment_id, group_id)
