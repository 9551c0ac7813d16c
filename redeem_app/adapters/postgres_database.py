"""PostgreSQL: work on one of its connections, and a bounded retry of serialisation failures and deadlocks.

A restart of the server breaks every connection. Those that nobody uses are found broken before they are used; what
was under way on one runs once more on another, unless it broke at a commit, which may have been done.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import psycopg

from redeem_app.adapters.postgres_connection import PostgresConnection
from redeem_app.adapters.postgres_pool import Connections
from redeem_app.adapters.transactions import Conflict, Connection, Faults, T
from redeem_app.domain.records import StoreUnavailable

_RETRIES: Final = 8

_PASSING: Final = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
"""Faults that are no outage: another transaction was in the way."""


class _Lost(StoreUnavailable):
    """The connection broke, and nothing that was done on it was committed."""


class PostgresDatabase:
    """Some connections; statements are prepared once they repeat.

    `size` connections at most; whoever gets none within `patience` seconds is told that the store is away.
    """

    dialect = "postgresql"
    faults = Faults(
        all=(psycopg.Error,),
        in_the_way=(psycopg.errors.IntegrityError, *_PASSING),
        no_table=(psycopg.errors.UndefinedTable,),
    )

    def __init__(self, url: str, size: int = 16, patience: float = 3.0) -> None:
        self._connections = Connections(url, size, patience)

    def read(self, work: Callable[[Connection], T]) -> T:
        return self._twice(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        return self._twice(lambda db: _committed(db, work))

    def write_alone(self, work: Callable[[Connection], T]) -> T:
        return self._once(work)

    def close(self) -> None:
        self._connections.close()

    def _twice(self, work: Callable[[PostgresConnection], T]) -> T:
        """Once more on another connection, where the first broke before anything was committed."""
        with suppress(_Lost):
            return self._once(work)
        return self._once(work)

    def _once(self, work: Callable[[PostgresConnection], T]) -> T:
        raw = None
        try:
            raw = self._connections.take()
            return work(raw.statements)
        except _PASSING:
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError) as fault:
            told = _Lost if raw is not None and raw.closed else StoreUnavailable
            raise told(f"PostgreSQL: {type(fault).__name__}") from fault
        finally:
            if raw is not None:
                self._connections.give(raw)


def _committed(db: PostgresConnection, work: Callable[[Connection], T]) -> T:
    for attempt in range(_RETRIES):
        try:
            return _in_transaction(db, work, attempt)
        except (*_PASSING, Conflict):
            continue
    return _in_transaction(db, work, _RETRIES)


def _in_transaction(db: PostgresConnection, work: Callable[[Connection], T], attempt: int) -> T:
    is_done, db.attempt = False, attempt
    try:
        with db.raw.transaction():
            result = work(db)
            is_done = True
    except (psycopg.OperationalError, psycopg.InterfaceError) as fault:
        if is_done and db.raw.closed:
            raise StoreUnavailable("PostgreSQL: the connection broke at a commit") from fault
        raise
    finally:
        db.attempt = 0
    return result
