"""Events of the apps' servers and the append-only ledger of points (rule E4)."""

from datetime import datetime

from redeem_app.adapters.database import Connection, Row, Values
from redeem_app.adapters.rows import Fields, insert
from redeem_app.adapters.times import from_ms, to_ms
from redeem_app.domain.ids import AppId, CustomerKey, EventId
from redeem_app.domain.points import PointsEntry, PointsEvent


class StoredPoints:
    """PointsRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add_event(self, app_id: AppId, event: PointsEvent, now: datetime) -> bool:
        row = event_row(app_id, event, now)
        added = self._db.run(
            f"INSERT INTO events ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608 - ours
            " ON CONFLICT (app_id, event_id) DO NOTHING",
            tuple(row.values()),
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
            self._db.run(*hold_statement(app_id, customer_key))

    def enter(self, app_id: AppId, customer_key: CustomerKey, entry: PointsEntry) -> None:
        insert(self._db, "points", entry_row(app_id, customer_key, entry))

    def entries(self, app_id: AppId, customer_key: CustomerKey) -> tuple[PointsEntry, ...]:
        rows = self._db.rows(
            "SELECT event_id, rule, points, entered_at, expires_at, occurred_at FROM points"
            " WHERE app_id = ? AND customer_key = ? ORDER BY entered_at, event_id, rule",
            (app_id, customer_key),
        )
        return tuple(entry_of(*row) for row in rows)


def entry_of(  # noqa: PLR0913, PLR0917 - the columns of a row
    event_id: str, rule: str, points: int, entered: int, expires: int | None, occurred: int | None
) -> PointsEntry:
    """A line of the ledger from its columns."""
    return PointsEntry(EventId(event_id), points, from_ms(entered), from_ms(expires), rule, from_ms(occurred))


def entry_row(app_id: AppId, customer_key: CustomerKey, entry: PointsEntry) -> Fields:
    """A line of the ledger, to be added."""
    return {
        "app_id": app_id,
        "event_id": entry.event_id,
        "rule": entry.rule,
        "customer_key": customer_key,
        "points": entry.points,
        "entered_at": to_ms(entry.entered_at),
        "expires_at": to_ms(entry.expires_at),
        "occurred_at": to_ms(entry.occurred_at),
    }


def event_row(app_id: AppId, event: PointsEvent, now: datetime) -> Fields:
    """An event, to be added."""
    return {
        "app_id": app_id,
        "event_id": event.event_id,
        "customer_key": event.customer_key,
        "event_type": event.event_type,
        "category": event.category,
        "quantity": event.quantity,
        "occurred_at": to_ms(event.occurred_at),
        "received_at": to_ms(now),
        "reverses": event.reverses,
    }


def hold_statement(app_id: AppId, customer_key: CustomerKey) -> tuple[str, Values]:
    """On PostgreSQL, what keeps others from the customer's ledger until the transaction ends."""
    return "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (f"{app_id} {customer_key}",)


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
