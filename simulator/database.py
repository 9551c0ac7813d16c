"""The service's database in one world: a file in the world's folder, or a schema of its own on a PostgreSQL server."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

DATABASE_SETTING: Final = "SIMULATOR_DATABASE_URL"
WAITS_SECONDS: Final = 30.0
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
    from simulator import postgres_schemas  # noqa: PLC0415 - its driver is slow to load, and most worlds have files

    schema = postgres_schemas.create(url)
    try:
        yield f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"
    finally:
        postgres_schemas.drop(url, schema)


def hide_links(url: str) -> None:
    """Take the records of reward links away from the service, as a restore that went wrong would."""
    _rename(url, "links", "links_away")


def show_links(url: str) -> None:
    """Give them back as they were."""
    _rename(url, "links_away", "links")


def _rename(url: str, table: str, to: str) -> None:
    if not url.startswith("sqlite:///"):
        from simulator import postgres_schemas  # noqa: PLC0415 - likewise

        postgres_schemas.rename_table(url, table, to)
        return
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=WAITS_SECONDS)) as database:
        database.execute(f"ALTER TABLE {table} RENAME TO {to}")
