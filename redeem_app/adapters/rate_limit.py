"""CallLimit in one process, and over the database for several processes that share one."""

import sqlite3
import threading
import time
from collections import deque
from typing import Final

import psycopg

from redeem_app.adapters.database import Connection, Database
from redeem_app.domain.limits import LimitUnavailable, Rate, Ticks, admitted
from redeem_app.domain.records import StoreUnavailable

_MANY: Final = 10_000


class InProcessLimit:
    """For a service that runs as one process; costs microseconds and nothing is kept elsewhere."""

    def __init__(self, ticks: Ticks = lambda: time.monotonic_ns() // 1000) -> None:
        self._ticks = ticks
        self._passed: dict[str, deque[int]] = {}
        self._turn = threading.Lock()

    def admits(self, name: str, rate: Rate) -> bool:
        with self._turn:
            now = self._ticks()
            passed = self._passed_by(name, now, rate)
            if len(passed) == rate.calls and now - passed[0] <= rate.window:
                return False
            passed.append(now)
            return True

    def _passed_by(self, name: str, now: int, rate: Rate) -> deque[int]:
        """What `limits.admitted` would keep, in place: a call costs the same however many are allowed."""
        passed = self._passed.get(name)
        if passed is None or passed.maxlen != rate.calls:
            passed = self._passed[name] = deque(passed or (), rate.calls)
            if len(self._passed) > _MANY:
                self._forget(now - rate.window)
        elif passed[-1] > now:
            passed = self._passed[name] = deque((min(moment, now) for moment in passed), rate.calls)
        return passed

    def _forget(self, before: int) -> None:
        """Names that have not called since; those that share the longest window go last."""
        self._passed = {name: passed for name, passed in self._passed.items() if not passed or passed[-1] >= before}


class DatabaseLimit:
    """For several processes without Redis; on PostgreSQL by its clock, on SQLite by that of its one machine.

    A call costs a write, on SQLite a durable one.
    """

    def __init__(self, database: Database, ticks: Ticks | None = None) -> None:
        self._database = database
        self._ticks = ticks

    def admits(self, name: str, rate: Rate) -> bool:
        try:
            return self._database.write(lambda connection: self._admits(connection, name, rate))
        except (StoreUnavailable, sqlite3.Error, psycopg.Error) as fault:
            raise LimitUnavailable(str(fault)) from fault

    def _admits(self, connection: Connection, name: str, rate: Rate) -> bool:
        if connection.dialect == "postgresql":
            connection.run("SET LOCAL synchronous_commit TO OFF")  # a count of this second need not survive a crash
        passed = _held(connection, name)
        # The clock is read while the row is held, so that moments enter in the order of the calls.
        passes, kept = admitted(passed, self._now(connection), rate)
        if kept != passed:
            connection.run(
                "UPDATE recent_calls SET moments = ?, latest = ? WHERE name = ?",
                (" ".join(map(str, kept)), kept[-1], name),
            )
        return passes

    def _now(self, connection: Connection) -> int:
        if self._ticks is not None:
            return self._ticks()
        if connection.dialect == "sqlite":
            return time.time_ns() // 1000
        row = connection.row("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT")
        if row is None:
            raise LimitUnavailable("the database did not tell the time")
        return int(row[0])


def _held(connection: Connection, name: str) -> tuple[int, ...]:
    """The moments kept for the name; no other transaction changes them until this one ends."""
    lock = " FOR UPDATE" if connection.dialect == "postgresql" else ""
    query = f"SELECT moments FROM recent_calls WHERE name = ?{lock}"  # noqa: S608 - fixed words
    row = connection.row(query, (name,))
    if row is None:
        connection.run(
            "INSERT INTO recent_calls (name, moments, latest) VALUES (?, '', 0) ON CONFLICT (name) DO NOTHING", (name,)
        )
        row = connection.row(query, (name,))
    return tuple(int(moment) for moment in row[0].split()) if row is not None else ()
