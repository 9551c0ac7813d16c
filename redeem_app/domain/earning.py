"""Earning: what a person does in an app becomes points, and points make a moment due (rules E1, E2, E4)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from redeem_app.domain import points_ledger, tiers
from redeem_app.domain.ads import needs_callback
from redeem_app.domain.campaign import App, Moment
from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.due_rewards import DueMoment, DueRewards, IssuedReward, TakenMeanwhile, Withheld, due_moment
from redeem_app.domain.ids import CampaignId, CustomerKey, MomentId
from redeem_app.domain.points import EventType, PointsEvent, checked_event
from redeem_app.domain.ports import Clock
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.stored import StoredCampaign

TRIES: Final = 5
"""How often an event is counted anew because another took the last reward meanwhile."""


@dataclass(frozen=True, slots=True)
class CampaignStanding:
    """Where a person stands in one campaign that is running."""

    stored: StoredCampaign
    standing: tiers.Standing
    rewarded: frozenset[MomentId] = frozenset()

    @property
    def due(self) -> tuple[DueMoment, ...]:
        """The due moments, each with the reward group that it leads to."""
        return tuple(due_moment(self.stored.campaign, moment) for moment in self.standing.due)


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
    rewards: tuple[IssuedReward, ...] = ()
    """Issued in the event's own transaction, now or when the event came before (rule E2)."""
    withheld: tuple[Withheld, ...] = ()


class Earning:
    """Records events of an app's server and says what they lead to."""

    def __init__(self, records: Records, clock: Clock, due_rewards: DueRewards) -> None:
        self._records = records
        self._clock = clock
        self._due_rewards = due_rewards

    def report(self, app: App, event: PointsEvent) -> Earned:
        """`record`, by the app's own word.

        Raises Refusal(AD_CALLBACK_NEEDED) for a watched ad of an app whose ad networks sign callbacks (rule E4).
        """
        check_source(app, event)
        return self.record(app, event)

    def record(self, app: App, event: PointsEvent) -> Earned:
        """Count the event once, whatever number of times it arrives (rule E4). Raises Refusal(BODY_INVALID).

        Reaching a tier whose reward is issued by itself, and issuing it, is one transaction.
        """
        now = self._clock.now()
        checked_event(event, now)
        for _ in range(TRIES):
            try:
                return self._records.write(lambda tx: self._record(tx, app, event, now))
            except TakenMeanwhile as taken:
                last = taken.refusal
        return self._records.write(lambda tx: self._record(tx, app, event, now, withheld_for=last))

    def standing(self, app: App, customer_key: CustomerKey) -> Standing:
        """Balance, tiers and due moments of one person."""
        now = self._clock.now()
        return self._records.read(lambda tx: standing_of(tx, app, customer_key, now))

    def _record(
        self, tx: Transaction, app: App, event: PointsEvent, now: datetime, withheld_for: Refusal | None = None
    ) -> Earned:
        """Book the event; the customer's ledger is held, so that caps and lots see every earlier entry."""
        tx.points.hold(app.app_id, event.customer_key)
        counted = tx.points.add_event(app.app_id, event, now)
        points = _booked(tx, app, event, now) if counted else 0
        issued = [] if counted else self._due_rewards.issued_before(tx, app, event, now)
        withheld = dict[DueMoment, Withheld]()
        while True:
            # Seen anew after each reward, since each is paid for in points.
            standing = standing_of(tx, app, event.customer_key, now)
            done = {*withheld, *(reward.due for reward in issued)}
            due = next((d for d in standing.due if d.is_issued_by_itself and d not in done), None)
            if due is None:
                return Earned(points, counted, standing, tuple(issued), tuple(withheld.values()))
            if withheld_for is not None:
                withheld[due] = Withheld(due, withheld_for)
                continue
            outcome = self._due_rewards.issue(tx, app, event, due, now)
            if isinstance(outcome, Withheld):
                withheld[due] = outcome
            else:
                issued.append(outcome)


def _booked(tx: Transaction, app: App, event: PointsEvent, now: datetime) -> int:
    """What the event gives or takes, entered into the ledger."""
    entries = tx.points.entries(app.app_id, event.customer_key)
    booked = points_ledger.booked(event, app, entries, tx.points.related(app.app_id, event), now)
    for entry in booked:
        tx.points.enter(app.app_id, event.customer_key, entry)
    return sum(entry.points for entry in booked)


def check_source(app: App, event: PointsEvent) -> None:
    """Raises Refusal(AD_CALLBACK_NEEDED) where the app's own word is not enough (rule E4)."""
    if event.event_type == EventType.AD_WATCHED and needs_callback(app):
        raise Refusal(Reason.AD_CALLBACK_NEEDED, networks=", ".join(sorted(app.ad_keys)), rule="E4")


def standing_of(tx: Transaction, app: App, customer_key: CustomerKey, now: datetime) -> Standing:
    """Where the person stands at `now`, by what this transaction sees."""
    spendable = points_ledger.spendable(tx.points.entries(app.app_id, customer_key), now)
    granted = tx.rewards.granted(app.app_id, customer_key)
    running = [stored for stored in tx.campaigns.campaigns_of(app.app_id) if is_running(stored, now)]
    return standing_in(running, spendable, granted)


def is_running(stored: StoredCampaign, now: datetime) -> bool:
    """Whether points lead to rewards in the campaign at `now`, be it in test mode."""
    return stored.state_at(now) in {CampaignState.LIVE, CampaignState.APPROVED}


def standing_in(
    running: Iterable[StoredCampaign], spendable: int, granted: Collection[tuple[CampaignId, MomentId]]
) -> Standing:
    """Where a person stands in these campaigns."""
    standings = []
    for stored in running:
        campaign = stored.campaign
        rewarded = frozenset(moment for campaign_id, moment in granted if campaign_id == campaign.campaign_id)
        standing = tiers.standing(campaign.moments, rewarded, spendable)
        standings.append(CampaignStanding(stored, standing, rewarded))
    return Standing(spendable, tuple(standings))
