"""A person's ledger of points in one app: lots that expire, are spent oldest first, and may leave something owed.

A lot is all entries of one expiry. Each lot but the one without expiry holds nothing or more; the one without expiry
may be below nothing, which is what the person owes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from redeem_app.domain.campaign import App
from redeem_app.domain.ids import EventId, RewardId
from redeem_app.domain.points import (
    PointsEntry,
    PointsEvent,
    belongs_to,
    earning_entry,
    taken_back,
)
from redeem_app.domain.refusals import Reason, Refusal

Lots = dict[datetime | None, int]
_NEVER = datetime.max.replace(tzinfo=UTC)


def balance(entries: Iterable[PointsEntry], now: datetime) -> int:
    """The sum of what has not expired; below nothing where points are owed (rule E4)."""
    return sum(entry.points for entry in entries if entry.expires_at is None or entry.expires_at > now)


def spendable(entries: Iterable[PointsEntry], now: datetime) -> int:
    """What can be exchanged for rewards; never below nothing."""
    return max(0, balance(entries, now))


def booked(
    event: PointsEvent,
    app: App,
    entries: Collection[PointsEntry],
    related: Collection[PointsEvent],
    now: datetime,
) -> tuple[PointsEntry, ...]:
    """The entries that the event adds to the person's ledger `entries`; none where it changes nothing.

    `related`: for an event that takes back, the event it names, if that has arrived, and the other events that take
    it back, in the order of their arrival; for any other event, those that arrived before it and take it back. The
    caller makes sure that an event id is booked once.
    """
    if event.reverses is None:
        return _earned(event, app, entries, [r for r in related if belongs_to(r, event)], now)
    original = next((other for other in related if other.event_id == event.reverses), None)
    if original is None or not belongs_to(event, original):
        return ()
    given = next((e for e in entries if e.event_id == original.event_id and e.points > 0 and e.occurred_at), None)
    before = [r for r in related if r.event_id != event.event_id and belongs_to(r, original)]
    if given is None:
        return ()
    _, points = taken_back(original, given.points, [*before, event])[-1]
    return tuple(_taken(event, points, given.expires_at, entries, now))


def exchanged(
    entries: Collection[PointsEntry], points: int, reward_id: RewardId, now: datetime
) -> tuple[PointsEntry, ...]:
    """The entries that exchange `points` for a reward, oldest points first (rule E3).

    Raises Refusal(REWARD_NOT_DUE) where fewer are spendable.
    """
    has = spendable(entries, now)
    if points > has:
        raise Refusal(Reason.REWARD_NOT_DUE, needs=points, has=has)
    taken = _from_lots(_live(_lots(entries), now), points)
    return tuple(_numbered(EventId(f"reward:{reward_id}"), "exchange", taken, now))


def _earned(
    event: PointsEvent,
    app: App,
    entries: Collection[PointsEntry],
    reversals: Collection[PointsEvent],
    now: datetime,
) -> tuple[PointsEntry, ...]:
    entry = earning_entry(event, app.earning, entries, expire_after_days=app.points_expire_after_days, now=now)
    if entry is None:
        return ()
    added = [entry, *_settled(entry, entries, now)]
    for reversal, points in taken_back(event, entry.points, reversals):
        ledger = [*entries, *added]
        added += _taken(reversal, points, entry.expires_at, ledger, now)
    return tuple(added)


def _settled(entry: PointsEntry, entries: Collection[PointsEntry], now: datetime) -> Iterator[PointsEntry]:
    """New points pay what is owed: they move from their own lot to the one without expiry."""
    owed = min(entry.points, max(0, -_lots(entries)[None]))
    if owed and entry.expires_at is not None and entry.expires_at > now:
        yield PointsEntry(entry.event_id, -owed, now, entry.expires_at, "owed:1")
        yield PointsEntry(entry.event_id, owed, now, None, "owed:2")


def _taken(
    reversal: PointsEvent,
    points: int,
    lot: datetime | None,
    entries: Collection[PointsEntry],
    now: datetime,
) -> Iterator[PointsEntry]:
    """Take points back: from the lot they were in, even if it expired, then oldest first, then they are owed."""
    lots = _lots(entries)
    own = min(points, max(0, lots[lot]))
    lots[lot] -= own
    others = _from_lots(_live(lots, now), points - own)
    owed = points - own - sum(taken for _, taken in others)
    yield from _numbered(reversal.event_id, reversal.event_type, [(lot, own), *others, (None, owed)], now)


def _from_lots(lots: Lots, points: int) -> list[tuple[datetime | None, int]]:
    """How many points come from each lot, the one that expires first first; fewer than asked if there are no more."""
    taken = list[tuple[datetime | None, int]]()
    for lot in sorted(lots, key=lambda expiry: expiry or _NEVER):
        part = min(points, max(0, lots[lot]))
        taken.append((lot, part))
        points -= part
    return taken


def _numbered(
    source: EventId, rule: str, parts: Iterable[tuple[datetime | None, int]], now: datetime
) -> Iterator[PointsEntry]:
    real = [(lot, points) for lot, points in parts if points]
    for number, (lot, points) in enumerate(real, start=1):
        yield PointsEntry(source, -points, now, lot, f"{rule}:{number}")


def _lots(entries: Iterable[PointsEntry]) -> Lots:
    lots: Lots = defaultdict(int)
    for entry in entries:
        lots[entry.expires_at] += entry.points
    return lots


def _live(lots: Lots, now: datetime) -> Lots:
    return {lot: points for lot, points in lots.items() if lot is None or lot > now}
