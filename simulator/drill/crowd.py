"""People who want their reward and don't give up: they try again until they have it, whatever breaks."""

import threading
from dataclasses import dataclass, field
from typing import Final

from simulator.people import Person
from simulator.visitors.app_calls import AppCalls
from simulator.visitors.pages import Page
from simulator.visitors.sending import HttpxSender, NotHeard
from simulator.visitors.way import Way, WrongAnswer, headers_of

AT_ONCE: Final = 4
PAUSE_SECONDS: Final = 0.1
TIMEOUT_SECONDS: Final = 20.0


@dataclass(slots=True)
class Crowd:
    """So many people, some at a time; each has one reward and one account. The troubles that they met are kept."""

    calls: AppCalls
    app_name: str
    size: int
    pause: float = 0.0
    """Seconds between two people of a row."""
    rewarded: int = 0
    applied: int = 0
    troubles: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def people(self) -> list[Person]:
        """Who they are."""
        return [Person(name=f"p{number}") for number in range(self.size)]

    def start(self) -> None:
        """Let them come."""
        self._threads = [threading.Thread(target=self._live, daemon=True) for _ in range(AT_ONCE)]
        for thread in self._threads:
            thread.start()

    def is_done(self) -> bool:
        """Whether everybody has their reward applied."""
        return self.applied >= self.size

    def wait(self, seconds: float) -> bool:
        """Wait at most so long for the last of them; whether all are done."""
        for thread in self._threads:
            thread.join(seconds / len(self._threads))
        return self.is_done()

    def send_home(self) -> None:
        """Nobody tries on."""
        self.over.set()
        for thread in self._threads:
            thread.join(2 * TIMEOUT_SECONDS)

    def _live(self) -> None:
        while not self.over.is_set():
            with self._lock:
                number, self._next = self._next, self._next + 1
            if number >= self.size:
                return
            self._one(Person(name=f"p{number}"), number)
            self.over.wait(self.pause)

    def _one(self, person: Person, number: int) -> None:
        with HttpxSender(headers_of(person, number), TIMEOUT_SECONDS) as sender:
            way: Way | None = None
            while not self.over.is_set():
                try:
                    if way is None:
                        way = Way(person, self.calls.gets_reward(sender, f"customer-{number}"), sender, self.app_name)
                        self._count("rewarded")
                    if self._goes_on(way, number).name == "applied":
                        self._count("applied")
                        return
                except (NotHeard, WrongAnswer) as trouble:
                    self.troubles.append(str(trouble))
                self.over.wait(PAUSE_SECONDS)

    def _goes_on(self, way: Way, number: int) -> Page:
        page = way.looks_again("offer", "confirm", "applying", "applied")
        if page.name == "offer":
            page = way.signs_in(way.opens(number))
        if page.name == "confirm":
            page = way.applies(page)
        return page

    def _count(self, what: str) -> None:
        with self._lock:
            setattr(self, what, getattr(self, what) + 1)
