"""Points: what an event gives a person of an app, and what taking it back takes (rules E1, E3, E4).

Every change is a new entry of a ledger that is never rewritten; the balance is the sum of the entries that have not
expired. The policy, which `points_ledger` and `tiers` share:

- An event counts by the rule for its type (for purchases: of its category, else the rule without one), times its
  quantity, up to what the rule's daily cap leaves on the UTC day on which the event happened.
- Points expire a fixed time after the event happened, whenever it arrived, so that lateness changes nothing.
- A refund or a withdrawn ad credit is mirrored: it takes what its units had given. It gives no room back in a cap. One
  that arrives before the event it takes back waits for it.
- Before a reward was issued, points taken back may put a tier out of reach again. After that the reward stays, and
  what was spent and can't be taken from other points is owed: later points pay it first.
- Points leave the ledger for rewards only: there is no entry that pays them out.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

from redeem_app.domain.campaign import EarningRule
from redeem_app.domain.ids import CustomerKey, EventId
from redeem_app.domain.refusals import Reason, Refusal


class EventType(StrEnum):
    """What an app's server reports of a person."""

    GAME_LEVEL = "game.level"
    GAME_SESSION = "game.session"
    AD_WATCHED = "ad.watched"
    PURCHASE = "purchase"
    PURCHASE_REFUNDED = "purchase.refunded"
    AD_WITHDRAWN = "ad.withdrawn"


EARNING_EVENTS: Final = (EventType.GAME_LEVEL, EventType.GAME_SESSION, EventType.AD_WATCHED, EventType.PURCHASE)
"""The events that give points."""

TAKES_BACK: Final = {EventType.PURCHASE_REFUNDED: EventType.PURCHASE, EventType.AD_WITHDRAWN: EventType.AD_WATCHED}
"""The events that take points back, and the kind of event that each one takes back."""

EARLIEST: Final = timedelta(days=30)
"""How long ago an event may have happened when it arrives."""

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""How far the clock of an app's server may be ahead."""


@dataclass(frozen=True, slots=True)
class PointsEvent:
    """Something a person did in an app, as the app's server reported it; the id counts once."""

    event_id: EventId
    customer_key: CustomerKey
    event_type: str
    category: str
    quantity: int
    """Units: levels, sessions, ads, products; at least 1."""
    occurred_at: datetime
    reverses: EventId | None = None
    """For an event that takes back: the event it takes back, `quantity` units of it."""


@dataclass(frozen=True, slots=True)
class PointsEntry:
    """One line of the ledger; `event_id` and `rule` together are its identity."""

    event_id: EventId
    """The event that is booked, or the reward that the points were exchanged for."""
    points: int
    """Negative for what is taken back or spent."""
    entered_at: datetime
    expires_at: datetime | None
    """The lot it belongs to: what takes points from a lot carries the lot's expiry, so that both lapse together."""
    rule: str = ""
    """The earning rule (`purchase/books`), or what takes (`purchase.refunded:1`, `exchange:1`)."""
    occurred_at: datetime | None = None
    """When the event happened; None where no event is booked."""


def checked_event(event: PointsEvent, now: datetime) -> PointsEvent:
    """The event, if it can count at `now`. Raises Refusal(BODY_INVALID) with the field and what is wrong with it."""
    problem = _problem(event, now)
    if problem is not None:
        field, sentence = problem
        raise Refusal(Reason.BODY_INVALID, field=field, problem=sentence)
    return event


def _problem(event: PointsEvent, now: datetime) -> tuple[str, str] | None:
    if event.event_type not in set(EventType):
        return "eventType", f"is none of {', '.join(EventType)}"
    if event.quantity < 1:
        return "quantity", "is less than 1"
    if event.occurred_at > now + CLOCK_TOLERANCE:
        return "occurredAt", "is in the future"
    if event.occurred_at < now - EARLIEST:
        return "occurredAt", f"is more than {EARLIEST.days} days ago"
    if (event.event_type in TAKES_BACK) != (event.reverses is not None):
        return "reverses", f"names the event that one of {', '.join(TAKES_BACK)} takes back, and is absent otherwise"
    return None


def rule_for(rules: Iterable[EarningRule], event: PointsEvent) -> EarningRule | None:
    """The rule by which the event counts: that of its category before the one without (rule E1)."""
    matching = [rule for rule in rules if rule.event_type == event.event_type and rule.category in {"", event.category}]
    return max(matching, key=lambda rule: rule.category != "", default=None)


def rule_name(rule: EarningRule) -> str:
    """How the ledger names the rule: `purchase/books`, `game.level`."""
    return f"{rule.event_type}/{rule.category}" if rule.category else rule.event_type


def given_on(entries: Iterable[PointsEntry], rule: EarningRule, day: date) -> int:
    """What the rule has given for events of that UTC day, whatever was taken back since."""
    name = rule_name(rule)
    return sum(e.points for e in entries if e.rule == name and e.occurred_at is not None and _day(e.occurred_at) == day)


def points_for(event: PointsEvent, rule: EarningRule, already_given: int) -> int:
    """What the event gives by the rule, which has given `already_given` on the event's day (rule E1)."""
    points = rule.points * event.quantity
    return points if rule.daily_cap is None else max(0, min(points, rule.daily_cap - already_given))


def earning_entry(
    event: PointsEvent,
    rules: Collection[EarningRule],
    entries: Collection[PointsEntry],
    *,
    expire_after_days: int | None,
    now: datetime,
) -> PointsEntry | None:
    """The entry that the event gives a person whose ledger holds `entries`; None where no rule gives anything."""
    rule = rule_for(rules, event)
    if rule is None:
        return None
    points = points_for(event, rule, given_on(entries, rule, _day(event.occurred_at)))
    if points == 0:
        return None
    expires_at = None if expire_after_days is None else event.occurred_at + timedelta(days=expire_after_days)
    return PointsEntry(event.event_id, points, now, expires_at, rule_name(rule), event.occurred_at)


def taken_back(event: PointsEvent, given: int, reversals: Iterable[PointsEvent]) -> list[tuple[PointsEvent, int]]:
    """How many of the points `given` for the event each of its `reversals` takes, in their order.

    Each takes what its units gave, rounded so that all units together take exactly `given`, and never more.
    """
    shares, units = list[tuple[PointsEvent, int]](), 0
    for reversal in reversals:
        after = min(event.quantity, units + reversal.quantity)
        shares.append((reversal, given * after // event.quantity - given * units // event.quantity))
        units = after
    return shares


def belongs_to(reversal: PointsEvent, event: PointsEvent) -> bool:
    """Whether the reversal takes back that event: its kind, its person."""
    return (
        reversal.reverses == event.event_id
        and reversal.customer_key == event.customer_key
        and TAKES_BACK.get(EventType(reversal.event_type)) == event.event_type
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
