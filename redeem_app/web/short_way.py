"""Calls of apps' servers, answered from the bare request where nothing is in the way of them.

The framework's own part of a call costs more than what the call does. Whatever is not a plain good call (a wrong key,
a body with a mistake, a call too many, a reward that is not to be had) goes the long way through the routes, which
find out what it was and say so; a call that is answered here gets the answer that they would have given, to the byte.

What was done already is handed on to the long way in the request's environment: a call is counted once, and a fault is
raised there, so that nothing is tried twice of which it isn't known whether it was done.
"""

import io
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from redeem_app.domain.campaign import App
from redeem_app.domain.granting_at_once import Gate
from redeem_app.domain.limits import CountedCall
from redeem_app.web import api_gate, observing, tracing
from redeem_app.web.api_input import LARGEST_BODY
from redeem_app.web.use_cases import UseCases

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FAULT: Final = "redeem.fault"
"""Name in the request's environment of what `raise_fault` raises."""

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Call:
    """A call with a key and a body, whoever makes it."""

    environ: "WSGIEnvironment"
    key_hash: str
    body: bytes
    gate: Gate


Answer = Callable[[Call], bytes | None]


@dataclass(frozen=True, slots=True)
class ShortCall:
    """One operation's short way."""

    endpoint: str
    is_throttled: bool
    answer: Answer
    """The JSON that answers it with status 200; None, and nothing has changed, where it has to go the long way."""


class ShortWay:
    """Answers calls by their path; `headers` are those that every answer has, but for its length and request id."""

    def __init__(self, use: UseCases, calls: Mapping[str, ShortCall], headers: Headers) -> None:
        self._use = use
        self._calls = calls
        self._headers = headers

    def answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes] | None:
        """The body, once the headers are told; None for what goes the long way."""
        path = environ["PATH_INFO"]
        short = self._calls.get(path)
        if short is None or environ["REQUEST_METHOD"] != "POST" or environ.get("SCRIPT_NAME"):
            return None
        key, body = environ.get("HTTP_X_API_KEY"), _body(environ)
        if not key or not body:
            return None
        request_id, began = observing.identify(environ, self._use.bind_request_id)
        end_span = tracing.begin(self._use.request_spans, environ, short.endpoint, path)
        written = self._written(short, environ, key, body)
        if written is None:
            return None
        length = ("Content-Length", str(len(written)))
        start_response("200 OK", [*self._headers, length, (observing.REQUEST_ID, request_id)])
        observing.note_call(short.endpoint, 200, time.monotonic() - began, request_id)
        if end_span is not None:
            end_span(200, "")
        return [written]

    def _written(self, short: ShortCall, environ: "WSGIEnvironment", key: str, body: bytes) -> bytes | None:
        use = self._use
        key_hash = use.running.key_hash(key)

        def lets_pass(app: App) -> bool:
            return api_gate.is_from_there(use, environ, app) and api_gate.is_counted(
                use, environ, key_hash, is_throttled=short.is_throttled
            )

        def to_count(app: App) -> CountedCall | None:
            return api_gate.to_count(use, environ, app, key_hash) if short.is_throttled else None

        try:
            return short.answer(Call(environ, key_hash, body, Gate(lets_pass, to_count)))
        except Exception as fault:  # noqa: BLE001 - the long way raises it
            environ[FAULT] = fault
            return None


def raise_fault(environ: "WSGIEnvironment") -> None:
    """Raise what went wrong on the short way, if anything did."""
    fault = environ.get(FAULT)
    if fault is not None:
        raise fault


def _body(environ: "WSGIEnvironment") -> bytes:
    """The body, which can be read again; empty where it is not of a told and small length."""
    length = environ.get("CONTENT_LENGTH", "")
    if not length.isdecimal() or len(length) > len(str(LARGEST_BODY)) or int(length) > LARGEST_BODY:
        return b""
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    return body if len(body) == int(length) else b""
