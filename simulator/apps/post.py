"""How an app's events and an ad network's calls travel to the service, and what may happen to them on the way."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Generic, TypeVar

from simulator.apps.rewards_api import NoAnswer

TRIES: Final = 3
Letter = TypeVar("Letter")
Answer = TypeVar("Answer")


class Mishap(StrEnum):
    """What can happen to one letter on its way."""

    TWICE = "twice"
    """It arrives two times."""
    LATE = "late"
    """It waits until `deliver_late` is called, and arrives in order."""
    REORDERED = "reordered"
    """It waits likewise, and arrives after the letters that waited behind it."""
    NEVER = "never"
    """It is lost."""


@dataclass(slots=True)
class Post(Generic[Letter]):
    """Sends letters; each meets the next mishap in line, if one is set. `deliver` brings one to the service."""

    deliver: Callable[[Letter], None]
    on_mishap: Callable[[Letter, Mishap], None] = lambda _letter, _mishap: None
    mishaps: deque[Mishap] = field(default_factory=deque)
    waiting: deque[Letter] = field(default_factory=deque)

    def send(self, letter: Letter) -> None:
        """Bring one letter to the service. Raises ApiRefused, NoAnswer."""
        mishap = self.mishaps.popleft() if self.mishaps else None
        if mishap is not None:
            self.on_mishap(letter, mishap)
        if mishap is Mishap.LATE:
            self.waiting.append(letter)
        elif mishap is Mishap.REORDERED:
            self.waiting.appendleft(letter)
        elif mishap is not Mishap.NEVER:
            self.deliver(letter)
            if mishap is Mishap.TWICE:
                self.deliver(letter)

    def deliver_late(self) -> None:
        """Bring what has been waiting, the newest of the reordered ones first."""
        while self.waiting:
            self.deliver(self.waiting.popleft())


def tried_again(call: Callable[[], Answer]) -> Answer:
    """Call until an answer comes, some times; what has the same id counts once (rule E4). Raises NoAnswer."""
    for _ in range(TRIES - 1):
        try:
            return call()
        except NoAnswer:
            continue
    return call()
