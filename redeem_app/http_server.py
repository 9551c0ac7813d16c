"""The HTTP server under the service: which one, and how it is set. `redeem serve` and the bench start the same."""

from granian import Granian
from granian.constants import Interfaces


def serve(target: str, *, host: str, port: int, workers: int, threads: int) -> None:
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
        websockets=False,
        backlog=1024,
    ).serve()
