"""Acts that arrive while another is under way are done together, by one of the threads that ask for them.

A statement for eight rewards costs PostgreSQL little more than a statement for one. So whoever finds nobody under way
begins at once, alone, and what arrives meanwhile is the next group, led by its first. Nothing waits for a timer, and a
lonely act costs what it costs alone.

Where a group can't be done as one, because anything was in the way of anybody in it, each of it is done apart.
"""

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, Generic, TypeVar

Kind = TypeVar("Kind", bound=Hashable)
Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

LARGEST: Final = 32
"""Acts of one group."""


class _Waiting(Generic[Item]):
    """One act; its caller waits at `turn` until it is over, or until it is to lead the next group."""

    __slots__ = ("fault", "is_over", "item", "outcome", "turn")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.turn = threading.Lock()
        self.turn.acquire()
        self.is_over = False
        self.outcome: Any = None
        self.fault: BaseException | None = None


class _Apart(Exception):
    """The group can't be done as one, and nothing of it is done."""


class Gathering(Generic[Kind, Item, Outcome]):
    """Does acts of one kind together; called by threads, none of which is a loop's (`cooperative`).

    `together` does all of its items, and gives their outcomes in order, or raises. Where it raises one of `in_the_way`,
    it has done nothing. Items for which `alike` gives the same are never in one group.
    """

    def __init__(
        self,
        together: Callable[[Kind, Sequence[Item]], Sequence[Outcome]],
        in_the_way: tuple[type[Exception], ...],
        alike: Callable[[Item], Hashable] = id,
    ) -> None:
        self._together = together
        self._in_the_way = in_the_way
        self._alike = alike
        self._mutex = threading.Lock()
        self._arrived: dict[Kind, deque[_Waiting[Item]]] = {}
        """Of each kind of which a group is under way, who waits for the next."""

    def do(self, kind: Kind, item: Item) -> Outcome:
        """The outcome of the item; raises what `together` raises."""
        mine = _Waiting(item)
        with self._mutex:
            arrived = self._arrived.get(kind)
            if arrived is None:
                self._arrived[kind] = deque()
            else:
                arrived.append(mine)
        if arrived is not None:
            mine.turn.acquire()
        if not mine.is_over:
            self._lead(kind, mine)
        if isinstance(mine.fault, _Apart):
            return self._together(kind, [item])[0]
        if mine.fault is not None:
            raise mine.fault
        outcome: Outcome = mine.outcome
        return outcome

    def waiting(self, kind: Kind) -> int:
        """How many wait for the next group; -1 where none is under way."""
        with self._mutex:
            arrived = self._arrived.get(kind)
            return -1 if arrived is None else len(arrived)

    def _lead(self, kind: Kind, first: _Waiting[Item]) -> None:
        group = self._group(kind, first)
        try:
            outcomes = self._together(kind, [waiting.item for waiting in group])
            for waiting, outcome in zip(group, outcomes, strict=True):
                waiting.outcome = outcome
        except BaseException as fault:  # noqa: BLE001 - whatever it is, each of the group raises it to its caller
            is_apart = len(group) > 1 and isinstance(fault, self._in_the_way)
            for waiting in group:
                waiting.fault = _Apart() if is_apart else fault
        self._end(kind, group)

    def _group(self, kind: Kind, first: _Waiting[Item]) -> list[_Waiting[Item]]:
        """It and who has arrived by now, as long as there is room."""
        group, seen = [first], {self._alike(first.item)}
        later: list[_Waiting[Item]] = []
        with self._mutex:
            arrived = self._arrived[kind]
            while arrived and len(group) < LARGEST:
                waiting = arrived.popleft()
                alike = self._alike(waiting.item)
                (later if alike in seen else group).append(waiting)
                seen.add(alike)
            arrived.extendleft(reversed(later))
        return group

    def _end(self, kind: Kind, group: list[_Waiting[Item]]) -> None:
        """Let the next group begin, and have the callers of this one go on."""
        with self._mutex:
            arrived = self._arrived[kind]
            if arrived:
                arrived.popleft().turn.release()  # who reads its item after that, and leads
            else:
                del self._arrived[kind]
        for waiting in group:
            waiting.is_over = True
        for waiting in group[1:]:
            waiting.turn.release()
