"""The HTTP server under the service: which one, and how it is set. `redeem serve` and the bench start the same.

It holds no more of the service than the name of its application, which each of its processes loads for itself.
"""

from typing import Final

from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of the request line with all headers; a line longer than 64 KB or more than 100 headers are refused too."""

HEAD_SECONDS: Final = 10.0
"""For a whole head to arrive; then the connection is closed, an idle one too, so a proxy must drop its own sooner."""


def http_settings(head_seconds: float = HEAD_SECONDS) -> HTTP1Settings:
    """What it takes of a request's head, and for how long it waits for that."""
    return HTTP1Settings(header_read_timeout=round(head_seconds * 1000), max_buffer_size=LARGEST_HEAD)


def is_on_a_loop(database_url: str) -> bool:
    """Whether one thread of a process answers what is plain (`front`): where no statement waits for a network."""
    return database_url.startswith("sqlite:")


def serve(  # noqa: PLR0913 - what a server is told
    target: str,
    *,
    host: str,
    port: int,
    workers: int,
    threads: int,
    on_a_loop: bool = False,
    http: HTTP1Settings | None = None,
) -> None:
    """Serve the application that the factory `target` (`module:function`) makes in each process.

    It is one for WSGI with so many `threads`; `on_a_loop` it is one for RSGI, which has threads of its own.
    """
    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.RSGI if on_a_loop else Interfaces.WSGI,
        loop=Loops.asyncio,
        workers=workers,
        blocking_threads=1 if on_a_loop else threads,
        factory=True,
        log_access=False,
        http=HTTPModes.http1,
        http1_settings=http or http_settings(),
        websockets=False,
        backlog=1024,
        # A process that was killed, as for memory, is started again beside the others; one that always ends at once
        # ends the server, for whoever watches that.
        respawn_failed_workers=True,
    ).serve()
