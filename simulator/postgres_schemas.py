"""Schemas and tables of a PostgreSQL server, for worlds that have their database there."""

import psycopg
from psycopg.sql import SQL, Composed, Identifier


def create(url: str, schema: str) -> None:
    """An empty schema."""
    _run(url, SQL("CREATE SCHEMA {}").format(Identifier(schema)))


def drop(url: str, schema: str) -> None:
    """The schema and all that is in it."""
    _run(url, SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))


def rename_table(url: str, table: str, to: str) -> None:
    """A table of the schema that the URL names."""
    _run(url, SQL("ALTER TABLE {} RENAME TO {}").format(Identifier(table), Identifier(to)))


def _run(url: str, command: Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command)
