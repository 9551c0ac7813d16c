"""SQLite: one file, a reading connection for each thread, and one connection that all writes of the process share.

Writes of several processes are kept apart by a lock file, because SQLite's own waiting is not fair. The one writing
connection keeps its page cache warm, which one for each thread would lose to every other's commit.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from redeem_app.adapters.group_commit import GroupCommit, Turn, Writes
from redeem_app.adapters.transactions import Connection, Faults, Row, Statement, T, Values
from redeem_app.adapters.writer_lock import WriterLock
from redeem_app.domain.records import StoreUnavailable

_OUR_FAULTS: Final = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA})
"""Result codes of statements that are wrong; every other operational fault is of the file, the disk or its locks."""

_PAGES_UNTIL_COPIED: Final = 8_000
"""How long the write-ahead log grows, in pages of 4 KB, before a commit copies it into the file, which takes it
milliseconds. SQLite's own 1,000 are so few that one application in a hundred has to wait for that."""


_PATIENCE: Final = 30
"""Seconds."""


class SqliteConnection:
    """One connection, durable at each commit; used by one thread at a time."""

    dialect = "sqlite"
    attempt = 0

    def __init__(self, path: Path) -> None:
        self._raw = sqlite3.connect(
            path, isolation_level=None, timeout=_PATIENCE, cached_statements=256, check_same_thread=False
        )
        self._waits = True
        self.turn = threading.RLock()
        """Held while it is read on, so that nobody closes it meanwhile."""
        self.is_open = True
        self._raw.execute("PRAGMA journal_mode = WAL")
        self._raw.execute("PRAGMA synchronous = FULL")
        self._raw.execute("PRAGMA foreign_keys = ON")
        self._raw.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_UNTIL_COPIED}")

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; SQLite ends one by itself after some faults, such as a full disk."""
        return self._raw.in_transaction

    def be_patient(self, *, waits: bool) -> None:
        """Whether a statement waits for a lock that a program holds which knows nothing of the writers' lock file."""
        if waits != self._waits:
            self._raw.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000 if waits else 0}")
            self._waits = waits

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        return self._raw.execute(statement, values).fetchall()

    def row(self, statement: str, values: Values = ()) -> Row | None:
        found: Row | None = self._raw.execute(statement, values).fetchone()
        return found

    def run(self, statement: str, values: Values = ()) -> int:
        return self._raw.execute(statement, values).rowcount

    def run_after(self, first: Statement, then: Statement) -> int:
        self.run(*first)
        return self.run(*then)

    def close(self) -> None:
        """Give the file back, once nobody works on it any more."""
        with self.turn:
            self.is_open = False
            self._raw.close()


class SqliteDatabase:
    """One file. `grouping` says how the writes of this process share commits."""

    dialect = "sqlite"
    faults = Faults(all=(sqlite3.Error,), in_the_way=(sqlite3.IntegrityError,), no_table=(sqlite3.OperationalError,))

    def __init__(self, path: Path, grouping: Callable[[Turn], Writes] = GroupCommit) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = WriterLock(path.with_name(path.name + "-writer"))
        self._local = threading.local()
        self._readers: list[SqliteConnection] = []
        self._listing = threading.Lock()
        self._writing = threading.Lock()
        self._writer: SqliteConnection | None = None
        self._writes = grouping(self._turn)

    def read(self, work: Callable[[Connection], T]) -> T:
        try:
            while True:
                reader = self._reader()
                with reader.turn:
                    if reader.is_open:
                        return work(reader)
        except (sqlite3.OperationalError, OSError) as fault:
            raise _told(fault) from fault

    def write(self, work: Callable[[Connection], T]) -> T:
        try:
            return self._writes.write(work)
        except (sqlite3.OperationalError, OSError) as fault:
            raise _told(fault) from fault

    def write_alone(self, work: Callable[[Connection], T]) -> T:
        return self.write(work)

    def close(self) -> None:
        """Give back every connection, each once nobody works on it; who comes later opens the file anew."""
        with self._listing:
            readers, self._readers = self._readers, []
            self._local = threading.local()
        for connection in readers:
            connection.close()
        with self._writing:
            self._drop_writer()
            self._lock.close()

    def _reader(self) -> SqliteConnection:
        connection: SqliteConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = SqliteConnection(self._path)
            with self._listing:
                self._local.connection = connection
                self._readers.append(connection)
        return connection

    @contextmanager
    def _turn(self, *, waits: bool = True) -> Iterator[SqliteConnection]:
        """The writing connection, while no other process writes; opened at first use, after any fork."""
        if not self._writing.acquire(blocking=waits):
            raise BlockingIOError
        try:
            with self._lock.held(waits=waits):
                if self._writer is None:
                    if not waits:
                        raise BlockingIOError
                    self._writer = SqliteConnection(self._path)
                self._writer.be_patient(waits=waits)
                try:
                    yield self._writer
                finally:
                    if self._writer.in_transaction:
                        self._drop_writer()  # what could not be rolled back ends with its connection
        finally:
            self._writing.release()

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _told(fault: sqlite3.OperationalError | OSError) -> Exception:
    """What the fault means to whoever asked: that the store is away, or that we asked wrongly."""
    code = getattr(fault, "sqlite_errorcode", None)
    if isinstance(fault, sqlite3.OperationalError) and (code is None or code & 0xFF in _OUR_FAULTS):
        return fault
    return StoreUnavailable(f"SQLite: {fault}")
