"""Counters with a ceiling, spread over shards so that one hot campaign does not wait for one row."""

import os
from collections.abc import Iterable, Mapping
from typing import Final

from redeem_app.adapters.database import Connection

_SHARDS: Final = {"sqlite": 1, "postgresql": 16}
"""SQLite has one writer, so shards would only cost; on PostgreSQL 16 rows measured best."""


class CounterRecords:
    """Counters on the database; every take is one conditional write."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._shards = _SHARDS[connection.dialect]
        # One lane for all counters of a transaction: two transactions then meet on all their rows or on none.
        self._lane = os.getpid() % self._shards if self._shards == 1 else int.from_bytes(os.urandom(1)) % self._shards

    def set_ceiling(self, name: str, ceiling: int, unit: int = 1) -> None:
        used = self._locked(name)
        if not used:
            used = dict.fromkeys(range(self._shards), 0)
        ceiling = max(ceiling, sum(used.values()))
        self._write(name, self._spread(used, ceiling, unit))

    def _spread(self, used: Mapping[int, int], ceiling: int, unit: int) -> dict[int, tuple[int, int]]:
        """Ceilings that sum to `ceiling`: each shard keeps what it used and gets whole units of the rest."""
        free_units, remainder = divmod(ceiling - sum(used.values()), unit)
        share, extra = divmod(free_units, len(used))
        spread = {
            shard: (amount + unit * (share + (1 if position < extra else 0)), amount)
            for position, (shard, amount) in enumerate(sorted(used.items()))
        }
        first = min(spread)
        spread[first] = (spread[first][0] + remainder, spread[first][1])
        return spread

    def take(self, name: str, amount: int) -> bool:
        return self._take_from(name, self._lane, amount) or (self._shards > 1 and self._take_anywhere(name, amount))

    def _take_from(self, name: str, shard: int, amount: int) -> bool:
        changed = self._db.run(
            "UPDATE counters SET used = used + ? WHERE name = ? AND shard = ? AND used + ? <= ceiling",
            (amount, name, shard, amount),
        )
        return changed == 1

    def _take_anywhere(self, name: str, amount: int) -> bool:
        """This lane is empty: gather what the others have left into it, all shards locked in one order."""
        rows = self._db.rows(
            "SELECT shard, ceiling, used FROM counters WHERE name = ? ORDER BY shard FOR UPDATE", (name,)
        )
        free = sum(ceiling - used for _, ceiling, used in rows)
        if free < amount:
            return False
        gathered = {shard: (used, used) for shard, _, used in rows}
        units, remainder = divmod(free, amount)
        share, extra = divmod(units - 1, len(rows))
        for position, shard in enumerate(sorted(gathered)):
            used = gathered[shard][1]
            gathered[shard] = (used + amount * (share + (1 if position < extra else 0)), used)
        lane_ceiling, lane_used = gathered[self._lane]
        gathered[self._lane] = (lane_ceiling + amount + remainder, lane_used + amount)
        self._write(name, gathered)
        return True

    def _locked(self, name: str) -> dict[int, int]:
        lock = " FOR UPDATE" if self._db.dialect == "postgresql" else ""
        rows = self._db.rows(f"SELECT shard, used FROM counters WHERE name = ? ORDER BY shard{lock}", (name,))  # noqa: S608
        return {int(shard): int(used) for shard, used in rows}

    def _write(self, name: str, shards: Mapping[int, tuple[int, int]]) -> None:
        for shard, (ceiling, used) in shards.items():
            self._db.run(
                "INSERT INTO counters (name, shard, ceiling, used) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (name, shard) DO UPDATE SET ceiling = excluded.ceiling, used = excluded.used",
                (name, shard, ceiling, used),
            )

    def give_back(self, name: str, amount: int) -> None:
        row = self._db.row(
            "SELECT shard FROM counters WHERE name = ? AND used >= ? ORDER BY shard LIMIT 1", (name, amount)
        )
        if row is not None and self._give_to(name, int(row[0]), amount):
            return
        for shard, used in self._locked(name).items():
            part = min(used, amount)
            if part and self._give_to(name, shard, part):
                amount -= part

    def _give_to(self, name: str, shard: int, amount: int) -> bool:
        changed = self._db.run(
            "UPDATE counters SET used = used - ? WHERE name = ? AND shard = ? AND used >= ?",
            (amount, name, shard, amount),
        )
        return changed == 1

    def left(self, names: Iterable[str]) -> Mapping[str, int]:
        return self._sums("SUM(ceiling - used)", names)

    def used(self, names: Iterable[str]) -> Mapping[str, int]:
        return self._sums("SUM(used)", names)

    def _sums(self, what: str, names: Iterable[str]) -> Mapping[str, int]:
        wanted = tuple(names)
        marks = ", ".join("?" * len(wanted))
        rows = self._db.rows(
            f"SELECT name, {what} FROM counters WHERE name IN ({marks}) GROUP BY name",  # noqa: S608 - fixed words
            wanted,
        )
        return {str(name): int(total) for name, total in rows}
