"""What a killed run left on a PostgreSQL server goes with the next run, and what others use stays."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from simulator import postgres_schemas

if URL := os.environ.get("TEST_DATABASE_URL", ""):  # the project's CI run brings it
    KEEPING_ONE = (
        "import sys; from simulator import postgres_schemas; print(postgres_schemas.create(sys.argv[1]), flush=True);"
        " sys.stdin.read()"
    )

    @contextmanager
    def a_run() -> Iterator[str]:
        """A process that has made a schema for itself, and the schema's name."""
        command = [sys.executable, "-c", KEEPING_ONE, URL]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
            process.kill()

    def are_there(*schemas: str) -> list[bool]:
        with psycopg.connect(URL) as connection:
            found = {name for (name,) in connection.execute("SELECT nspname FROM pg_namespace")}
        return [schema in found for schema in schemas]

    def test_the_next_run_drops_what_a_killed_one_left() -> None:
        with a_run() as left:
            pass

        made = postgres_schemas.create(URL)

        assert are_there(left, made) == [False, True]
        postgres_schemas.drop(URL, made)

    def test_what_a_run_still_uses_stays() -> None:
        with a_run() as used:
            made = postgres_schemas.create(URL)

            assert are_there(used, made) == [True, True]
            postgres_schemas.drop(URL, made)
            postgres_schemas.drop(URL, used)
