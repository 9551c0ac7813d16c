"""What the fake apps have in common, and in what they differ."""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.apps.app_server import AppServer


@dataclass(frozen=True, slots=True)
class Act:
    """Something the screen offers to do: `act` is its hook, `thing` what is acted on, `note` a small remark."""

    act: str
    title: str
    kind: str
    thing: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """What a person pressed."""

    act: str
    thing: str


@dataclass(frozen=True, slots=True)
class AppKind:
    """One kind of app: its screen, what can be done on it, and what that means to its server."""

    name: str
    template: str
    events: frozenset[str]
    """What is done in it, as events of the service."""
    acts: Callable[[AppServer, str], list[Act]]
    perform: Callable[[AppServer, str, Doing], None]
