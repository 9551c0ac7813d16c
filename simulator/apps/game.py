"""A game: levels and sessions earn points."""

from simulator.apps.app_server import AppServer
from simulator.apps.kinds import Act, AppKind, Doing

LEVEL = "game.level"
SESSION = "game.session"


def acts(server: AppServer, name: str) -> list[Act]:
    """What the person can do next."""
    level = server.customer(name).done.get(LEVEL, 0) + 1
    return [
        Act("play-level", f"Play level {level}", LEVEL, str(level)),
        Act("play-session", "Practise for a while", SESSION, ""),
    ]


def perform(server: AppServer, name: str, doing: Doing) -> None:
    """Play a level, or a session."""
    if doing.act == "play-level":
        server.happened(name, LEVEL, level=server.customer(name).done.get(LEVEL, 0) + 1)
    else:
        server.happened(name, SESSION, minutes=10)


GAME = AppKind(name="game", template="apps/game.html", events=frozenset({LEVEL, SESSION}), acts=acts, perform=perform)
