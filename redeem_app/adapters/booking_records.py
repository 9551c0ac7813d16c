"""Reads in one statement all that counting an event rests on, and counts it by a write that is its own condition.

Of the app and its campaigns nothing is kept for a time: their rows are compared with what they were before, on each
reading, as in `offer_records`. A customer's ledger and rewards are told apart by their state: how many lines there are,
what they sum to and when the last was entered. Lines are only added, so who waited for another's write finds another
state, and writes nothing.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from redeem_app.adapters.campaign_records import STORED, app_of, stored_campaign
from redeem_app.adapters.database import Connection, Database, Row, Statement
from redeem_app.adapters.points_records import entry_of, entry_row, event_row, hold_statement
from redeem_app.domain.ids import AppId, CampaignId, CustomerKey, MomentId
from redeem_app.domain.played_apps import Booking, PlayedApp, SeenCustomer

_CAMPAIGN, _ENTRY, _GRANTED = range(3)
"""Kinds of rows, by their first column."""

_CONTENTS: Final = {
    "sqlite": "CAST(a.document AS BLOB), c.state, CAST(c.document AS BLOB)",
    "postgresql": "a.xmin::text, c.state, c.xmin::text",
}
_PLAYED: Final = (
    " FROM api_keys k JOIN apps a ON a.app_id = k.app_id LEFT JOIN campaigns c ON c.app_id = a.app_id"
    " WHERE k.key_hash = ? AND k.retired_at IS NULL"
)
_NO_WORD, _NO_NUMBER = "CAST(NULL AS TEXT)", "CAST(NULL AS BIGINT)"
_SEEN: Final = {
    dialect: f"""
SELECT {_CAMPAIGN}, {contents}, {_NO_NUMBER}, {_NO_NUMBER}, {_NO_NUMBER}{_PLAYED}
UNION ALL SELECT {_ENTRY}, event_id, rule, CAST(points AS TEXT), entered_at, expires_at, occurred_at
 FROM points WHERE app_id = ? AND customer_key = ?
UNION ALL SELECT {_GRANTED}, campaign_id, moment_id, {_NO_WORD}, {_NO_NUMBER}, {_NO_NUMBER}, {_NO_NUMBER}
 FROM rewards WHERE customer_key = ?
"""  # noqa: S608 - fixed words
    for dialect, contents in _CONTENTS.items()
}
_WHOLE: Final = {
    dialect: f"SELECT {contents}, {STORED}{_PLAYED} ORDER BY c.campaign_id" for dialect, contents in _CONTENTS.items()
}
_STILL_SO: Final = """
 WHERE (SELECT COUNT(*) || ' ' || COALESCE(SUM(points), 0) || ' ' || COALESCE(MAX(entered_at), 0) FROM points
  WHERE app_id = ? AND customer_key = ?) || ' ' || (SELECT COUNT(*) FROM rewards WHERE customer_key = ?) = ?
 AND NOT EXISTS (SELECT 1 FROM events WHERE app_id = ? AND reverses = ?)
 ON CONFLICT (app_id, event_id) DO NOTHING
"""
"""The state as `_seen` writes it; and nothing arrived before the event that takes it back."""
_MANY: Final = 1_000
_MANY_KEYS: Final = 10_000

Contents = list[tuple[Any, ...]]


class Bookings:
    """What events are counted by; knows the apps that it read before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owners: dict[str, AppId] = {}
        self._known: dict[AppId, tuple[Contents, PlayedApp]] = {}

    def app_id(self, key_hash: str) -> AppId | None:
        """`Records.app_id_of_key`. A key is never another app's, so this is read once."""
        owner = self._owners.get(key_hash)
        if owner is None:
            statement = "SELECT app_id FROM api_keys WHERE key_hash = ?"
            row = self._database.read(lambda db: db.row(statement, (key_hash,)))
            if row is None:
                return None
            if len(self._owners) >= _MANY_KEYS:
                self._owners.clear()
            owner = self._owners[key_hash] = AppId(row[0])
        return owner

    def customer(self, key_hash: str, customer_key: CustomerKey) -> SeenCustomer | None:
        """`Records.customer_of_key`."""
        app_id = self.app_id(key_hash)
        values = (key_hash, app_id, customer_key, customer_key)

        def see(db: Connection) -> SeenCustomer | None:
            rows = db.rows(_SEEN[db.dialect], values)
            contents = sorted(row[1:4] for row in rows if row[0] == _CAMPAIGN)
            if not contents or app_id is None:
                return None
            known = self._known.get(app_id)
            if known is None or known[0] != contents:
                known = self._learn(db, app_id, key_hash)
            return known and _seen(known[1], rows)

        return self._database.read(see)

    def _learn(self, db: Connection, app_id: AppId, key_hash: str) -> tuple[Contents, PlayedApp] | None:
        rows = db.rows(_WHOLE[db.dialect], (key_hash,))
        if not rows:
            return None
        if len(self._known) >= _MANY:
            self._known.clear()
        campaigns = tuple(stored_campaign(*row[3:]) for row in rows if row[3] is not None)
        known = self._known[app_id] = sorted(row[:3] for row in rows), PlayedApp(app_of(rows[0][5]), campaigns)
        return known

    def book(self, booking: Booking) -> bool:
        """`Records.book`."""
        event, entry = _insertions(booking)
        if self._database.dialect == "sqlite":
            return self._database.write(lambda db: _booked(db, event, entry))
        hold = hold_statement(booking.app_id, booking.customer_key)
        both = event if entry is None else _together(event, entry)
        return self._database.write_alone(lambda db: db.run_after(hold, both)) == 1


def _seen(played: PlayedApp, rows: Sequence[Row]) -> SeenCustomer:
    entries = [row for row in rows if row[0] == _ENTRY]
    granted = frozenset((CampaignId(row[1]), MomentId(row[2])) for row in rows if row[0] == _GRANTED)
    ledger = tuple(entry_of(event_id, rule, int(points), *moments) for _, event_id, rule, points, *moments in entries)
    last = max((row[4] for row in entries), default=0)
    state = f"{len(ledger)} {sum(entry.points for entry in ledger)} {last} {len(granted)}"
    return SeenCustomer(played, ledger, granted, state)


def _insertions(booking: Booking) -> tuple[Statement, Statement | None]:
    """Of the event, where the customer is still as he was, and of its entry."""
    app_id, customer_key, event, entry, state, now = booking
    row = event_row(app_id, event, now)
    condition = (app_id, customer_key, customer_key, state, app_id, event.event_id)
    first = _selection("events", tuple(row)) + _STILL_SO, (*row.values(), *condition)
    if entry is None:
        return first, None
    line = entry_row(app_id, customer_key, entry)
    return first, (_selection("points", tuple(line)), tuple(line.values()))


@cache
def _selection(table: str, columns: tuple[str, ...]) -> str:
    numbers = {"quantity", "points", "occurred_at", "received_at", "entered_at", "expires_at"}
    marks = ", ".join(f"CAST(? AS {'BIGINT' if column in numbers else 'TEXT'})" for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {marks}"


def _booked(db: Connection, event: Statement, entry: Statement | None) -> bool:
    if db.run(*event) != 1:
        return False
    if entry is not None:
        db.run(*entry)
    return True


def _together(event: Statement, entry: Statement) -> Statement:
    """One statement, in which the entry is made out of the event."""
    return f"WITH event AS ({event[0]} RETURNING 1) {entry[0]} FROM event", (*event[1], *entry[1])
