"""An HTTPS proxy that leads Amazon's host names to the fake, for clients whose hosts can't be set.

`HTTPS_PROXY` set to its address, and the certificate trusted, such a client runs unchanged. Any other host is
refused, so that nothing of a test leaves the machine.
"""

import contextlib
import selectors
import socket
import threading
from typing import Final

from simulator.fake_amazon.acceptor import Acceptor

AMAZON_HOSTS: Final = (
    "www.amazon.com",
    "na.account.amazon.com",
    "eu.account.amazon.com",
    "apac.account.amazon.com",
    "api.amazon.com",
    "api.amazon.co.uk",
    "api.amazon.co.jp",
    "api.amazon.de",
    "agcod-v2.amazon.com",
    "agcod-v2-eu.amazon.com",
    "agcod-v2-fe.amazon.com",
    "agcod-v2-gamma.amazon.com",
    "agcod-v2-eu-gamma.amazon.com",
    "agcod-v2-fe-gamma.amazon.com",
)
_LONGEST_HEAD: Final = 8192
_ANSWERS_WITHIN: Final = 10.0


class Tunnel:
    """A listening socket on loopback; each connection has a thread of its own."""

    def __init__(self, fake_port: int) -> None:
        self._fake_port = fake_port
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._open: set[socket.socket] = set()
        self._acceptor = Acceptor(self._listening.fileno(), self._accept, "fake-amazon-tunnel")
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def start(self) -> None:
        """Lead connections from now on."""
        self._acceptor.start()

    def stop(self) -> None:
        """Lead no more, and cut what is under way."""
        self._acceptor.stop()
        self._listening.close()
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        client, _ = self._listening.accept()
        self._open.add(client)
        threading.Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        try:
            with client, contextlib.suppress(OSError):
                client.settimeout(_ANSWERS_WITHIN)
                if not _asks_for_amazon(_head(client)):
                    client.sendall(b"HTTP/1.1 403 Not Amazon\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    return
                with socket.create_connection(("127.0.0.1", self._fake_port)) as fake:
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    _pass_on(client, fake)
        finally:
            self._open.discard(client)


def _head(client: socket.socket) -> bytes:
    """The request up to its empty line; clients send nothing after it before they are answered."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _LONGEST_HEAD:
        part = client.recv(_LONGEST_HEAD)
        if not part:
            break
        head += part
    return head


def _asks_for_amazon(head: bytes) -> bool:
    method, _, rest = head.decode("latin-1").partition(" ")
    host, _, port = rest.partition(" ")[0].rpartition(":")
    return method == "CONNECT" and host.lower() in AMAZON_HOSTS and port == "443"


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Both ways, until either side ends."""
    opposite = {one: other, other: one}
    with selectors.DefaultSelector() as selector:
        for side in opposite:
            selector.register(side, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                side = one if key.fileobj is one else other
                part = side.recv(65_536)
                if not part:
                    return
                opposite[side].sendall(part)
