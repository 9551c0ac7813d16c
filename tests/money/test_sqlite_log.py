"""SQLite's log: it is copied into the file beside the writes, and begins anew; who reads is not disturbed."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from redeem_app.adapters.sqlite_database import SqliteDatabase
from redeem_app.adapters.sqlite_log import ROWS

_AT = slice(12, 16)
"""Where a log says how often it has begun anew (the file format of SQLite, section 4.1)."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "writes.sqlite3"


@pytest.fixture
def database(path: Path) -> Iterator[SqliteDatabase]:
    database = SqliteDatabase(path)
    database.write(lambda connection: connection.run("CREATE TABLE notes (number INTEGER, word TEXT)"))
    yield database
    database.close()


def begun(path: Path) -> int:
    """How often the log has begun anew."""
    with path.with_name(path.name + "-wal").open("rb") as log:
        return int.from_bytes(log.read(32)[_AT])


def note(database: SqliteDatabase, number: int) -> None:
    database.write(lambda connection: connection.run("INSERT INTO notes VALUES (?, ?)", (number, "x" * 50)))


def note_many(database: SqliteDatabase, rows: int) -> None:
    database.write(lambda connection: connection.run(_NOTE_MANY, (rows,)))


_NOTE_MANY = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO notes SELECT i, 'many' FROM n
"""


def begins_anew(database: SqliteDatabase, path: Path, before: int) -> bool:
    """Whether a write finds the log copied, and begins it anew, before long."""
    for number in range(200):
        note(database, number)
        if begun(path) > before:
            return True
        threading.Event().wait(0.05)
    return False


def test_after_many_rows_the_log_begins_anew(database: SqliteDatabase, path: Path) -> None:
    for _ in range(3):
        before = begun(path)
        note_many(database, ROWS)

        assert begins_anew(database, path, before)


def test_few_rows_are_left_in_the_log(database: SqliteDatabase, path: Path) -> None:
    before = begun(path)
    for number in range(300):
        note(database, number)

    assert begun(path) == before


def test_what_a_reader_still_reads_is_left_and_copied_later(database: SqliteDatabase, path: Path) -> None:
    before = begun(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        [seen] = reader.execute("SELECT COUNT(*) FROM notes").fetchone()
        note_many(database, ROWS)
        note_many(database, ROWS)

        assert reader.execute("SELECT COUNT(*) FROM notes").fetchone() == (seen,)
        reader.execute("COMMIT")
    note_many(database, ROWS)

    assert begins_anew(database, path, before)
    [[count]] = database.read(lambda connection: connection.rows("SELECT COUNT(*) FROM notes WHERE word = 'many'"))
    assert count == 3 * ROWS


def test_where_it_cant_be_copied_writes_go_on(
    database: SqliteDatabase, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = path.with_name("elsewhere")
    path.rename(elsewhere)  # SQLite holds it open; who opens it anew finds none
    path.mkdir()
    note_many(database, ROWS)
    note(database, 1)
    for _ in range(200):
        if "grows" in caplog.text:
            break
        threading.Event().wait(0.05)
    path.rmdir()
    elsewhere.rename(path)
    note(database, 2)

    assert "SQLite's log can't be copied" in caplog.text
    assert database.read(lambda connection: connection.rows("SELECT COUNT(*) FROM notes")) == [(ROWS + 2,)]
