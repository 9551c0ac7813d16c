"""PageLimit: a count in this process for each name, told to the other processes only where a name is busy.

A minute of a name begins with its first request. An ordinary visitor costs a look into a dictionary and nothing else:
a process tells the others (through Redis or the database, `Together`) only after each 32nd part of what is allowed.
So several processes may together let through a little more than allowed: at most that part for each process.
Where the others can't be told, each process goes on by its own count: pages stay open.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from redeem_app.domain.limits import LimitUnavailable
from redeem_app.domain.ports import KeyedHash

MINUTE: Final = 60.0
_PARTS: Final = 32
_MANY: Final = 50_000
_REST: Final = 10.0
"""Seconds without telling the others after that failed: a count must not cost every visitor a time-out."""

_log = logging.getLogger(__name__)


class Together(Protocol):
    """A count that several processes share."""

    def add(self, name: str, count: int) -> tuple[int, float]:
        """Everybody's count of this minute, `count` included, and how many seconds of it are left.

        Raises LimitUnavailable.
        """
        ...


@dataclass(slots=True)
class _Minute:
    ends: float
    here: int = 0
    told: int = 0
    others: int = 0


class MinuteLimit:
    """PageLimit of one process, and of several with `together`; their names for a visitor are keyed hashes."""

    def __init__(
        self,
        together: Together | None = None,
        hashes: KeyedHash | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._together = together
        self._hashes = hashes
        self._seconds = seconds
        self._minutes: dict[str, _Minute] = {}
        self._telling = threading.Lock()
        self._rests_until = -math.inf

    def seconds_to_wait(self, name: str, allowed: int) -> int:
        now = self._seconds()
        minute = self._minutes.get(name)
        if minute is None or now >= minute.ends:
            minute = self._begin(name, now)
        if minute.here + minute.others >= allowed:
            return max(1, math.ceil(minute.ends - now))
        # Threads may lose a count to each other here. A lock would cost each page more than the count is worth.
        minute.here += 1
        if self._together is not None and minute.here - minute.told > allowed // _PARTS:
            self._tell(self._together, name, minute, now)
        return 0

    def _begin(self, name: str, now: float) -> _Minute:
        if len(self._minutes) > _MANY:
            with self._telling:
                self._minutes = {other: minute for other, minute in self._minutes.copy().items() if now < minute.ends}
                if len(self._minutes) > _MANY:
                    self._minutes = {}  # a flood of addresses: memory counts for more than the limit
        minute = self._minutes[name] = _Minute(now + MINUTE)
        return minute

    def _tell(self, together: Together, name: str, minute: _Minute, now: float) -> None:
        with self._telling:
            if now < self._rests_until:
                return
            untold, minute.told = minute.here - minute.told, minute.here
        try:
            total, left = together.add(self._hashes.of("page-limit", name)[:32] if self._hashes else name, untold)
        except LimitUnavailable as fault:
            self._rests_until = now + _REST
            _log.warning("pages are counted by each process for itself: %s", fault)
            return
        minute.others = max(0, total - minute.told)
        minute.ends = now + left
