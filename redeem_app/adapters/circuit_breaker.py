"""Stops calling a host that does not answer, so that it can't hold every worker until their time-outs.

Closed: calls go through. After some failures in a row it opens: calls are refused at once for a rest. Then
it is half open: one call is let through to probe; its success closes the breaker, its failure begins
another rest.

Own code, because the libraries of the trade either hold their lock while the call runs, which makes calls
queue behind a slow one, or read the time by themselves.
"""

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import NewType

Permit = NewType("Permit", int)
"""Leave to make one call; its number tells the breaker which period the call belongs to."""


class BreakerState(StrEnum):
    """What the breaker does with the next call."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class CircuitBreaker:
    """One host's breaker; safe to share between threads. It never holds its lock while a call runs."""

    def __init__(
        self,
        *,
        failures: int = 5,
        rest: float = 15.0,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`failures` in a row open it for `rest` seconds of the steady clock `seconds`."""
        self._failures_allowed = failures
        self._rest = rest
        self._seconds = seconds
        self._lock = threading.Lock()
        self._failed_in_a_row = 0
        self._shut_until: float | None = None
        self._period = 0

    @property
    def state(self) -> BreakerState:
        """The state at this moment."""
        with self._lock:
            if self._shut_until is None:
                return BreakerState.CLOSED
            return BreakerState.OPEN if self._seconds() < self._shut_until else BreakerState.HALF_OPEN

    def admit(self) -> Permit | None:
        """Leave to make one call, to be reported by `succeeded` or `failed`; None while the host rests."""
        with self._lock:
            if self._shut_until is None:
                return Permit(self._period)
            if self._seconds() < self._shut_until:
                return None
            # A probe that never reports back must not keep the breaker half open: it gets one rest's time.
            self._begin_rest()
            return Permit(self._period)

    def succeeded(self, permit: Permit) -> bool:
        """The call was answered. True when that closed the breaker."""
        with self._lock:
            if permit != self._period:
                return False  # from before the breaker last opened: old news
            was_shut = self._shut_until is not None
            self._failed_in_a_row = 0
            self._shut_until = None
            return was_shut

    def failed(self, permit: Permit) -> bool:
        """The call was not answered, or by a fault of the host. True when that opened the breaker."""
        with self._lock:
            if permit != self._period:
                return False
            self._failed_in_a_row += 1
            was_shut = self._shut_until is not None
            if was_shut or self._failed_in_a_row >= self._failures_allowed:
                self._begin_rest()
                return not was_shut
            return False

    def _begin_rest(self) -> None:
        self._period += 1
        self._shut_until = self._seconds() + self._rest
