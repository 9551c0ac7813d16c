"""Migrations go up one after the other with data in place, while the release of the set before reads and writes on.

That release is played by the statements that its set allows: rows with every column that it knows, in every table,
written, changed and read by a thread of its own while the next file is applied, and once more after it.
"""

import functools
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from redeem_app.adapters.database import Connection, Database, Values, connect
from redeem_app.adapters.migrations import migrate, missing, names, statements


def apply_one(database: Database, name: str) -> None:
    """One file as the service applies it: whole, in a transaction, and remembered."""

    def work(connection: Connection) -> None:
        connection.run("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
        for statement in statements(name):
            connection.run(statement)
        connection.run("INSERT INTO migrations (name) VALUES (?)", (name,))

    database.write(work)


@dataclass(frozen=True)
class Table:
    """A table as a release knows it. `parents` is the table and column that a column refers to."""

    name: str
    columns: dict[str, str]
    parents: dict[str, tuple[str, str]]


def tables_after(applied: Sequence[str]) -> list[Table]:
    """Read from a scratch database, since the files with tables are the same for both."""
    with closing(sqlite3.connect(":memory:")) as scratch:
        for name in [name for name in names("sqlite") if name in applied]:
            for statement in statements(name):
                scratch.execute(statement)
        found = [
            row[0] for row in scratch.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        ]
        return [
            Table(
                name,
                {row[1]: row[2].upper() for row in scratch.execute(f"PRAGMA table_info({name})")},
                {row[3]: (row[2], row[4]) for row in scratch.execute(f"PRAGMA foreign_key_list({name})")},
            )
            for name in found
        ]


@dataclass
class OldRelease:
    """Writes and reads with the statements of one set of migrations, until told to stop."""

    database: Database
    tables: list[Table]
    set_number: int
    rounds: int = 0
    faults: list[Exception] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        while not self.over.is_set():
            try:
                self.one_round()
            except Exception as fault:  # noqa: BLE001 - whatever happens to it is a failure that people would see
                self.faults.append(fault)
                return

    def one_round(self) -> None:
        """A row in every table, changed and read again."""
        self.rounds += 1
        mark = f"s{self.set_number}r{self.rounds}"
        number = self.set_number * 1_000_000 + self.rounds
        for table in self.tables:
            row = {name: self._value(table, name, kind, mark, number) for name, kind in table.columns.items()}
            self.database.write(functools.partial(_write, table=table, row=row))
            self.database.read(functools.partial(_read, table=table))

    def _value(self, table: Table, column: str, kind: str, mark: str, number: int) -> str | int:
        if column in table.parents:
            parent, key = table.parents[column]
            owner = next(one for one in self.tables if one.name == parent)
            return self._value(owner, key, owner.columns[key], mark, number)
        if kind == "TEXT":
            return f"{table.name}-{column}-{mark}"
        return 1 if column in {"used", "ceiling"} else number


def _read(connection: Connection, table: Table) -> None:
    connection.rows(f"SELECT {', '.join(table.columns)} FROM {table.name} LIMIT 3")  # noqa: S608 - our own schema


def _write(connection: Connection, table: Table, row: dict[str, str | int]) -> None:
    marks = ", ".join("?" for _ in row)
    values: Values = tuple(row.values())
    connection.run(f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({marks})", values)  # noqa: S608 - our own schema
    last, value = list(row.items())[-1]
    first, key = next(iter(row.items()))
    connection.run(f"UPDATE {table.name} SET {last} = ? WHERE {first} = ?", (value, key))  # noqa: S608 - likewise


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    opened = connect(empty_database_url)
    yield opened
    opened.close()


def test_each_migration_goes_up_while_the_release_before_writes_and_reads(database: Database) -> None:
    there = names(database.dialect)
    apply_one(database, there[0])
    for place, name in enumerate(there[1:], 1):
        old = OldRelease(database, tables_after(there[:place]), place)
        old.one_round()
        threads = [threading.Thread(target=old.work)]
        for thread in threads:
            thread.start()

        apply_one(database, name)
        old.over.set()
        for thread in threads:
            thread.join()
        old.over.clear()
        old.one_round()

        assert old.faults == [], f"{name} disturbs the release before it"
        kept = database.read(lambda connection: connection.row("SELECT COUNT(*) FROM rewards"))
        assert kept is not None
        assert kept[0] >= place
    assert missing(database) == []
    assert migrate(database) == []
