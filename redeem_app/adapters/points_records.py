"""Events of the apps' servers and the append-only ledger of points (rule E4)."""

from datetime import datetime

from redeem_app.adapters.database import Connection
from redeem_app.adapters.times import from_ms, to_ms
from redeem_app.domain.ids import AppId, CustomerKey, EventId
from redeem_app.domain.records import PointsEntry, PointsEvent


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

    def event(self, app_id: AppId, event_id: EventId) -> PointsEvent | None:
        row = self._db.row(
            "SELECT customer_key, event_type, category, quantity, occurred_at, reverses FROM events"
            " WHERE app_id = ? AND event_id = ?",
            (app_id, event_id),
        )
        if row is None:
            return None
        customer, event_type, category, quantity, occurred, reverses = row
        reversed_id = None if reverses is None else EventId(reverses)
        return PointsEvent(
            event_id, CustomerKey(customer), event_type, category, quantity, from_ms(occurred), reversed_id
        )

    def enter(self, app_id: AppId, customer_key: CustomerKey, entry: PointsEntry) -> None:
        self._db.run(
            "INSERT INTO points (app_id, event_id, rule, customer_key, points, entered_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                app_id,
                entry.event_id,
                entry.rule,
                customer_key,
                entry.points,
                to_ms(entry.entered_at),
                to_ms(entry.expires_at),
            ),
        )

    def entries(self, app_id: AppId, customer_key: CustomerKey) -> tuple[PointsEntry, ...]:
        rows = self._db.rows(
            "SELECT event_id, points, entered_at, expires_at, rule FROM points"
            " WHERE app_id = ? AND customer_key = ? ORDER BY entered_at, event_id, rule",
            (app_id, customer_key),
        )
        return tuple(
            PointsEntry(EventId(event_id), points, from_ms(entered), from_ms(expires), rule)
            for event_id, points, entered, expires, rule in rows
        )

    def balance(self, app_id: AppId, customer_key: CustomerKey, now: datetime) -> int:
        row = self._db.row(
            "SELECT COALESCE(SUM(points), 0) FROM points WHERE app_id = ? AND customer_key = ?"
            " AND (expires_at IS NULL OR expires_at > ?)",
            (app_id, customer_key, to_ms(now)),
        )
        return 0 if row is None else int(row[0])
