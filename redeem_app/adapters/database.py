"""SQLite and PostgreSQL behind one small interface: statements with `?`, durable writes, fair waiting.

SQLite writes are serialised by a lock in the process and a lock file between processes, because SQLite's own
waiting is not fair. PostgreSQL gets a pool and a bounded retry of serialisation failures and deadlocks.
"""

import fcntl
import functools
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import psycopg
import psycopg_pool

T = TypeVar("T")
Row = tuple[Any, ...]
Values = Sequence[str | int | None]

_RETRIES: Final = 8


class Connection(Protocol):
    """Runs one statement inside the current transaction."""

    dialect: str
    """`sqlite` or `postgresql`."""
    attempt: int
    """0 when the work runs for the first time; when it runs again, it may take a way that waits instead."""

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        """All rows of a query, or of a write with RETURNING."""
        ...

    def row(self, statement: str, values: Values = ()) -> Row | None:
        """The first row, or None."""
        ...

    def run(self, statement: str, values: Values = ()) -> int:
        """Run a write; the number of rows it changed."""
        ...


class Conflict(Exception):
    """Another transaction is in the way of this one: roll back and run the work again."""


class Database(Protocol):
    """A store of rows with durable commits."""

    dialect: str

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run queries; each sees committed rows."""
        ...

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction and commit it durably; may run `work` again after a conflict."""
        ...

    def close(self) -> None:
        """Give back every connection."""
        ...


def connect(url: str) -> Database:
    """A database by URL: `sqlite:///path` or `postgresql://…`. Raises ValueError for any other scheme."""
    if url.startswith("sqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresDatabase(url)
    raise ValueError(f"database URL {url.split(':', 1)[0]}:… must begin with sqlite:/// or postgresql://")


class _SqliteConnection:
    dialect = "sqlite"
    attempt = 0

    def __init__(self, path: Path) -> None:
        # Each connection serves one thread; only `close` comes from another, once the threads are done.
        self._raw = sqlite3.connect(
            path, isolation_level=None, timeout=30, cached_statements=256, check_same_thread=False
        )
        self._raw.execute("PRAGMA journal_mode = WAL")
        self._raw.execute("PRAGMA synchronous = FULL")
        self._raw.execute("PRAGMA foreign_keys = ON")

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        return self._raw.execute(statement, values).fetchall()

    def row(self, statement: str, values: Values = ()) -> Row | None:
        found: Row | None = self._raw.execute(statement, values).fetchone()
        return found

    def run(self, statement: str, values: Values = ()) -> int:
        return self._raw.execute(statement, values).rowcount

    def close(self) -> None:
        self._raw.close()


class SqliteDatabase:
    """One file; a connection for each thread, one writer at a time."""

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock_path = path.with_name(path.name + "-writer")
        self._turn = threading.Lock()
        self._local = threading.local()
        self._opened: list[_SqliteConnection] = []

    def read(self, work: Callable[[Connection], T]) -> T:
        return work(self._connection())

    def write(self, work: Callable[[Connection], T]) -> T:
        connection = self._connection()
        with self._only_writer():
            connection.run("BEGIN IMMEDIATE")
            try:
                result = work(connection)
                connection.run("COMMIT")
            except BaseException:
                connection.run("ROLLBACK")
                raise
            return result

    def close(self) -> None:
        for connection in self._opened:
            connection.close()
        self._opened.clear()
        self._local = threading.local()

    def _connection(self) -> _SqliteConnection:
        connection: _SqliteConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = _SqliteConnection(self._path)
            self._opened.append(connection)
        return connection

    @contextmanager
    def _only_writer(self) -> Iterator[None]:
        with self._turn, self._lock_path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@functools.lru_cache(maxsize=512)
def _postgres_form(statement: str) -> str:
    return statement.replace("%", "%%").replace("?", "%s")


class _PostgresConnection:
    dialect = "postgresql"

    def __init__(self, raw: "psycopg.Connection[Row]", attempt: int = 0) -> None:
        self._raw = raw
        self.attempt = attempt

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        return self._execute(statement, values).fetchall()

    def row(self, statement: str, values: Values = ()) -> Row | None:
        return self._execute(statement, values).fetchone()

    def run(self, statement: str, values: Values = ()) -> int:
        return self._execute(statement, values).rowcount

    def _execute(self, statement: str, values: Values) -> "psycopg.Cursor[Row]":
        return self._raw.execute(_postgres_form(statement).encode(), values)


class PostgresDatabase:
    """A pool of connections; statements are prepared by the driver once they repeat."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self._pool = psycopg_pool.ConnectionPool(
            url, min_size=1, max_size=16, timeout=10, open=False, kwargs={"prepare_threshold": 2, "autocommit": True}
        )
        self._opening = threading.Lock()
        self._is_open = False

    def read(self, work: Callable[[Connection], T]) -> T:
        with self._opened_pool().connection() as raw:
            return work(_PostgresConnection(raw))

    def write(self, work: Callable[[Connection], T]) -> T:
        with self._opened_pool().connection() as raw:
            for attempt in range(_RETRIES):
                try:
                    with raw.transaction():
                        return work(_PostgresConnection(raw, attempt))
                except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected, Conflict):
                    continue
            with raw.transaction():
                return work(_PostgresConnection(raw, _RETRIES))

    def close(self) -> None:
        self._pool.close()

    def _opened_pool(self) -> "psycopg_pool.ConnectionPool[psycopg.Connection[Row]]":
        # Opened at first use, so that each process of a forking server has a pool of its own.
        if not self._is_open:
            with self._opening:
                if not self._is_open:
                    self._pool.open()
                    self._is_open = True
        return self._pool
