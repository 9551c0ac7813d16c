"""The service in front of a loop: plain requests are answered on the loop's own thread, all others by threads.

A thread for each request would have them hand the interpreter to each other at every statement, which costs more than
the statements do, and few of them would share a commit. Here the short ways run on one thread (`cooperative`), so that
what arrives together is written together; what goes the framework's way may wait for anything, and does so elsewhere.

It speaks the server's own interface, RSGI, and hands WSGI's environment to the application. A body is taken in whole
before the application is asked, and no thread waits for it.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope  # type: ignore[attr-defined] # its names for them

from redeem_app import cooperative
from redeem_app.rsgi_requests import BodyTaken, environ_of, has_body
from redeem_app.whole_bodies import BODY_SECONDS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_BODILESS: Final = frozenset({204, 304})

_log = logging.getLogger(__name__)

Headers = list[tuple[str, str]]


class Inner(Protocol):
    """An application with two ways, each as WSGI has it."""

    def short_answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes] | None:
        """The answer of a short way, which waits cooperatively; None for what goes the long way."""
        ...

    def long_answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The answer to whatever no short way takes."""
        ...


@dataclass(slots=True)
class _Told:
    """What an application told of its answer; it is WSGI's `start_response`."""

    status: int = 500
    headers: Headers = field(default_factory=list)

    def __call__(self, status: str, headers: Headers, _: object = None) -> Callable[[bytes], object]:
        self.status, self.headers = int(status[:3]), headers
        return _no_writing


def _no_writing(_: bytes) -> None:
    raise NotImplementedError("the application gives its body, and writes none")


class Front:
    """An RSGI application around a WSGI application of the service."""

    def __init__(self, inner: Inner, threads: int, seconds: float = BODY_SECONDS) -> None:
        """`threads` for the long way; `seconds` for a body to arrive."""
        self._inner = inner
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="long-way")
        self._seconds = seconds
        self.begun: Callable[[asyncio.AbstractEventLoop], object] = lambda _: None
        """Told the loop before the first request."""

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._requests = loop, cooperative.Requests(loop)
        self.begun(loop)

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        environ = environ_of(scope)
        try:
            if has_body(environ) and not await BodyTaken(protocol, self._loop, self._seconds).into(environ):
                return
            told, context = _Told(), Context()
            body = await self._requests.run(partial(self._inner.short_answer, environ, told), context)
            if body is None:
                # In the same context: what the short way began for the request goes on there.
                answer = partial(context.run, self._answer_long, environ, protocol)
                await self._loop.run_in_executor(self._threads, answer)
            else:
                protocol.response_bytes(told.status, told.headers, body[0])
        except ProtocolClosed:
            return  # nobody is there to be answered
        except Exception:  # noqa: BLE001 - whatever it is, the next one is served
            _log.exception("a request failed")
            protocol.response_bytes(500, [("Content-Type", "text/plain")], b"Internal Server Error\n")

    def _answer_long(self, environ: "WSGIEnvironment", protocol: HTTPProtocol) -> None:
        """Answer as the framework does; on a thread of the long way."""
        told = _Told()
        parts = self._inner.long_answer(environ, told)
        try:
            if _is_whole(told, environ):
                protocol.response_bytes(told.status, told.headers, b"".join(parts))
            else:
                _stream(told, parts, protocol, self._loop)
        finally:
            if close := getattr(parts, "close", None):
                close()


def _is_whole(told: _Told, environ: "WSGIEnvironment") -> bool:
    """Whether the answer is there as a whole: all but a stream states its length, or has no body."""
    if told.status in _BODILESS or environ["REQUEST_METHOD"] == "HEAD":
        return True
    return any(name.lower() == "content-length" for name, _ in told.headers)


def _stream(told: _Told, parts: Iterable[bytes], protocol: HTTPProtocol, loop: asyncio.AbstractEventLoop) -> None:
    """Send parts as they come, until the last one or until nobody listens."""
    transport = protocol.response_stream(told.status, told.headers)

    async def send(part: bytes) -> None:
        await transport.send_bytes(part)

    for part in parts:
        asyncio.run_coroutine_threadsafe(send(part), loop).result()
