"""Asks a PostgreSQL, once in a while and once at length, until its network is gone and has come back; says how it went.

`python -m tests.operation.asks_a_server URL`: prints `asking` once both questions are under way, then JSON: the seconds
after which each of them heard that the store is away, and what was answered once the network was back.
"""

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from redeem_app.adapters.postgres_database import PostgresDatabase
from redeem_app.domain.records import StoreUnavailable

PAUSE = 0.2


def main(url: str) -> None:
    database = PostgresDatabase(url)
    ask = ThreadPoolExecutor(2)
    database.read(lambda db: db.row("SELECT 1"))
    at_length = ask.submit(_until_it_is_away, database, "SELECT pg_sleep(60)")
    now_and_then = ask.submit(_until_it_is_away, database, "SELECT 1")
    _say("asking")
    told = {"at length": at_length.result(), "now and then": now_and_then.result()}
    _say("away")
    sys.stdin.readline()
    _say(json.dumps({**told, "back": database.read(lambda db: db.row("SELECT 7"))}))


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _until_it_is_away(database: PostgresDatabase, statement: str) -> float:
    """Seconds for which the last question waited."""
    while True:
        began = time.monotonic()
        try:
            database.read(lambda db: db.row(statement))
        except StoreUnavailable:
            return time.monotonic() - began
        threading.Event().wait(PAUSE)


if __name__ == "__main__":
    main(sys.argv[1])
