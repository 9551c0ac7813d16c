"""Ports that worlds which run side by side do not take from one another."""

import errno
import fcntl
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FIRST: Final = 20_000
COUNT: Final = 12_000
"""Below the ports that systems hand out by themselves, so that nobody is given one of these by chance."""


@contextmanager
def reserved_port(address: str = "127.0.0.1") -> Iterator[int]:
    """A free port of an address; while this is held, no other world gets it, whoever is listening on it."""
    folder = Path(tempfile.gettempdir()) / f"simulator-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    while True:
        port = FIRST + secrets.randbelow(COUNT)
        with (folder / str(port)).open("w") as mark:
            if _is_held(mark.fileno()) or not _is_free(address, port):
                continue
            yield port
            return


def _is_held(mark: int) -> bool:
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def _is_free(address: str, port: int) -> bool:
    try:
        socket.create_server((address, port)).close()
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise OSError(f"Nothing can listen on {address}: {problem.strerror}.") from problem
        return False
    return True
