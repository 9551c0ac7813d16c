"""A video app: watching a sponsor's film to the end earns points, by the word of the ad network (rule E4)."""

from typing import Final

from simulator.apps.ad_network import WATCHED
from simulator.apps.app_server import AppServer
from simulator.apps.kinds import Act, AppKind, Doing

FILMS: Final = (
    ("harbour", "Morning at the harbour", "15 s"),
    ("kites", "A school for kites", "20 s"),
    ("bakery", "The bakery at five", "30 s"),
)


def acts(_server: AppServer, _name: str) -> list[Act]:
    """Each film can be watched again."""
    return [Act("watch-ad", title, WATCHED, film, length) for film, title, length in FILMS]


def perform(server: AppServer, name: str, doing: Doing) -> None:
    """Watch one film to its end. Raises LookupError for one that isn't shown."""
    if doing.thing not in {film for film, _, _ in FILMS}:
        raise LookupError(doing.thing)
    server.happened(name, WATCHED)


VIDEO = AppKind(name="video", template="apps/video.html", events=frozenset({WATCHED}), acts=acts, perform=perform)
