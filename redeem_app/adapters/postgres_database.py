"""PostgreSQL: a pool of connections, and a bounded retry of serialisation failures and deadlocks."""

import functools
import threading
from collections.abc import Callable
from typing import Final

import psycopg
import psycopg_pool

from redeem_app.adapters.transactions import Conflict, Connection, Row, T, Values

_RETRIES: Final = 8


@functools.lru_cache(maxsize=512)
def _postgres_form(statement: str) -> str:
    return statement.replace("%", "%%").replace("?", "%s")


class _PostgresConnection:
    dialect = "postgresql"

    def __init__(self, raw: "psycopg.Connection[Row]", attempt: int = 0) -> None:
        self._raw = raw
        self.attempt = attempt

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        return self._execute(statement, values).fetchall()

    def row(self, statement: str, values: Values = ()) -> Row | None:
        return self._execute(statement, values).fetchone()

    def run(self, statement: str, values: Values = ()) -> int:
        return self._execute(statement, values).rowcount

    def _execute(self, statement: str, values: Values) -> "psycopg.Cursor[Row]":
        return self._raw.execute(_postgres_form(statement).encode(), values)


class PostgresDatabase:
    """A pool of connections; statements are prepared by the driver once they repeat."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self._pool = psycopg_pool.ConnectionPool(
            url, min_size=1, max_size=16, timeout=10, open=False, kwargs={"prepare_threshold": 2, "autocommit": True}
        )
        self._opening = threading.Lock()
        self._is_open = False

    def read(self, work: Callable[[Connection], T]) -> T:
        with self._opened_pool().connection() as raw:
            return work(_PostgresConnection(raw))

    def write(self, work: Callable[[Connection], T]) -> T:
        with self._opened_pool().connection() as raw:
            for attempt in range(_RETRIES):
                try:
                    with raw.transaction():
                        return work(_PostgresConnection(raw, attempt))
                except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected, Conflict):
                    continue
            with raw.transaction():
                return work(_PostgresConnection(raw, _RETRIES))

    def write_alone(self, work: Callable[[Connection], T]) -> T:
        with self._opened_pool().connection() as raw:
            return work(_PostgresConnection(raw))

    def close(self) -> None:
        self._pool.close()

    def _opened_pool(self) -> "psycopg_pool.ConnectionPool[psycopg.Connection[Row]]":
        # Opened at first use, so that each process of a forking server has a pool of its own.
        if not self._is_open:
            with self._opening:
                if not self._is_open:
                    self._pool.open()
                    self._is_open = True
        return self._pool
