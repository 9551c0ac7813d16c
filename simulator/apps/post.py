"""How an app's events travel to the service, and what may happen to them on the way."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from simulator.apps.rewards_api import Counted, NoAnswer, RewardsApi

TRIES = 3


class Mishap(StrEnum):
    """What can happen to one event on its way."""

    TWICE = "twice"
    """It arrives two times."""
    LATE = "late"
    """It waits until `deliver_late` is called, and arrives in order."""
    REORDERED = "reordered"
    """It waits likewise, and arrives after the events that waited behind it."""
    NEVER = "never"
    """It is lost."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person did in the app."""

    event_id: str
    customer: str
    kind: str
    occurred_at: datetime
    facts: Mapping[str, object]


@dataclass(slots=True)
class Post:
    """Sends events; each meets the next mishap in line, if one is set."""

    api: RewardsApi
    on_answer: Callable[[Event, Counted], None]
    mishaps: deque[Mishap] = field(default_factory=deque)
    waiting: deque[Event] = field(default_factory=deque)

    def send(self, event: Event) -> None:
        """Bring one event to the service. Raises ApiRefused, NoAnswer."""
        mishap = self.mishaps.popleft() if self.mishaps else None
        if mishap is Mishap.LATE:
            self.waiting.append(event)
        elif mishap is Mishap.REORDERED:
            self.waiting.appendleft(event)
        elif mishap is not Mishap.NEVER:
            self._deliver(event)
            if mishap is Mishap.TWICE:
                self._deliver(event)

    def deliver_late(self) -> int:
        """Bring what has been waiting, the newest of the reordered ones first; gives their number."""
        number = len(self.waiting)
        while self.waiting:
            self._deliver(self.waiting.popleft())
        return number

    def _deliver(self, event: Event) -> None:
        """With the same event id again when no answer came: the service counts it once (rule E4)."""
        for attempt in range(1, TRIES + 1):
            try:
                counted = self.api.record(event.event_id, event.customer, event.kind, event.occurred_at, event.facts)
            except NoAnswer:
                if attempt == TRIES:
                    raise
            else:
                self.on_answer(event, counted)
                return
