"""How far things are, told to the view that waits: by server-sent events, or by asking again.

A stream holds one of the server's few threads. So only `HELD_STREAMS` of a process are held, and for `HOLD_SECONDS`
at most; every other stream tells how things stand, ends, and has the browser come back by itself after
`RETRY_MILLISECONDS`. Nobody waits in line, and no number of waiting views can keep the pages from being served.
"""

import threading
from collections.abc import Callable, Generator, Iterator
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from redeem_app.domain.handing_over import Begun
from redeem_app.domain.ids import VisitId
from redeem_app.domain.refusals import Refusal
from redeem_app.domain.seen import Applied, UnderWay
from redeem_app.web.hand_over_session import HandOverSession
from redeem_app.web.use_cases import UseCases
from redeem_app.web.visit import Visit

HELD_STREAMS: Final = 1
HOLD_SECONDS: Final = 20.0
LOOK_SECONDS: Final = 0.5
RETRY_MILLISECONDS: Final = 2000

OFFER: Final = "offer"
APPLYING: Final = "applying"
APPLIED: Final = "applied"
REFUSED: Final = "refused"

_FINAL: Final = frozenset({OFFER, APPLIED, REFUSED})


class Streams:
    """The streams of this process."""

    def __init__(
        self, held: int = HELD_STREAMS, wait: Callable[[float], bool] | None = None, seconds: float = HOLD_SECONDS
    ) -> None:
        self._places = threading.BoundedSemaphore(held) if held else None
        self._ending = threading.Event()
        self._wait = wait or self._ending.wait
        self._looks = int(seconds / LOOK_SECONDS)

    def end(self) -> None:
        """The process ends: no stream keeps it waiting; the views come back to the next one by themselves."""
        self._ending.set()

    def events(self, look: Callable[[], str]) -> Generator[str]:
        """The state now and, where there is a place to hold, each change of it until it is final."""
        yield f"retry: {RETRY_MILLISECONDS}\n"
        told = look()
        yield _event(told)
        if told in _FINAL or self._places is None or not self._places.acquire(blocking=False):
            return
        try:
            yield from self._changes(look, told)
        finally:
            self._places.release()

    def _changes(self, look: Callable[[], str], told: str) -> Iterator[str]:
        for _ in range(self._looks):
            if self._wait(LOOK_SECONDS):
                return
            state = look()
            # A comment tells the server early that nobody listens any more.
            yield ":\n\n" if state == told else _event(state)
            told = state
            if told in _FINAL:
                return


def progress(use: UseCases, streams: Streams, token: str) -> ResponseReturnValue:
    """GET /r/<token>/hand-over: one word, as an event stream or as JSON; changes nothing."""
    ticket, visit = HandOverSession.ticket(token), Visit.known()

    def look() -> str:
        return state_of(use, token, visit, ticket)

    if flask.request.accept_mimetypes.best != "text/event-stream":
        return flask.jsonify({"state": look()})
    answer = flask.Response(streams.events(look), mimetype="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def state_of(use: UseCases, token: str, visit: VisitId | None, ticket: str) -> str:
    """What the reward's page would show to this view."""
    watch = Begun.of(ticket).watch
    try:
        seen = use.redemption.see(token, visit, watch=watch)
    except Refusal:
        return REFUSED
    if isinstance(seen, Applied):
        return APPLIED
    if isinstance(seen, UnderWay):
        return APPLYING
    found = use.handing_over.watched(token, watch)
    return OFFER if found is None else str(found.progress(use.clock.now()))


def _event(state: str) -> str:
    return f"data: {state}\n\n"
