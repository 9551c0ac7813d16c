"""The HTTP server under the service: which one, and how it is set. `redeem serve` and the bench start the same."""

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from redeem_app.request_limits import HEAD_SECONDS, http_settings


def serve(target: str, *, host: str, port: int, workers: int, threads: int, head_seconds: float = HEAD_SECONDS) -> None:
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
        http1_settings=http_settings(head_seconds),
        websockets=False,
        backlog=1024,
    ).serve()
