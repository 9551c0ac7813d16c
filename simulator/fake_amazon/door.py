"""The door through which every request comes: read whole, noted, met by its fault, answered under the lock.

The application behind it handles one request at a time, so the state needs no locks of its own. Waiting happens
outside the lock, and ends when the fake stops or the client goes away.
"""

import contextlib
import select
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Final

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import get_input_stream

from simulator.fake_amazon.answer import Answer
from simulator.fake_amazon.faults import Fault, FaultKind
from simulator.fake_amazon.journal import Journal
from simulator.fake_amazon.requests_seen import RequestSeen
from simulator.fake_amazon.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ASKED_ERROR: Final = "fake_amazon.error"
_UNNOTED: Final = ("control", "static")
_LARGEST_BODY: Final = 1_000_000
_LOOK_EVERY: Final = 0.25


class Door:
    """A WSGI application around the Flask one."""

    def __init__(self, app: Flask, world: World, lock: threading.RLock, journal: Journal | None = None) -> None:
        self.stopping = threading.Event()
        self._app = app
        self._world = world
        self._lock = lock
        self._journal: Journal | None = None
        for environ, body in journal.calls() if journal else ():
            self.perform(environ, body, self._operation(environ))
        self._journal = journal

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """One request. Raises ConnectionAbortedError, on which the server drops the connection."""
        body = _whole_body(environ)
        if body is None:
            start_response("413 CONTENT TOO LARGE", [("Content-Length", "0")])
            return []
        _fold_token_path(environ)
        call = _Call(self, environ, body)
        answer = call.answer()
        call.seen.status = int(answer.status.split()[0])
        start_response(answer.status, answer.headers)
        return _sent(answer, environ)

    def perform(self, environ: "WSGIEnvironment", body: bytes, operation: str) -> Answer:
        """Let a call take effect, alone."""
        noted = environ
        environ = environ | {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        with self._lock:
            if self._journal is not None:
                self._journal.note(noted, body)
            chunks, status, headers = run_wsgi_app(self._app, environ, buffered=True)
            answer = Answer(status, headers.to_wsgi_list(), b"".join(chunks))
            self._world.last_answers[operation] = answer
        return answer

    def last(self, operation: str) -> Answer | None:
        """What the operation answered before."""
        return self._world.last_answers.get(operation)

    def note(self, environ: "WSGIEnvironment", body: bytes) -> tuple[RequestSeen, Fault | None]:
        """Take note of a request, and take the fault that it meets."""
        operation = self._operation(environ)
        with self._lock:
            noted = not operation.startswith(_UNNOTED)
            fault = self._world.faults.take(operation) if noted else None
            seen = RequestSeen(
                at=self._world.clock.now(),
                operation=operation,
                method=environ["REQUEST_METHOD"],
                path=environ.get("PATH_INFO", ""),
                query=environ.get("QUERY_STRING", ""),
                headers=_headers(environ),
                body=body.decode("utf-8", "replace"),
                fault=fault.kind.value if fault else None,
            )
            if noted:
                self._world.requests_seen.add(seen)
        return seen, fault

    def _operation(self, environ: "WSGIEnvironment") -> str:
        try:
            endpoint, _ = self._app.url_map.bind_to_environ(environ).match()
        except HTTPException:
            return "unknown"
        return str(endpoint)


class _Call:
    """One call on its way through the door; each kind of fault is a method of it."""

    def __init__(self, door: Door, environ: "WSGIEnvironment", body: bytes) -> None:
        self._door = door
        self._environ = environ
        self._body = body
        self.seen, self._fault = door.note(environ, body)

    def answer(self) -> Answer:
        """The answer, as its fault has it."""
        if self._fault is None:
            return self._perform()
        ways: dict[FaultKind, Callable[[Fault], Answer]] = {
            FaultKind.LATE: self._late,
            FaultKind.CUT: self._cut,
            FaultKind.HALF: self._half,
            FaultKind.NEVER: self._never,
            FaultKind.WRONG: self._wrong,
            FaultKind.TWICE: self._twice,
            FaultKind.REPEAT: self._repeat,
            FaultKind.ANSWER: self._given,
            FaultKind.ERROR: self._error,
        }
        return ways[self._fault.kind](self._fault)

    def _perform(self) -> Answer:
        return self._door.perform(self._environ, self._body, self.seen.operation)

    def _late(self, fault: Fault) -> Answer:
        if fault.applied:
            answer = self._perform()
            self._wait(fault.seconds)
            return answer
        self._wait(fault.seconds)
        return self._perform()

    def _cut(self, fault: Fault) -> Answer:
        if fault.applied:
            self._perform()
        raise _dropped(self._environ)

    def _half(self, _fault: Fault) -> Answer:
        whole = self._perform()
        return Answer(whole.status, whole.headers, whole.body, cut_at=len(whole.body) // 2)

    def _never(self, fault: Fault) -> Answer:
        if fault.applied:
            self._perform()
        self._wait(None)
        raise _dropped(self._environ)

    def _wrong(self, _fault: Fault) -> Answer:
        self._perform()
        return _plain("200 OK", {"Content-Type": "text/html"}, b"<html><body>It works!</body></html>")

    def _twice(self, _fault: Fault) -> Answer:
        self._perform()
        return self._perform()

    def _repeat(self, _fault: Fault) -> Answer:
        return self._door.last(self.seen.operation) or self._perform()

    def _given(self, fault: Fault) -> Answer:
        return _plain(f"{fault.status} SET BY TESTER", dict(fault.headers), fault.body.encode())

    def _error(self, fault: Fault) -> Answer:
        self._environ[ASKED_ERROR] = fault.error
        return self._perform()

    def _wait(self, seconds: float | None) -> None:
        """Until the time is over; ends with a dropped connection when the fake stops or the client has gone."""
        left = seconds
        while left is None or left > 0:
            step = _LOOK_EVERY if left is None else min(left, _LOOK_EVERY)
            if self._door.stopping.wait(step) or _has_gone(self._environ):
                raise _dropped(self._environ)
            left = None if left is None else left - step


def _whole_body(environ: "WSGIEnvironment") -> bytes | None:
    try:
        return get_input_stream(environ, max_content_length=_LARGEST_BODY).read()
    except HTTPException:
        return None


def _fold_token_path(environ: "WSGIEnvironment") -> None:
    """`/auth/O2/tokeninfo` is in use as well: these paths are the same in any case of letters."""
    path = environ.get("PATH_INFO", "")
    if path.lower().startswith("/auth/o2/"):
        environ["PATH_INFO"] = path.lower()


def _headers(environ: "WSGIEnvironment") -> dict[str, str]:
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return headers


def _plain(status: str, headers: dict[str, str], body: bytes) -> Answer:
    return Answer(status, [*headers.items(), ("Content-Length", str(len(body)))], body)


def _sent(answer: Answer, environ: "WSGIEnvironment") -> Iterator[bytes]:
    if answer.cut_at is None:
        yield answer.body
        return
    yield answer.body[: answer.cut_at]
    raise _dropped(environ)


def _dropped(environ: "WSGIEnvironment") -> ConnectionAbortedError:
    """Shut the connection, where there is one (a test client has none)."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    return ConnectionAbortedError("cut by a fault")


def _has_gone(environ: "WSGIEnvironment") -> bool:
    """Whether the client has closed: its whole request was read, so anything readable is the end."""
    connection = environ.get("werkzeug.socket")
    if not isinstance(connection, socket.socket):
        return False
    readable, _, _ = select.select([connection], [], [], 0)
    return bool(readable)
