"""The few acts by which a view is driven, whatever engine is in it."""

from dataclasses import dataclass
from typing import Any, Final, Protocol

BRIDGE: Final = "bridge"
"""The page said something over the bridge: `text` is what."""
OPENS: Final = "opens"
"""The page asks for a window: `text` is its address."""
LOADED: Final = "loaded"
FAILED: Final = "failed"
CRASHED: Final = "crashed"

PLACE_OF: Final = """selector => {
    const found = document.querySelector(selector);
    if (!found) return null;
    found.scrollIntoView({ block: 'center', behavior: 'instant' });
    const box = found.getBoundingClientRect();
    return [Math.floor(box.left + box.width / 2), Math.floor(box.top + box.height / 2)];
}"""
"""Brings the first element that fits into sight, and gives its middle."""


class EngineFailed(Exception):
    """The engine doesn't do what it was asked; the text says what."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the view told the app around it."""

    kind: str
    text: str = ""


class Engine(Protocol):
    """One view in one app. Each act may raise EngineFailed."""

    name: str
    """Engine and version, for reports."""

    def load(self, url: str) -> None:
        """Open an address, and wait until it is there."""
        ...

    def click(self, selector: str) -> None:
        """Press the first element that fits, as a finger would."""
        ...

    def evaluate(self, function: str, arg: Any = None) -> Any:
        """Call a function of JavaScript in the page; arguments and result are JSON."""
        ...

    def wait_event(self, kind: str) -> Event:
        """The next event of a kind that nobody has taken yet."""
        ...

    def events(self) -> list[Event]:
        """All that nobody has taken yet."""
        ...

    def snapshot(self) -> bytes:
        """What is to be seen, as PNG."""
        ...

    def close(self) -> None:
        """End the app; may be called twice."""
        ...
