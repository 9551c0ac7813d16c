"""Growing, jittered waits between tries, so that many workers don't return to Amazon in step."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackOff:
    """At most `tries` rounds, the second after about `first` seconds, each later wait twice as long.

    No round begins later than `within` seconds after the first: what fails quickly is tried again, while a slow
    Amazon does not hold a worker for several time-outs.
    """

    tries: int = 3
    first: float = 0.2
    within: float = 4.0
    sleep: Callable[[float], None] = time.sleep
    steady: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random

    def rounds(self) -> Iterator[int]:
        """Count the rounds, and wait before each but the first; leave the loop when a round was good."""
        last_start = self.steady() + self.within
        yield 0
        for turn in range(1, self.tries):
            wait = self.first * 2 ** (turn - 1) * (0.5 + self.chance())
            if self.steady() + wait > last_start:
                return
            self.sleep(wait)
            yield turn
