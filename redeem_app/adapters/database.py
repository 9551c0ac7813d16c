"""SQLite and PostgreSQL behind one small interface, chosen by URL."""

from pathlib import Path

from redeem_app.adapters.sqlite_database import SqliteDatabase
from redeem_app.adapters.transactions import Conflict, Connection, Database, Faults, Row, Statement, Values

__all__ = ["Conflict", "Connection", "Database", "Faults", "Row", "Statement", "Values", "connect"]


def connect(url: str) -> Database:
    """A database by URL: `sqlite:///path` or `postgresql://…`. Raises ValueError for any other scheme."""
    if url.startswith("sqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgresql://", "postgres://")):
        from redeem_app.adapters.postgres_database import PostgresDatabase  # noqa: PLC0415 - slow to import

        return PostgresDatabase(url)
    raise ValueError(f"database URL {url.split(':', 1)[0]}:… must begin with sqlite:/// or postgresql://")
