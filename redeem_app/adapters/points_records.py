"""Events of the apps' servers and the append-only ledger of points (rule E4)."""

from datetime import datetime

from redeem_app.adapters.database import Connection, Row
from redeem_app.adapters.times import from_ms, to_ms
from redeem_app.domain.ids import AppId, CustomerKey, EventId
from redeem_app.domain.points import PointsEntry, PointsEvent


class StoredPoints:
    """PointsRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add_event(self, app_id: AppId, event: PointsEvent, now: datetime) -> bool:
        added = self._db.run(
            "INSERT INTO events (app_id, event_id, customer_key, event_type, category, quantity, occurred_at,"
            " received_at, reverses) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (app_id, event_id) DO NOTHING",
            (
                app_id,
                event.event_id,
                event.customer_key,
                event.event_type,
                event.category,
                event.quantity,
                to_ms(event.occurred_at),
                to_ms(now),
                event.reverses,
            ),
        )
        return added == 1

    def related(self, app_id: AppId, event: PointsEvent) -> tuple[PointsEvent, ...]:
        original = event.reverses or event.event_id
        rows = self._db.rows(
            "SELECT event_id, customer_key, event_type, category, quantity, occurred_at, reverses FROM events"
            " WHERE app_id = ? AND (reverses = ? OR event_id = ?) ORDER BY received_at, event_id",
            (app_id, original, original),
        )
        return tuple(_event(row) for row in rows if row[0] != event.event_id)

    def forget_customer(self, app_id: AppId, customer_key: CustomerKey) -> int:
        gone = self._db.run("DELETE FROM points WHERE app_id = ? AND customer_key = ?", (app_id, customer_key))
        return gone + self._db.run("DELETE FROM events WHERE app_id = ? AND customer_key = ?", (app_id, customer_key))

    def hold(self, app_id: AppId, customer_key: CustomerKey) -> None:
        # SQLite has one writer at a time, so the transaction itself holds every ledger.
        if self._db.dialect == "postgresql":
            self._db.run("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (f"{app_id} {customer_key}",))

    def enter(self, app_id: AppId, customer_key: CustomerKey, entry: PointsEntry) -> None:
        self._db.run(
            "INSERT INTO points (app_id, event_id, rule, customer_key, points, entered_at, expires_at, occurred_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                app_id,
                entry.event_id,
                entry.rule,
                customer_key,
                entry.points,
                to_ms(entry.entered_at),
                to_ms(entry.expires_at),
                to_ms(entry.occurred_at),
            ),
        )

    def entries(self, app_id: AppId, customer_key: CustomerKey) -> tuple[PointsEntry, ...]:
        rows = self._db.rows(
            "SELECT event_id, points, entered_at, expires_at, rule, occurred_at FROM points"
            " WHERE app_id = ? AND customer_key = ? ORDER BY entered_at, event_id, rule",
            (app_id, customer_key),
        )
        return tuple(
            PointsEntry(EventId(event_id), points, from_ms(entered), from_ms(expires), rule, from_ms(occurred))
            for event_id, points, entered, expires, rule, occurred in rows
        )


def _event(row: Row) -> PointsEvent:
    event_id, customer, event_type, category, quantity, occurred, reverses = row
    return PointsEvent(
        EventId(event_id),
        CustomerKey(customer),
        event_type,
        category,
        quantity,
        from_ms(occurred),
        None if reverses is None else EventId(reverses),
    )
