"""Counting an event by one read and one write that is its own condition (rules E1, E2, E4).

As in `granting_at_once`, whatever is in the way is found out by the long way, `Earning.report`: an event that came
before, one that takes points back or was taken back, points that are owed, a reward to be issued with the event.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from redeem_app.domain import points_ledger
from redeem_app.domain.campaign import App
from redeem_app.domain.earning import Earned, Standing, check_source, is_running, standing_in
from redeem_app.domain.ids import AppId, CampaignId, MomentId
from redeem_app.domain.played_apps import Booking, PlayedApp, SeenCustomer
from redeem_app.domain.points import PointsEntry, PointsEvent, checked_event
from redeem_app.domain.ports import Clock
from redeem_app.domain.records import Records
from redeem_app.domain.refusals import Refusal

_STANDINGS = 4_096


class EarningAtOnce:
    """Counts events that give points, or nothing, and lead to nothing more."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def report(
        self, key_hash: str, event_of: Callable[[AppId], PointsEvent], lets_pass: Callable[[App], bool]
    ) -> Earned | None:
        """What the event gave; None, and nothing has changed, where it has to go the long way.

        `event_of` makes the event of the app whose key it is; `lets_pass` is asked last, and may raise. The same
        standing is the same object, for whoever keeps what he made of it.
        """
        app_id = self._records.app_id_of_key(key_hash)
        if app_id is None:
            return None
        event, now = event_of(app_id), self._clock.now()
        seen = self._records.customer_of_key(key_hash, event.customer_key)
        if seen is None or not _is_plain(seen, event, now):
            return None
        booked = points_ledger.booked(event, seen.played.app, seen.entries, (), now)
        standing = _standing(seen, booked, now)
        if len(booked) > 1 or any(due.is_issued_by_itself for due in standing.due) or not lets_pass(seen.played.app):
            return None
        entry = booked[0] if booked else None
        booking = Booking(app_id, event.customer_key, event, entry, seen.state, now)
        return Earned(entry.points if entry else 0, True, standing) if self._records.book(booking) else None


def _is_plain(seen: SeenCustomer, event: PointsEvent, now: datetime) -> bool:
    if event.reverses is not None:
        return False
    try:
        check_source(seen.played.app, event)
        checked_event(event, now)
    except Refusal:
        return False
    return True


def _standing(seen: SeenCustomer, booked: tuple[PointsEntry, ...], now: datetime) -> Standing:
    spendable = points_ledger.spendable((*seen.entries, *booked), now)
    running = tuple(is_running(stored, now) for stored in seen.played.campaigns)
    return _same_standing(seen.played, running, spendable, seen.granted)


@lru_cache(maxsize=_STANDINGS)
def _same_standing(
    played: PlayedApp, running: tuple[bool, ...], spendable: int, granted: frozenset[tuple[CampaignId, MomentId]]
) -> Standing:
    campaigns = [stored for stored, runs in zip(played.campaigns, running, strict=True) if runs]
    return standing_in(campaigns, spendable, granted)
