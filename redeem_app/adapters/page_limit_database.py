"""The count of pages that several processes share through the database, where there is no Redis."""

import time
from collections.abc import Callable
from typing import Final

from redeem_app.adapters.database import Connection, Database
from redeem_app.adapters.page_limit import MINUTE
from redeem_app.domain.limits import LimitUnavailable
from redeem_app.domain.records import StoreUnavailable

_UPSERT: Final = """
INSERT INTO page_counts (name, total, ends_at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET
total = CASE WHEN page_counts.ends_at <= ? THEN excluded.total ELSE page_counts.total + excluded.total END,
ends_at = CASE WHEN page_counts.ends_at <= ? THEN excluded.ends_at ELSE page_counts.ends_at END
RETURNING total, ends_at
"""


class DatabaseTogether:
    """Together in a table; by the clocks of the machines, which may differ by a few seconds without harm."""

    def __init__(self, database: Database, seconds: Callable[[], float] = time.time) -> None:
        self._database = database
        self._seconds = seconds

    def add(self, name: str, count: int) -> tuple[int, float]:
        try:
            return self._database.write(lambda connection: self._add(connection, name, count))
        except StoreUnavailable as fault:
            raise LimitUnavailable(f"the database: {type(fault).__name__}") from fault
        except self._database.faults.all as fault:
            raise LimitUnavailable(f"the database: {type(fault).__name__}") from fault

    def _add(self, connection: Connection, name: str, count: int) -> tuple[int, float]:
        if connection.dialect == "postgresql":
            connection.run("SET LOCAL synchronous_commit TO OFF")  # a count of this minute need not survive a crash
        now = round(self._seconds() * 1000)
        row = connection.row(_UPSERT, (name, count, now + round(MINUTE * 1000), now, now))
        if row is None:
            raise LimitUnavailable("the database kept no count")
        connection.run("DELETE FROM page_counts WHERE ends_at <= ?", (now,))
        return int(row[0]), (int(row[1]) - now) / 1000
