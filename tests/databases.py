"""Databases for tests: each test has one to itself, up to date and without a row, or empty where that is the subject.

To bring a database up to date takes longer than most tests. So a SQLite file is made once and copied, and a schema of a
PostgreSQL server serves one test after another: its rows are deleted between them, and one that a test altered is
dropped.
"""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from redeem_app.adapters.database import connect
from redeem_app.adapters.migrations import migrate

PATIENCE = "2s"
"""For a connection that a test left open in the midst of something; then its schema is dropped."""
SHAPE = """
SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace(%(schema)s)
UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = to_regnamespace(%(schema)s)
UNION ALL SELECT tgname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND relnamespace = to_regnamespace(%(schema)s)
ORDER BY 1
"""
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r' ORDER BY oid DESC"
"""Newest first, so that what refers to others is emptied before them."""


@dataclass(frozen=True)
class Schema:
    """A schema that is up to date, with what it is made of, and its tables."""

    name: str
    shape: list[str]
    tables: list[str]


class Databases:
    """All databases of one test process. `server` is the URL of a PostgreSQL; empty for SQLite files."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._spare: list[Schema] = []
        self._folder = Path(tempfile.mkdtemp(prefix="databases-"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder)
        for schema in self._spare:
            self._drop(schema.name)

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        """The URL of a database without a table."""
        if not self._server:
            yield f"sqlite:///{folder / 'records.sqlite3'}"
            return
        name = self._create()
        yield self._url(name)
        self._drop(name)

    @contextmanager
    def up_to_date(self, folder: Path) -> Iterator[str]:
        """The URL of a database with every table, and no row but the names of the migrations."""
        if not self._server:
            folder.mkdir(exist_ok=True)
            shutil.copyfile(self._migrated_file(), folder / "records.sqlite3")
            yield f"sqlite:///{folder / 'records.sqlite3'}"
            return
        schema = self._spare.pop() if self._spare else self._migrated_schema()
        yield self._url(schema.name)
        if self._is_emptied(schema):
            self._spare.append(schema)
        else:
            self._drop(schema.name)

    def _migrated_file(self) -> Path:
        path = self._folder / "records.sqlite3"
        if not path.exists():
            self._migrate(f"sqlite:///{path}")
        return path

    def _migrated_schema(self) -> Schema:
        name = self._create()
        self._migrate(self._url(name))
        with psycopg.connect(self._server) as connection:
            tables = [row[0] for row in connection.execute(TABLES, (name,))]
            shape = [row[0] for row in connection.execute(SHAPE, {"schema": name})]
        return Schema(name, shape, [table for table in tables if table != "migrations"])

    def _migrate(self, url: str) -> None:
        database = connect(url)
        migrate(database)
        database.close()

    def _is_emptied(self, schema: Schema) -> bool:
        """Whether its rows could be deleted, and it is made of what it was made of before."""
        try:
            with psycopg.connect(self._server, options=f"-clock_timeout={PATIENCE}") as connection:
                connection.execute(_emptying(schema))
                return [row[0] for row in connection.execute(SHAPE, {"schema": schema.name})] == schema.shape
        except psycopg.Error:
            return False

    def _create(self) -> str:
        name = f"test_{secrets.token_hex(8)}"
        self._run(SQL("CREATE SCHEMA {}").format(Identifier(name)))
        return name

    def _drop(self, name: str) -> None:
        self._run(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))

    def _run(self, command: Composed) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(command)

    def _url(self, schema: str) -> str:
        return f"{self._server}{'&' if '?' in self._server else '?'}options=-csearch_path%3D{schema}"


def _emptying(schema: Schema) -> Composed:
    deletes = [SQL("DELETE FROM {}.{}").format(Identifier(schema.name), Identifier(table)) for table in schema.tables]
    return SQL("; ").join(deletes)
