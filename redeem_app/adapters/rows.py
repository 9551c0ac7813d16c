"""Rows to insert, by column."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from redeem_app.adapters.database import Connection

Fields = Mapping[str, str | int | None]
"""A row: its columns with their values."""

_TOGETHER: Final = 250
"""Rows in a statement: few enough for the number of values that a statement may have, many enough to be quick."""


def insert(connection: Connection, table: str, fields: Fields) -> None:
    """Add the row."""
    connection.run(_insertion(table, tuple(fields)), tuple(fields.values()))


def insert_many(connection: Connection, table: str, rows: Sequence[Fields]) -> None:
    """Add rows of the same columns, many in a statement."""
    for at in range(0, len(rows), _TOGETHER):
        part = rows[at : at + _TOGETHER]
        columns = tuple(part[0])
        connection.run(_insertion(table, columns, len(part)), [value for row in part for value in row.values()])


@cache
def _insertion(table: str, columns: tuple[str, ...], rows: int = 1) -> str:
    marks = ", ".join([f"({', '.join('?' * len(columns))})"] * rows)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {marks}"  # noqa: S608 - ours
