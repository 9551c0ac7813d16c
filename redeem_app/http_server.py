"""The HTTP server under the service: which one, and how it is set. `redeem serve` and the bench start the same."""

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from redeem_app.request_limits import http_settings


def serve(  # noqa: PLR0913 - what a server is told
    target: str, *, host: str, port: int, workers: int, threads: int, http: HTTP1Settings | None = None
) -> None:
    """Serve the WSGI application that the factory `target` (`module:function`) makes in each process."""
    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        factory=True,
        log_access=False,
        http=HTTPModes.http1,
        http1_settings=http or http_settings(),
        websockets=False,
        backlog=1024,
    ).serve()
