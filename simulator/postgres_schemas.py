"""Schemas and tables of a PostgreSQL server, for worlds that have their database there.

A schema's name tells which process of which machine it belongs to. So what a killed run left behind goes when the next
one on that machine makes a schema for itself.
"""

import hashlib
import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier


def create(url: str) -> str:
    """The name of a new and empty schema."""
    ours = f"simulator_{_machine()}_"
    schema = f"{ours}{os.getpid()}_{secrets.token_hex(8)}"
    with psycopg.connect(url, autocommit=True) as connection:
        _drop_those_of_killed(connection, ours)
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
    return schema


def _machine() -> str:
    """Where process numbers mean what they mean here."""
    numbering = Path("/proc/self/ns/pid")
    inside = numbering.stat().st_ino if numbering.exists() else 0
    return hashlib.blake2b(f"{socket.gethostname()} {inside}".encode(), digest_size=4).hexdigest()


def _drop_those_of_killed(connection: psycopg.Connection[TupleRow], ours: str) -> None:
    found = connection.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", (ours,)).fetchall()
    for (schema,) in found:
        if not _is_running(int(schema.removeprefix(ours).partition("_")[0])):
            with suppress(psycopg.Error):  # another run drops it too
                connection.execute(_dropping(schema))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        pass
    return True


def drop(url: str, schema: str) -> None:
    """The schema and all that is in it."""
    _run(url, _dropping(schema))


def _dropping(schema: str) -> Composed:
    return SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema))


def rename_table(url: str, table: str, to: str) -> None:
    """A table of the schema that the URL names."""
    _run(url, SQL("ALTER TABLE {} RENAME TO {}").format(Identifier(table), Identifier(to)))


def _run(url: str, command: Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command)
