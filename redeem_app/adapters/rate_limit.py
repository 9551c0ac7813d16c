"""CallLimit in one process, and over the database for several processes that share one."""

import threading
import time
from collections import deque
from typing import Final

from redeem_app.adapters.database import Connection, Database, Values
from redeem_app.domain.limits import LimitUnavailable, Rate, Ticks, admitted
from redeem_app.domain.records import StoreUnavailable

_MANY: Final = 10_000

_NOW: Final = "COALESCE(CAST(? AS BIGINT), CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT))"
_KNOWN: Final = "string_to_array(r.moments, ' ')"
_COUNT: Final = f"""
INSERT INTO recent_calls AS r (name, moments, latest)
SELECT called.name, CAST(first.at AS TEXT), first.at
FROM {{names}} AS called, (SELECT {_NOW} AS at) AS first
ORDER BY called.name
ON CONFLICT (name) DO UPDATE SET (moments, latest) = (
  SELECT
    array_to_string(({_KNOWN})[cardinality({_KNOWN}) - CAST(? AS INTEGER) + 2 :] || CAST(this.at AS TEXT), ' '),
    this.at
  FROM (SELECT {_NOW} AS at) AS this
)
WHERE r.latest <= {_NOW} AND (
  cardinality({_KNOWN}) < CAST(? AS INTEGER)
  OR {_NOW} - CAST(({_KNOWN})[cardinality({_KNOWN}) - CAST(? AS INTEGER) + 1] AS BIGINT) > ?
)
RETURNING name
"""  # noqa: S608 - fixed words
_WITHOUT_SYNC: Final = "(SELECT CAST(? AS TEXT) AS name, set_config('synchronous_commit', 'off', TRUE))"
"""A name; a count of this second need not survive a crash."""


def counting(names: str) -> str:
    """A statement of PostgreSQL that counts a call for each `name` of a relation, none of which comes twice.

    It gives those that may pass: where `limits.admitted` says yes and no clock was set back.
    """
    return _COUNT.format(names=names)


def counting_values(rate: Rate, now: int | None = None) -> Values:
    """For the marks of `counting`, behind those of `names`; `now` in microseconds, else the database's clock counts."""
    return (now, rate.calls, now, now, rate.calls, now, rate.calls, rate.window)


_ADMIT: Final = counting(_WITHOUT_SYNC)


class InProcessLimit:
    """For a service that runs as one process; costs microseconds and nothing is kept elsewhere."""

    is_in_records = False

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
        self.is_in_records = database.dialect == "postgresql" and ticks is None

    def admits(self, name: str, rate: Rate) -> bool:
        try:
            if self._database.dialect == "postgresql" and self._admits_at_once(name, rate):
                return True
            return self._database.write(lambda connection: self._admits(connection, name, rate))
        except StoreUnavailable as fault:
            raise LimitUnavailable(str(fault)) from fault
        except self._database.faults.all as fault:
            raise LimitUnavailable(str(fault)) from fault

    def _admits_at_once(self, name: str, rate: Rate) -> bool:
        """The usual case in one statement; False where `_admits` has to look closer."""
        now = None if self._ticks is None else self._ticks()
        values = (name, *counting_values(rate, now))
        return self._database.write_alone(lambda connection: connection.row(_ADMIT, values)) is not None

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
