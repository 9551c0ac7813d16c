"""Whether database and Redis can be reached, are up to date, keep what they are given, and know the time.

Nothing is changed. An error is told by its kind: its text may hold a password out of the URL.
"""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import redis

from redeem_app.adapters.database import connect
from redeem_app.adapters.findings import Finding, Level
from redeem_app.adapters.migrations import missing

SKEW_TOLD: Final = 2.0
"""Seconds by which the clocks of two of our machines may differ; dates and limits are reckoned on both."""

_PATIENCE: Final = 5
_LITTLE_SPACE: Final = 2**30
_OLDEST_POSTGRESQL: Final = 140000


def check_database(url: str) -> Iterator[Finding]:
    """The database at the URL."""
    if url.startswith("sqlite:///"):
        yield from _sqlite(Path(url.removeprefix("sqlite:///")))
    else:
        yield from _postgresql(url)


def _sqlite(path: Path) -> Iterator[Finding]:
    if not path.is_absolute():
        sentence = f"{path} depends on the directory that the service is started in; write sqlite:////an/absolute/path."
        yield Finding(Level.WARN, "database", sentence)
    if not path.parent.is_dir():
        yield Finding(Level.FAIL, "database", f"The folder {path.parent} is not there; make it, owned by the service.")
        return
    try:
        raw = sqlite3.connect(f"file:{path}?mode={'rw' if path.exists() else 'memory'}", uri=True, timeout=_PATIENCE)
        raw.execute("BEGIN IMMEDIATE")
        raw.rollback()
        raw.close()
    except sqlite3.Error as fault:
        sentence = f"{path} can't be written ({fault}); its owner must be the user that the service runs as."
        yield Finding(Level.FAIL, "database", sentence)
        return
    if shutil.disk_usage(path.parent).free < _LITTLE_SPACE:
        sentence = f"Less than 1 GB is free under {path.parent}; a full disk stops redemptions. Make room."
        yield Finding(Level.WARN, "disk", sentence)
    if path.exists():
        yield _migrated(f"sqlite:///{path}")
    else:
        yield Finding(Level.OK, "database", f"{path} will be made by `redeem migrate` or `redeem serve`.")


def _postgresql(url: str) -> Iterator[Finding]:
    try:
        with psycopg.connect(url, connect_timeout=_PATIENCE, autocommit=True) as raw:
            yield from _server(raw)
    except psycopg.Error as fault:
        sentence = f"It can't be reached ({type(fault).__name__}); compare REDEEM_DATABASE_URL, and see that it runs."
        yield Finding(Level.FAIL, "database", sentence)
        return
    yield _migrated(url)


def _server(raw: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Finding]:
    if raw.info.server_version < _OLDEST_POSTGRESQL:
        yield Finding(Level.FAIL, "database", "PostgreSQL is older than 14; upgrade it.")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        row = raw.execute(f"SHOW {setting}").fetchone()
        if row is not None and row[0] in {"off", "local"}:
            sentence = f"{setting} is {row[0]}: a power cut can lose committed rewards. Set it to on."
            yield Finding(Level.FAIL, "durability", sentence)
    row = raw.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8").fetchone()
    if row is not None:
        yield _skew("database", float(str(row[0])))


def _migrated(url: str) -> Finding:
    database = connect(url)
    try:
        lacking = missing(database)
    finally:
        database.close()
    if lacking:
        told = f"It can be reached, and lacks {len(lacking)} migrations, {lacking[0]} first; run `redeem migrate`."
        return Finding(Level.WARN, "database", told)
    return Finding(Level.OK, "database", "It can be reached and is up to date.")


def check_redis(url: str) -> Iterator[Finding]:
    """The Redis at the URL."""
    try:
        with redis.Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE) as client:
            seconds, microseconds = client.time()
    except (redis.RedisError, ValueError) as fault:
        sentence = (
            f"It can't be reached ({type(fault).__name__}); without it GetReward is refused."
            " Compare REDEEM_REDIS_URL, and see that it runs."
        )
        yield Finding(Level.FAIL, "redis", sentence)
        return
    yield Finding(Level.OK, "redis", "It can be reached.")
    yield _skew("redis", seconds + microseconds / 1e6)


def _skew(whose: str, theirs: float) -> Finding:
    skew = abs(time.time() - theirs)
    if skew > SKEW_TOLD:
        return Finding(Level.WARN, "clock", f"It differs from that of {whose} by {skew:.0f} s; set both by NTP.")
    return Finding(Level.OK, "clock", f"It agrees with that of {whose}.")
