"""Counters with a ceiling, spread over shards so that one hot campaign does not wait for one row."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from redeem_app.adapters.counter_shards import Shard, given_back, spread, taken_at
from redeem_app.adapters.database import Conflict, Connection
from redeem_app.domain.counters import Take

SHARDS: Final = {"sqlite": 1, "postgresql": 16}
"""SQLite has one writer, so shards would only cost; on PostgreSQL 16 rows measured best."""

_TAKE: Final = (
    "UPDATE counters SET used = used + {amount}{source} WHERE name = ? AND shard = ? AND used + {amount} <= ceiling"
)
TAKE: Final = _TAKE.format(amount="?", source="")
LEFT: Final = "(SELECT CAST(SUM(ceiling - used) AS BIGINT) FROM counters WHERE name = {name})"
"""What all parts of a counter together have left, on PostgreSQL."""
_GIVE_BACK: Final = "UPDATE counters SET used = used - ? WHERE name = ? AND shard = ? AND used >= ?"


class CounterRecords:
    """Counters on the database; every take is one conditional write."""

    def __init__(self, connection: Connection, shards: int | None = None) -> None:
        self._db = connection
        self._shards = shards or SHARDS[connection.dialect]
        # One lane for all counters of a transaction: two transactions then meet on all their rows or on none.
        self._lane = secrets.randbelow(self._shards) if self._shards > 1 else 0
        self._rows_are_locked = connection.dialect == "postgresql"
        self._gathers = self._rows_are_locked and connection.attempt > 0

    def set_ceiling(self, name: str, ceiling: int, unit: int = 1) -> None:
        parts = self._locked(name)
        if not parts and self._open(name, ceiling, unit):
            return
        used = {number: part.used for number, part in (parts or self._locked(name)).items()}
        self._write(name, spread(used, ceiling, unit))

    def _open(self, name: str, ceiling: int, unit: int) -> bool:
        """Make a counter that was not seen; False, and nothing changed, where another transaction just made it."""
        parts = spread(dict.fromkeys(range(self._shards), 0), ceiling, unit)
        return self._db.run(f"{_insert(len(parts))} DO NOTHING", _values(name, parts)) > 0

    def take(self, name: str, amount: int) -> bool:
        return self.take_all((Take(name, amount),)) is None

    def take_all(self, wanted: Sequence[Take]) -> str | None:
        rest = tuple(wanted)
        while rest:
            rest = rest[self._taken_in_lane(rest) :]
            if rest and not self._take_anywhere(rest[0]):
                return rest[0].name
            rest = rest[1:]
        return None

    def _taken_in_lane(self, wanted: Sequence[Take]) -> int:
        """How many of the takes, from the first on, this lane's parts had enough for."""
        if self._gathers:
            return 0
        if self._rows_are_locked:
            return len(self._db.rows(_chain(len(wanted)), chain_values(wanted, self._lane)))
        for position, take in enumerate(wanted):
            if not self._db.run(TAKE, take_values(take, self._lane)):
                return position
        return len(wanted)

    def _take_anywhere(self, take: Take) -> bool:
        """This lane has too little, or the counter is new: gather what the other lanes have left."""
        left = self.left((take.name,)).get(take.name)
        if left is None:
            return take.opens_at is not None and self._take_new(take, take.opens_at)
        if left < take.amount:
            # One snapshot of all parts: nothing is locked to learn that the counter is spent.
            return False
        parts = taken_at(self._lane, self._all_parts(take.name), take.amount)
        if parts is None:
            return False
        self._write(take.name, parts)
        return True

    def _take_new(self, take: Take, ceiling: int) -> bool:
        self._open(take.name, ceiling, take.amount)
        return self._taken_in_lane((take,)) == 1 or self._take_anywhere(take)

    def _all_parts(self, name: str) -> dict[int, Shard]:
        """All parts for a change of several; begins anew where this transaction may hold one of them already.

        A write that had to wait for its row, and then found too little in it, keeps the row locked. Two transactions
        that gather while each holds such a row would wait for each other.
        """
        if self._rows_are_locked and not self._gathers:
            raise Conflict
        return self._locked(name)

    def _locked(self, name: str) -> dict[int, Shard]:
        """All parts, locked in one order."""
        lock = " FOR UPDATE" if self._rows_are_locked else ""
        rows = self._db.rows(f"SELECT shard, ceiling, used FROM counters WHERE name = ? ORDER BY shard{lock}", (name,))  # noqa: S608
        return {int(number): Shard(int(ceiling), int(used)) for number, ceiling, used in rows}

    def _write(self, name: str, parts: Mapping[int, Shard]) -> None:
        replacing = "DO UPDATE SET ceiling = excluded.ceiling, used = excluded.used"
        self._db.run(f"{_insert(len(parts))} {replacing}", _values(name, parts))

    def give_back(self, name: str, amount: int) -> None:
        if not self._gathers and self._db.run(_GIVE_BACK, (amount, name, self._lane, amount)):
            return
        parts = self._all_parts(name)
        less = given_back(self._lane, {number: part.used for number, part in parts.items()}, amount)
        self._write(name, {n: Shard(parts[n].ceiling, parts[n].used - part) for n, part in less.items()})

    def left(self, names: Iterable[str]) -> Mapping[str, int]:
        return self._sums("SUM(ceiling - used)", names)

    def used(self, names: Iterable[str]) -> Mapping[str, int]:
        return self._sums("SUM(used)", names)

    def _sums(self, what: str, names: Iterable[str]) -> Mapping[str, int]:
        wanted = tuple(names)
        rows = self._db.rows(
            f"SELECT name, {what} FROM counters WHERE name IN ({_marks('?', len(wanted))}) GROUP BY name",  # noqa: S608
            wanted,
        )
        return {str(name): int(total) for name, total in rows}


