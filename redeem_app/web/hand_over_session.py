"""What a browser's session remembers of hand-overs: as the view that waits, and as the browser that took over."""

import hashlib
from typing import Final

import flask

from redeem_app.domain.handing_over import Begun

HEADER: Final = "X-Hand-Over"
"""By which the page's script shows its ticket where the container keeps no cookies."""
PARAMETER: Final = "ticket"
"""The same in the address of the event stream, which takes no headers; no page has it in its address."""

_WAITS: Final = "waits"
_TOOK_OVER: Final = "took_over"


class HandOverSession:
    """One hand-over on either side; a ticket counts only for the reward that it was begun for."""

    @staticmethod
    def wait(begun: Begun, token: str) -> None:
        """Remember as the view that waits; kept when the app is killed, as long as the container keeps cookies."""
        flask.session[_WAITS] = [begun.ticket, _mark(token)]
        flask.session.permanent = True

    @staticmethod
    def ticket(token: str) -> str:
        """The ticket that the page shows, or that the session remembers; empty where there is none."""
        shown = flask.request.headers.get(HEADER) or flask.request.args.get(PARAMETER)
        if shown:
            return shown[:100]
        remembered = flask.session.get(_WAITS)
        return str(remembered[0]) if remembered and remembered[1] == _mark(token) else ""

    @staticmethod
    def forget() -> None:
        """The view waits no longer."""
        flask.session.pop(_WAITS, None)

    @staticmethod
    def take_over(token: str) -> None:
        """Remember as the browser that does the sign-in for a view."""
        HandOverSession.forget()
        flask.session[_TOOK_OVER] = _mark(token)

    @staticmethod
    def took_over(token: str) -> bool:
        """Whether this browser does the sign-in of this reward for a view."""
        return flask.session.get(_TOOK_OVER) == _mark(token)


def _mark(token: str) -> str:
    """A session cookie can be read: it names no token."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]
