"""Requests as the server hands them over by RSGI, turned into what WSGI knows: an environment, with the whole body."""

import asyncio
import io
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope  # type: ignore[attr-defined] # its names for them

from redeem_app.request_limits import LARGEST_BODY
from redeem_app.whole_bodies import LATE, SHORT

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SAME: Final = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}
"""What the environments of all requests hold."""


def environ_of(scope: Scope) -> "WSGIEnvironment":
    """WSGI's environment of a request, without its body (PEP 3333)."""
    path, address = scope.path, scope.client.rpartition(":")[0]
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        **_SAME,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": path if path.isascii() else path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": address.strip("[]"),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
    }
    for name, value in scope.headers.items():
        key = _key(name)
        before = environ.get(key)
        environ[key] = value if before is None else f"{before}{';' if key == 'HTTP_COOKIE' else ','}{value}"
    return environ


@lru_cache(maxsize=512)
def _key(header: str) -> str:
    """Under which name an environment holds a header."""
    name = header.upper().replace("-", "_")
    return name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"


def has_body(environ: "WSGIEnvironment") -> bool:
    """Whether a body comes after the head, an empty one perhaps."""
    return "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ


class BodyTaken:
    """A body that is taken in whole, within `seconds`; who takes longer, or ends early, is answered here."""

    def __init__(self, protocol: HTTPProtocol, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._protocol = protocol
        self._loop = loop
        self._seconds = seconds
        self._awaited: Any = None
        self._is_late = False

    async def into(self, environ: "WSGIEnvironment") -> bool:
        """Put it into the environment; False where there is nothing more to answer."""
        stated = environ.get("CONTENT_LENGTH", "")
        if stated and (not stated.isdecimal() or int(stated) > LARGEST_BODY):
            return True  # the application refuses it by its length, unread
        body, is_whole = b"", True
        late = self._loop.call_later(self._seconds, self._end)
        try:
            # Without a length, one byte more than allowed tells the application that it is too large.
            body = await self._whole() if stated else await self._up_to(LARGEST_BODY + 1)
        except ProtocolClosed:
            is_whole = False
        except asyncio.CancelledError:
            if not self._is_late:
                raise
        finally:
            late.cancel()
        if self._is_late:
            return False
        if not is_whole or len(body) < int(stated or 0):
            self._protocol.response_bytes(400, *SHORT)
            return False
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = io.BytesIO(body)
        return True

    async def _whole(self) -> bytes:
        self._awaited = self._protocol()
        body: bytes = await self._awaited
        return body

    async def _up_to(self, most: int) -> bytes:
        """Its first bytes; the server does not tell whether it came to its end or broke off."""
        body, parts = b"", aiter(self._protocol)
        while len(body) < most:
            try:
                self._awaited = anext(parts)
                body += await self._awaited
            except StopAsyncIteration:
                break
        return body

    def _end(self) -> None:
        """Answer that it took too long, and hear no more of it, which closes the connection."""
        self._is_late = True
        self._protocol.response_bytes(408, *LATE)
        self._awaited.cancel()
