"""PostgreSQL: a pool of connections, and a bounded retry of serialisation failures and deadlocks.

A restart of the server breaks every connection. Those that lie in the pool are found broken before they are used; what
was under way on one runs once more on another, unless it broke at a commit, which may have been done.
"""

import functools
import math
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import psycopg
import psycopg_pool

from redeem_app.adapters.transactions import Conflict, Connection, Faults, Row, Statement, T, Values
from redeem_app.domain.records import StoreUnavailable

_RETRIES: Final = 8

_PASSING: Final = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
"""Faults that are no outage: another transaction was in the way."""


_SILENCE: Final = {
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}
"""A server whose machine or network is gone says nothing; whoever waits for it is told after some twenty seconds."""


@functools.lru_cache(maxsize=512)
def _postgres_form(statement: str) -> bytes:
    """The same object each time, whose hash the driver finds its own form by."""
    return statement.replace("%", "%%").replace("?", "%s").encode()


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

    def run_after(self, first: Statement, then: Statement) -> int:
        with self._raw.pipeline():
            self._execute(*first)
            last = self._execute(*then)
        return last.rowcount

    def _execute(self, statement: str, values: Values) -> "psycopg.Cursor[Row]":
        return self._raw.execute(_postgres_form(statement), values)


class _Lost(StoreUnavailable):
    """The connection broke, and nothing that was done on it was committed."""


class PostgresDatabase:
    """A pool of connections; statements are prepared by the driver once they repeat.

    `size` connections at most; whoever gets none within `patience` seconds is told that the store is away.
    """

    dialect = "postgresql"
    faults = Faults(
        all=(psycopg.Error,),
        in_the_way=(psycopg.errors.IntegrityError, *_PASSING),
        no_table=(psycopg.errors.UndefinedTable,),
    )

    def __init__(self, url: str, size: int = 16, patience: float = 3.0) -> None:
        self._pool = psycopg_pool.ConnectionPool(
            url,
            min_size=1,
            max_size=size,
            timeout=patience,
            open=False,
            kwargs={
                "prepare_threshold": 2,
                "autocommit": True,
                "connect_timeout": max(2, math.ceil(patience)),
                **_SILENCE,
            },
        )
        self._opening = threading.Lock()
        self._is_open = False

    def read(self, work: Callable[[Connection], T]) -> T:
        return self._twice(lambda raw: work(_PostgresConnection(raw)))

    def write(self, work: Callable[[Connection], T]) -> T:
        return self._twice(lambda raw: _committed(raw, work))

    def write_alone(self, work: Callable[[Connection], T]) -> T:
        with self._connection() as raw:
            return work(_PostgresConnection(raw))

    def _twice(self, work: "Callable[[psycopg.Connection[Row]], T]") -> T:
        """Once more on another connection, where the first broke before anything was committed."""
        with suppress(_Lost), self._connection() as raw:
            return work(raw)
        with self._connection() as raw:
            return work(raw)

    @contextmanager
    def _connection(self) -> Iterator["psycopg.Connection[Row]"]:
        pool, raw = self._opened_pool(), None
        try:
            raw = _living(pool)
            yield raw
        except _PASSING:
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError) as fault:
            told = _Lost if raw is not None and raw.closed else StoreUnavailable
            raise told(f"PostgreSQL: {type(fault).__name__}") from fault
        finally:
            if raw is not None:
                pool.putconn(raw)

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


def _living(pool: "psycopg_pool.ConnectionPool[psycopg.Connection[Row]]") -> "psycopg.Connection[Row]":
    """A connection that nothing has happened to while it lay in the pool: no server speaks to who does not ask."""
    while True:
        raw = pool.getconn()
        if not raw.closed and not _is_spoken_to(raw.fileno()):
            return raw
        raw.close()
        pool.putconn(raw)


def _is_spoken_to(socket: int) -> bool:
    """Whether there is anything to read, a goodbye included; asks the kernel and not the server."""
    looking = select.poll()
    looking.register(socket, select.POLLIN)
    return bool(looking.poll(0))


def _committed(raw: "psycopg.Connection[Row]", work: Callable[[Connection], T]) -> T:
    for attempt in range(_RETRIES):
        try:
            return _in_transaction(raw, work, attempt)
        except (*_PASSING, Conflict):
            continue
    return _in_transaction(raw, work, _RETRIES)


def _in_transaction(raw: "psycopg.Connection[Row]", work: Callable[[Connection], T], attempt: int) -> T:
    is_done = False
    try:
        with raw.transaction():
            result = work(_PostgresConnection(raw, attempt))
            is_done = True
    except (psycopg.OperationalError, psycopg.InterfaceError) as fault:
        if is_done and raw.closed:
            raise StoreUnavailable("PostgreSQL: the connection broke at a commit") from fault
        raise
    return result
