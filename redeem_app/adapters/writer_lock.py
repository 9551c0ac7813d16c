"""The lock file that keeps the writes of several processes apart, fairly; held by one thread of a process at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class WriterLock:
    """A lock on the file at `path`, which is opened at first use in each process and then kept open.

    A lock belongs to the opening of the file, and a forked process would share its parent's.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        self._process = -1

    @contextmanager
    def held(self, *, waits: bool) -> Iterator[None]:
        """Hold the lock for the block. Raises BlockingIOError where another process holds it and it `waits` not."""
        if self._process != os.getpid():
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            self._process = os.getpid()
        fcntl.flock(self._file, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the file back."""
        if self._process == os.getpid():
            os.close(self._file)
        self._process = -1
