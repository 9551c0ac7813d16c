"""Numbered SQL files, applied in order, each in one transaction and remembered by name.

A file whose name ends in `.postgresql.sql` is one statement, and for that database only.
"""

from importlib import resources

from redeem_app.adapters.database import Connection, Database

_ADVISORY_LOCK = 711_2020
"""Any fixed number: two processes that start at once must not both migrate."""


_POSTGRESQL = ".postgresql.sql"


def names(dialect: str) -> list[str]:
    """The migrations that there are for a database, oldest first."""
    files = [entry.name for entry in resources.files(__package__).iterdir() if entry.name.endswith(".sql")]
    return sorted(name for name in files if dialect == "postgresql" or not name.endswith(_POSTGRESQL))


def migrate(database: Database) -> list[str]:
    """Apply what is missing; the names of what was applied. A failing file changes nothing."""
    return database.write(_apply_missing)


def missing(database: Database) -> list[str]:
    """The migrations that this database has not seen; all of them where it is empty."""
    return database.read(lambda connection: _unseen(connection, database.faults.no_table))


def _unseen(connection: Connection, no_table: tuple[type[Exception], ...]) -> list[str]:
    try:
        done = {row[0] for row in connection.rows("SELECT name FROM migrations")}
    except no_table:
        done = set()
    return [name for name in names(connection.dialect) if name not in done]


def _missing(connection: Connection) -> list[str]:
    connection.run("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
    done = {row[0] for row in connection.rows("SELECT name FROM migrations")}
    return [name for name in names(connection.dialect) if name not in done]


def _apply_missing(connection: Connection) -> list[str]:
    if connection.dialect == "postgresql":
        connection.run("SELECT pg_advisory_xact_lock(?)", (_ADVISORY_LOCK,))
    todo = _missing(connection)
    for name in todo:
        for statement in statements(name):
            connection.run(statement)
        connection.run("INSERT INTO migrations (name) VALUES (?)", (name,))
    return todo


def statements(name: str) -> list[str]:
    """What a migration runs, in order."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    if name.endswith(_POSTGRESQL):
        return [text]
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
    return [part.strip() for part in "\n".join(lines).split(";") if part.strip()]
