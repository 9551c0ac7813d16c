"""How often something may be done: at most so many times within any span of so long, exactly.

The window slides: whatever second one looks at, no more calls than allowed were let through in it. A call that was
refused does not count. The rule is here, once, plain; what keeps the moments (a process, a database, Redis) is an
adapter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

MICROSECONDS: Final = 1_000_000

Ticks = Callable[[], int]
"""Microseconds of a clock that nobody moves: a limit guards the real machine, whatever time a tester plays."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`calls` within any `seconds`."""

    calls: int
    seconds: float = 1.0

    @property
    def window(self) -> int:
        """Microseconds."""
        return round(self.seconds * MICROSECONDS)


API_CALLS: Final = Rate(5)
"""What Moments allowed for each API key, over both of its calls together."""

OTHER_CALLS: Final = Rate(1000)
"""Of events, points, links and messages together: more than an app of millions sends, less than a process serves."""


class CallLimit(Protocol):
    """Counts calls by name, for every process that shares the place where it counts."""

    is_in_records: bool
    """Whether that is where the records are, so that `Records.issue_known` can count a call by what it writes."""

    def admits(self, name: str, rate: Rate) -> bool:
        """Whether the call may pass; if so it has been counted. Raises LimitUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class CountedCall:
    """A call that may pass once it is counted."""

    name: str
    rate: Rate


class LimitUnavailable(Exception):
    """Calls can't be counted: what costs money is then refused, what costs nothing may pass."""


def admitted(passed: Sequence[int], now: int, rate: Rate) -> tuple[bool, tuple[int, ...]]:
    """Whether a call at `now` may pass, given when the latest ones did; and the moments to keep.

    Moments are microseconds of one clock, oldest first. Where the clock was set back, calls that seem to lie in the
    future count as made just now: that is too strict for one window, and never too lax.
    """
    known = tuple(min(moment, now) for moment in passed[-rate.calls :])
    if len(known) == rate.calls and now - known[0] <= rate.window:
        return False, known
    return True, (*known, now)[-rate.calls :]


class PageLimit(Protocol):
    """Counts what visitors ask for: roughly where several processes count together, and open where they can't."""

    def seconds_to_wait(self, name: str, allowed: int) -> int:
        """0 where another one within the minute may pass, which then has been counted; else whole seconds."""
        ...
