"""Growing, jittered waits between tries, so that many workers don't return to Amazon in step."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackOff:
    """At most `tries` rounds; the second begins after about `first` seconds, each later wait is twice as long."""

    tries: int = 3
    first: float = 0.2
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def rounds(self) -> Iterator[int]:
        """Count the rounds, and wait before each but the first; leave the loop when a round was good."""
        for turn in range(self.tries):
            if turn:
                self.sleep(self.first * 2 ** (turn - 1) * (0.5 + self.chance()))
            yield turn
