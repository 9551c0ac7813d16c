"""Serves one fake Amazon in this process, on threads, until it is stopped; says nothing on the console."""

import socket
import ssl
from typing import TYPE_CHECKING

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from simulator.fake_amazon.acceptor import Acceptor

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _QuietHandler(WSGIRequestHandler):
    """Logs nothing: addresses of requests carry codes and tokens."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def setup(self) -> None:
        """Shake hands here, on the connection's own thread, so that a slow client holds up nobody else."""
        tls = self.server.ssl_context
        if tls is not None:
            self.request = tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        """Close, with the end of TLS where there is one."""
        super().finish()
        if isinstance(self.request, ssl.SSLSocket):
            self.request.close()

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


class _QuietServer(ThreadedWSGIServer):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing: a client that goes away is no error here."""

    def handle_error(self, request: object, client_address: tuple[str, int] | str) -> None:
        """Likewise; what goes wrong in a view is answered with a 500 by Flask."""


class Server:
    """A listening socket and a thread that hands each connection to a thread of its own."""

    def __init__(self, app: "WSGIApplication", host: str, port: int, tls: ssl.SSLContext | None) -> None:
        with socket.create_server((host, port), backlog=256) as listening:
            self._server = _QuietServer(host, port, app, _QuietHandler, fd=listening.fileno())
        self._server.ssl_context = tls
        self._acceptor = Acceptor(self._server.fileno(), self._server.handle_request, "fake-amazon")
        self.port = int(self._server.server_address[1])

    def start(self) -> None:
        """Accept connections from now on."""
        self._acceptor.start()

    def stop(self) -> None:
        """Accept no more, and close."""
        self._acceptor.stop()
        self._server.server_close()
