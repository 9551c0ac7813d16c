"""Rows to insert, by column."""

from collections.abc import Mapping
from functools import cache

from redeem_app.adapters.database import Connection

Fields = Mapping[str, str | int | None]
"""A row: its columns with their values."""


def insert(connection: Connection, table: str, fields: Fields) -> None:
    """Add the row."""
    connection.run(_insertion(table, tuple(fields)), tuple(fields.values()))


@cache
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - ours
