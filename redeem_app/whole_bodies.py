"""A body that comes slowly, or not at all, holds no thread of the server for long.

The server reads a body when the application asks for it, in one of its few threads, and waits for as long as the
sender likes; it has no limit for that. A proxy that takes bodies in whole keeps it away. For what comes all the same,
bodies are read here, whole, before the application is asked, and a watch ends the connection of who takes too long.
"""

import io
import logging
import secrets
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from redeem_app.own_connections import connections_to
from redeem_app.request_limits import LARGEST_BODY
from redeem_app.settings import THREADS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BODY_SECONDS: Final = 10.0
"""For a whole body to arrive."""

CROWDED_SECONDS: Final = 2.0
"""The same while `CROWD` are waited for, since each of them holds a thread; a phone on a slow network needs no more."""

CROWD: Final = THREADS - 1
"""One less than a process has threads, unless told otherwise."""

_LOOK_SECONDS: Final = 0.25
_SERVERS_NAME: Final = "proto"

_log = logging.getLogger(__name__)


def _headers(body: bytes) -> list[tuple[str, str]]:
    return [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), ("Connection", "close")]


def _answer(sentence: str) -> tuple[list[tuple[str, str]], bytes]:
    body = f"{sentence}\n".encode()
    return _headers(body), body


LATE: Final = _answer("The body did not arrive in time.")
"""Headers and body of the answer to one that took too long."""

SHORT: Final = _answer("The body is shorter than its stated length.")


class Answering(Protocol):
    """The server's side of one request; its first answer is the one that counts."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


@dataclass(slots=True, eq=False)
class _Waiting:
    """A request whose body is not there yet."""

    answering: Answering | None
    address: str
    since: float
    is_over: bool = False

    def end(self) -> None:
        """Answer that it took too long, and close the connection, which ends the reading."""
        self.is_over = True
        if self.answering is None:
            return
        body = LATE[1].ljust(2000 + secrets.randbelow(6000))
        with connections_to(self.address) as connections:
            self.answering.response_bytes(408, _headers(body), body)
            if not connections.close_the_one_that_sent(len(body)):
                _log.warning("a request whose body does not come can't be ended, and holds a thread")


class WholeBodies:
    """The application behind it gets no request whose body is not there."""

    def __init__(
        self, inner: "WSGIApplication", seconds: float = BODY_SECONDS, crowded_seconds: float = CROWDED_SECONDS
    ) -> None:
        self._inner = inner
        self._seconds = seconds
        self._crowded_seconds = crowded_seconds
        self._waiting: dict[int, _Waiting] = {}
        threading.Thread(target=self._watch, name="bodies", daemon=True).start()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length == "0" and "HTTP_TRANSFER_ENCODING" not in environ:
            return self._inner(environ, start_response)
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            return self._inner(environ, start_response)  # which refuses it by its length, unread
        waiting = _Waiting(_answering(), environ.get("REMOTE_ADDR", ""), time.monotonic())
        self._waiting[id(waiting)] = waiting
        try:
            # Without a length, one byte more than allowed tells the application that it is too large.
            body = environ["wsgi.input"].read(int(length) or LARGEST_BODY + 1)
        finally:
            del self._waiting[id(waiting)]
        if waiting.is_over or len(body) < int(length):
            headers, told = SHORT
            start_response("400 Bad Request", headers)
            return [told]
        environ["wsgi.input"] = io.BytesIO(body)
        return self._inner(environ, start_response)

    def _watch(self) -> None:
        pause = threading.Event()
        while not pause.wait(_LOOK_SECONDS):
            waiting = [one for one in list(self._waiting.values()) if not one.is_over]
            patience = self._seconds if len(waiting) < CROWD else self._crowded_seconds
            before = time.monotonic() - patience
            for one in waiting:
                if one.since <= before:
                    one.end()


def _answering() -> Answering | None:
    """The server's side of this request, which it holds while it calls an application, and hands to none."""
    return sys._getframe(2).f_locals.get(_SERVERS_NAME)  # noqa: SLF001 - there is no other way to it
