"""SQLite's write-ahead log, copied into its file beside the writes, so that no commit has to do it and wait for it."""

import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Final

from redeem_app.adapters.transactions import Connection

ROWS: Final = 2_000
"""Changed rows until the log is copied; of applications some 700, which leave about 20 MB of it."""

COPY: Final = "PRAGMA wal_checkpoint(PASSIVE)"
"""Waits for nobody, and leaves what a reader may still have to read."""

_log = logging.getLogger(__name__)


class LogCopying:
    """Copies the log now and then, as the rows that the writing connection changed tell."""

    def __init__(self, path: Path, turn: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._path = path
        self._turn = turn
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="log")
        self._copied_at = 0
        self._copying: Future[None] | None = None

    def note(self, rows: int) -> None:
        """Told by whoever has the writing connection how many rows it has changed since it was opened."""
        if rows < self._copied_at:
            self._copied_at = 0  # it was opened anew
        if rows - self._copied_at >= ROWS and (self._copying is None or self._copying.done()):
            self._copied_at, self._copying = rows, self._beside.submit(self._copy)

    def wait(self) -> None:
        """Until no copying is under way; not by whoever has the writing connection."""
        if self._copying is not None:
            self._copying.result()

    def _copy(self) -> None:
        """Most of it while others write; then the rest, while nobody does, so that the log begins anew."""
        try:
            with closing(sqlite3.connect(self._path)) as connection:
                connection.execute(COPY)
            with self._turn() as writer:
                writer.rows(COPY)
        except (sqlite3.Error, OSError) as fault:
            _log.warning("SQLite's log can't be copied into its file now, and grows: %s", fault)