@cache
def _insert(parts: int) -> str:
    return (
        f"INSERT INTO counters (name, shard, ceiling, used) VALUES {_marks('(?, ?, ?, ?)', parts)}"  # noqa: S608 - marks
        " ON CONFLICT (name, shard)"
    )


@cache
def _chain(takes: int) -> str:
    """One statement for several takes on PostgreSQL."""
    taken = " UNION ALL ".join(f"SELECT 1 FROM t{n}" for n in range(takes))  # noqa: S608
    return f"WITH {', '.join(chain_of_takes(takes))} {taken}"


def chain_of_takes(takes: int, many: str = "") -> list[str]:
    """Steps of a `WITH`: each waits for the one before, which locks rows in order, and is empty after a short one.

    With `many`, a column of a step before them, each takes its amount so many times, and nothing where that is none.
    """
    first, take = "", TAKE
    if many:
        first = f" AND {many} > 0"
        take = _TAKE.format(amount=f"CAST(? AS BIGINT) * {many}", source=f" FROM {many.split('.', 1)[0]}")
    waits = [first, *(f" AND EXISTS (SELECT 1 FROM t{n})" for n in range(takes))]  # noqa: S608 - our own names
    return [f"t{n} AS ({take}{waits[n]} RETURNING 1)" for n in range(takes)]


def chain_values(wanted: Sequence[Take], lane: int) -> list[str | int]:
    """Values for the marks of `chain_of_takes`."""
    return [value for take in wanted for value in take_values(take, lane)]


def take_values(take: Take, lane: int) -> tuple[int, str, int, int]:
    """Values for the marks of `TAKE`."""
    return (take.amount, take.name, lane, take.amount)


def _marks(group: str, times: int) -> str:
    return ", ".join([group] * times)


def _values(name: str, parts: Mapping[int, Shard]) -> tuple[str | int, ...]:
    return tuple(v for number, part in sorted(parts.items()) for v in (name, number, part.ceiling, part.used))
