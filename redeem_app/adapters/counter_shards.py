"""Arithmetic of a counter that is spread over shards; knows no database.

A shard is a part of the ceiling with what was used of it. The parts always sum to the whole, and no part is used
beyond itself; those two facts are all that keeps a budget from being overspent.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shard:
    """One part of a counter."""

    ceiling: int
    used: int

    @property
    def free(self) -> int:
        """What can still be taken here."""
        return self.ceiling - self.used


def spread(used: Mapping[int, int], ceiling: int, unit: int) -> dict[int, Shard]:
    """Parts that sum to `ceiling`: each keeps what it used, and gets whole units of the rest.

    A ceiling below what is used becomes what is used. The first part gets what is left over of the last unit.
    """
    total_used = sum(used.values())
    units, remainder = divmod(max(ceiling, total_used) - total_used, unit)
    share, extra = divmod(units, len(used))
    parts = {
        number: Shard(amount + unit * (share + (1 if position < extra else 0)), amount)
        for position, (number, amount) in enumerate(sorted(used.items()))
    }
    first = min(parts)
    parts[first] = Shard(parts[first].ceiling + remainder, parts[first].used)
    return parts


def taken_at(lane: int, parts: Mapping[int, Shard], amount: int) -> dict[int, Shard] | None:
    """`amount` taken from the part `lane`, for which the parts lend each other what they have free.

    None where all of them together have too little. What stays free is spread anew, in units of `amount`.
    """
    if sum(part.free for part in parts.values()) < amount:
        return None
    used = {number: part.used for number, part in parts.items()}
    used[lane] = used.get(lane, 0) + amount
    return spread(used, sum(part.ceiling for part in parts.values()), amount)


def given_back(lane: int, used: Mapping[int, int], amount: int) -> dict[int, int]:
    """How much less each part has used, the part `lane` first. Raises ValueError where less was taken in all."""
    less: dict[int, int] = {}
    for number in sorted(used, key=lambda number: (number != lane, number)):
        less[number] = min(used[number], amount - sum(less.values()))
    if sum(less.values()) < amount:
        raise ValueError(f"{amount} can't be given back: only {sum(less.values())} were taken")
    return {number: part for number, part in less.items() if part}
