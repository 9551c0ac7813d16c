"""Waits on a thread of its own until somebody connects, and stops at once when told to, without polling."""

import selectors
import socket
import threading
from collections.abc import Callable
from typing import Final

_STOPS_WITHIN: Final = 5.0


class Acceptor:
    """Calls `accept` each time `listening` has a connection waiting."""

    def __init__(self, listening: int, accept: Callable[[], None], name: str) -> None:
        self._listening = listening
        self._accept = accept
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._wait, name=name, daemon=True)

    def start(self) -> None:
        """Accept from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Accept no more."""
        self._wake.send(b"x")
        self._thread.join(_STOPS_WITHIN)
        self._wake.close()
        self._woken.close()

    def _wait(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listening, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while all(key.fileobj is not self._woken for key, _ in selector.select()):
                self._accept()
