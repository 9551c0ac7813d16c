"""The service's database in one world: a file in the world's folder, or a schema of its own on a PostgreSQL server."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier

DATABASE_SETTING: Final = "SIMULATOR_DATABASE_URL"
REDIS_SETTING: Final = "SIMULATOR_REDIS_URL"


def database_server() -> str:
    """The PostgreSQL server that worlds are to use, from the environment; empty for files."""
    return os.environ.get(DATABASE_SETTING, "")


def redis_server() -> str:
    """The Redis server that worlds are to use, from the environment; empty for none."""
    return os.environ.get(REDIS_SETTING, "")


@contextmanager
def empty_database(url: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database, which is gone afterwards; `url` is a server, or empty for a file in `folder`."""
    if not url:
        yield f"sqlite:///{folder / 'service.sqlite3'}"
        return
    schema = f"simulator_{secrets.token_hex(8)}"
    _run(url, SQL("CREATE SCHEMA {}").format(Identifier(schema)))
    try:
        yield f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"
    finally:
        _run(url, SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))


def _run(url: str, command: psycopg.sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command)
