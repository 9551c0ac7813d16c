"""PostgreSQL: a pool of connections, and a bounded retry of serialisation failures and deadlocks."""

import functools
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
import psycopg_pool

from redeem_app.adapters.transactions import Conflict, Connection, Row, T, Values
from redeem_app.domain.records import StoreUnavailable

_RETRIES: Final = 8

_PASSING: Final = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
"""Faults that are no outage: another transaction was in the way."""


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
    """A pool of connections; statements are prepared by the driver once they repeat.

    `size` connections at most; whoever gets none within `patience` seconds is told that the store is away.
    """

    dialect = "postgresql"

    def __init__(self, url: str, size: int = 16, patience: float = 3.0) -> None:
        self._pool = psycopg_pool.ConnectionPool(
            url,
            min_size=1,
            max_size=size,
            timeout=patience,
            open=False,
            kwargs={"prepare_threshold": 2, "autocommit": True, "connect_timeout": max(2, math.ceil(patience))},
        )
        self._opening = threading.Lock()
        self._is_open = False

    def read(self, work: Callable[[Connection], T]) -> T:
        with self._connection() as raw:
            return work(_PostgresConnection(raw))

    def write(self, work: Callable[[Connection], T]) -> T:
        with self._connection() as raw:
            for attempt in range(_RETRIES):
                try:
                    with raw.transaction():
                        return work(_PostgresConnection(raw, attempt))
                except (*_PASSING, Conflict):
                    continue
            with raw.transaction():
                return work(_PostgresConnection(raw, _RETRIES))

    def write_alone(self, work: Callable[[Connection], T]) -> T:
        with self._connection() as raw:
            return work(_PostgresConnection(raw))

    @contextmanager
    def _connection(self) -> Iterator["psycopg.Connection[Row]"]:
        pool = self._opened_pool()
        try:
            with pool.connection() as raw:
                yield raw
        except _PASSING:
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError) as fault:
            if not isinstance(fault, psycopg_pool.PoolTimeout):
                pool.check()  # what else lies in the pool is as old: after a restart one request fails, not sixteen
            raise StoreUnavailable(f"PostgreSQL: {type(fault).__name__}") from fault

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
