"""What happened in a world, in order: the same seed gives the same log, byte for byte.

So an entry holds names and simulated times, never an address with a port, a token, or a time of this machine.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

Fact = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: who did it, what, and the facts that tell it apart."""

    number: int
    at: datetime
    who: str
    what: str
    facts: Mapping[str, Fact]

    def as_json(self) -> str:
        """One line of JSON with its keys in a fixed order."""
        told = {"n": self.number, "at": self.at.isoformat(), "who": self.who, "what": self.what, **self.facts}
        return json.dumps(told, ensure_ascii=False)


@dataclass(slots=True)
class EventLog:
    """The entries of one world; threads of fake apps write to it too."""

    now: Callable[[], datetime]
    entries: list[Entry] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, who: str, what: str, **facts: Fact) -> None:
        """Write down that something happened."""
        with self._lock:
            self.entries.append(Entry(len(self.entries) + 1, self.now(), who, what, dict(sorted(facts.items()))))

    def as_text(self) -> str:
        """All of it as JSON lines."""
        return "".join(entry.as_json() + "\n" for entry in self.entries)
