"""One id for each request, from the proxy through to the partner call, and one log line for each that matters.

A log line names the route, never the path: paths carry tokens.
"""

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Final

import flask

REQUEST_ID: Final = "X-Request-Id"
_FORM: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_SLOW_SECONDS: Final = 1.0

_log = logging.getLogger("redeem_app.requests")


def install(app: flask.Flask, *, bind_request_id: Callable[[str], object], slow_seconds: float = _SLOW_SECONDS) -> None:
    """Give each request its id, and log writes, refusals, faults and what was slow."""

    @app.before_request
    def begin() -> None:
        asked = flask.request.headers.get(REQUEST_ID, "")
        flask.g.request_id = asked if _FORM.fullmatch(asked) else secrets.token_hex(8)
        flask.g.began = time.monotonic()
        bind_request_id(flask.g.request_id)

    @app.after_request
    def end(answer: flask.Response) -> flask.Response:
        answer.headers[REQUEST_ID] = flask.g.get("request_id", "")
        seconds = time.monotonic() - flask.g.get("began", time.monotonic())
        is_plain_read = flask.request.method in {"GET", "HEAD"} and answer.status_code < 400  # noqa: PLR2004
        if not is_plain_read or seconds > slow_seconds:
            _log.info(
                "request",
                extra={
                    "route": flask.request.endpoint or "none",
                    "method": flask.request.method,
                    "status": answer.status_code,
                    "ms": round(seconds * 1000, 1),
                    "request_id": flask.g.get("request_id", ""),
                    "reason": flask.g.get("refused", ""),
                    "support_number": flask.g.get("support_number", ""),
                },
            )
        return answer
