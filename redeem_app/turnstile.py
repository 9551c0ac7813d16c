"""Lets one thread at a time run the service's own code, since threads of one interpreter can't run it at once anyway.

SQLite's library lets go of the interpreter at each statement and has to take it back after it. Where several threads
are at it, each statement ends with a switch to another thread, which costs more than the statement. So whoever answers
a request goes through here first (`alone`), and lets the next one through while it waits for a disk, a partner or
another thread (`aside`).

It is for speed and guards nothing: whoever waited for `PATIENCE` goes on without it. So no fault, no slow disk and no
wrong use of it can hold up the service, and nothing may rest on being alone.
"""

import os
import threading
from threading import get_ident
from types import TracebackType
from typing import Final

PATIENCE: Final = 0.05
"""Seconds; many times what one request takes between two waits."""


class _Place:
    """The one place."""

    __slots__ = ("give_up", "take", "whose")

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Be free; also in the child of a fork, where the thread that had it is not."""
        lock = threading.Lock()
        self.take, self.give_up, self.whose = lock.acquire, lock.release, 0


_place: Final = _Place()
os.register_at_fork(after_in_child=_place.begin_anew)


class alone:  # noqa: N801 - reads as a statement
    """`with alone():` runs its block while no other thread runs such a block, if that can be had soon.

    It gives whether it is: False too where the thread was in such a block already.
    """

    __slots__ = ("_took",)

    def __enter__(self) -> bool:
        me = get_ident()
        if took := _place.whose != me and (_place.take(False) or _place.take(True, PATIENCE)):
            _place.whose = me
        self._took = took
        return took

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._took and _place.whose == get_ident():
            _place.whose = 0
            _place.give_up()


class aside:  # noqa: N801 - reads as a statement
    """`with aside():` lets other threads through for as long as its block waits; elsewhere it does nothing."""

    __slots__ = ("_gave_up",)

    def __enter__(self) -> None:
        if gave_up := _place.whose == get_ident():
            _place.whose = 0
            _place.give_up()
        self._gave_up = gave_up

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._gave_up and (_place.take(False) or _place.take(True, PATIENCE)):
            _place.whose = get_ident()
