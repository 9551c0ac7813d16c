"""Finds and closes one of this process's own connections, which the server keeps to itself.

The server tells an application who asks, but not on which connection. So the kernel is asked: of all connections of the
process to that address, it is the one on which an answer of an unusual length has just left. Only Linux tells that.
"""

import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

_SENT: Final = struct.Struct("=200xQ")
"""`tcpi_bytes_sent` of Linux's `struct tcp_info`."""

_OPENED: Final = Path("/proc/self/fd")

HEAD: Final = 500
"""Bytes that a server puts in front of a short answer, at the most."""

_LOOKS: Final = 40
_LOOK_SECONDS: Final = 0.005


class ConnectionsTo:
    """The connections of this process to one address, as they are now."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self._sent = {one: _sent(one) for one in sockets}

    def close_the_one_that_sent(self, length: int) -> bool:
        """Close, for reading, the one on which an answer with a body of that length leaves. Whether it was found.

        What was sent on it still arrives. Should another one have sent just as much, its sender has an answer as well.
        """
        pause = threading.Event()
        for _ in range(_LOOKS):
            for one, before in self._sent.items():
                if length <= _sent(one) - before <= length + HEAD:
                    with suppress(OSError):
                        one.shutdown(socket.SHUT_RD)
                    return True
            pause.wait(_LOOK_SECONDS)
        return False


@contextmanager
def connections_to(address: str) -> Iterator[ConnectionsTo]:
    """All of them, held open meanwhile."""
    with ExitStack() as held:
        sockets = [held.enter_context(one) for one in _own_sockets()]
        yield ConnectionsTo([one for one in sockets if _peer(one) == address])


def _own_sockets() -> Iterator[socket.socket]:
    for opened in _OPENED.iterdir() if _OPENED.is_dir() else ():
        with suppress(OSError):
            if opened.is_socket():
                yield socket.socket(fileno=os.dup(int(opened.name)))


def _peer(one: socket.socket) -> str:
    with suppress(OSError, IndexError, TypeError):
        if one.type == socket.SOCK_STREAM:
            return str(one.getpeername()[0])
    return ""


def _sent(one: socket.socket) -> int:
    with suppress(OSError, AttributeError, struct.error):
        return int(_SENT.unpack_from(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256))[0])
    return 0
