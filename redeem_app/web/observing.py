"""One id for each request, from the proxy through to the partner call, and one log line for each that matters.

A log line names the route, never the path: paths carry tokens.
"""

import logging
import random
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import flask

from redeem_app.web.current import current_request
from redeem_app.web.prepared_answer import PreparedAnswer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

REQUEST_ID: Final = "X-Request-Id"
_IN_ENVIRON: Final = "HTTP_X_REQUEST_ID"
_OBSERVED: Final = "redeem.observed"
_FORM: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
SLOW_SECONDS: Final = 1.0

_log = logging.getLogger("redeem_app.requests")


def current_request_id() -> str:
    """The id of the request under way; empty where none was given to it."""
    observed: tuple[str, float] = current_request().environ.get(_OBSERVED, ("", 0.0))
    return observed[0]


def identify(environ: "WSGIEnvironment", bind_request_id: Callable[[str], object]) -> tuple[str, float]:
    """The request's id, which it gets here unless it has one, and when it began, on a clock that nobody moves."""
    observed: tuple[str, float] | None = environ.get(_OBSERVED)
    if observed is None:
        asked = environ.get(_IN_ENVIRON, "")
        request_id = asked if asked and _FORM.fullmatch(asked) else f"{random.getrandbits(64):016x}"
        observed = environ[_OBSERVED] = request_id, time.monotonic()
    bind_request_id(observed[0])
    return observed


def note_call(  # noqa: PLR0913 - a line of the log
    route: str,
    status: int,
    seconds: float,
    request_id: str,
    *,
    method: str = "POST",
    reason: str = "",
    support_number: str = "",
) -> None:
    """One line of the log."""
    if _log.isEnabledFor(logging.INFO):
        _log.info(
            "request",
            extra={
                "route": route,
                "method": method,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "request_id": request_id,
                "reason": reason,
                "support_number": support_number,
            },
        )


def note_slow(route: str, seconds: float, request_id: str) -> None:
    """One line of the log for a page that was good, and slow."""
    if seconds > SLOW_SECONDS:
        note_call(route, 200, seconds, request_id, method="GET")


def install(app: flask.Flask, *, bind_request_id: Callable[[str], object], slow_seconds: float = SLOW_SECONDS) -> None:
    """Give each request its id, and log writes, sign-ins, refusals, faults and what was slow."""

    @app.before_request
    def begin() -> None:
        identify(current_request().environ, bind_request_id)

    @app.after_request
    def end(answer: flask.Response) -> flask.Response:
        now = time.monotonic()
        request = current_request()
        request_id, began = request.environ.get(_OBSERVED, ("", now))
        seconds = now - began
        if isinstance(answer, PreparedAnswer):
            answer.add(REQUEST_ID, request_id)
        else:
            answer.headers[REQUEST_ID] = request_id
        is_plain_read = request.method in {"GET", "HEAD"} and answer.status_code < 300  # noqa: PLR2004
        if not is_plain_read or seconds > slow_seconds:
            note_call(
                request.endpoint or "none",
                answer.status_code,
                seconds,
                request_id,
                method=request.method,
                reason=flask.g.get("refused", ""),
                support_number=flask.g.get("support_number", ""),
            )
        return answer
