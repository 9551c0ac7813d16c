"""Numbered SQL files, applied in order, each in one transaction and remembered by name."""

import sqlite3
from importlib import resources

import psycopg

from redeem_app.adapters.database import Connection, Database

_ADVISORY_LOCK = 711_2020
"""Any fixed number: two processes that start at once must not both migrate."""


def names() -> list[str]:
    """The migrations there are, oldest first."""
    folder = resources.files(__package__)
    return sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))


def migrate(database: Database) -> list[str]:
    """Apply what is missing; the names of what was applied. A failing file changes nothing."""
    return database.write(_apply_missing)


def missing(database: Database) -> list[str]:
    """The migrations that this database has not seen; all of them where it is empty."""
    return database.read(_unseen)


def _unseen(connection: Connection) -> list[str]:
    try:
        done = {row[0] for row in connection.rows("SELECT name FROM migrations")}
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        done = set()
    return [name for name in names() if name not in done]


def _missing(connection: Connection) -> list[str]:
    connection.run("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
    done = {row[0] for row in connection.rows("SELECT name FROM migrations")}
    return [name for name in names() if name not in done]


def _apply_missing(connection: Connection) -> list[str]:
    if connection.dialect == "postgresql":
        connection.run("SELECT pg_advisory_xact_lock(?)", (_ADVISORY_LOCK,))
    todo = _missing(connection)
    for name in todo:
        for statement in _statements(name):
            connection.run(statement)
        connection.run("INSERT INTO migrations (name) VALUES (?)", (name,))
    return todo


def _statements(name: str) -> list[str]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
    return [part.strip() for part in "\n".join(lines).split(";") if part.strip()]
