"""Connections to PostgreSQL: prepared statements answer and fail as others do, and no connection gets lost."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from redeem_app.adapters.database import Connection
from redeem_app.adapters.postgres_database import PostgresDatabase
from redeem_app.adapters.postgres_pool import Connections
from redeem_app.domain.records import StoreUnavailable

VALUES = ("100 %s ü", None, 1, -40_000, 2**31, 2**62)
ECHO = "SELECT CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ?, ?, '100 %'"

if os.environ.get("TEST_DATABASE_URL"):  # the project's CI run brings it

    @pytest.fixture
    def database(database_url: str) -> Iterator[PostgresDatabase]:
        database = PostgresDatabase(database_url)
        database.write(lambda db: db.run("CREATE TABLE notes (number BIGINT PRIMARY KEY, word TEXT NOT NULL)"))
        yield database
        database.close()

    @pytest.fixture
    def connections(database_url: str) -> Iterator[Connections]:
        connections = Connections(database_url, 2, 5.0)
        yield connections
        connections.close()

    def add(number: int, word: str | None) -> tuple[str, tuple[int, str | None]]:
        return "INSERT INTO notes VALUES (?, ?)", (number, word)

    def numbers(db: Connection) -> list[int]:
        return [number for (number,) in db.rows("SELECT number FROM notes ORDER BY number")]

    def backend(db: Connection) -> int:
        return int(db.rows("SELECT pg_backend_pid()")[0][0])

    def end(url: str, number: int) -> None:
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (number,))

    def alive(url: str, backends: set[int]) -> int:
        with psycopg.connect(url) as other:
            [(count,)] = other.execute("SELECT COUNT(*) FROM pg_stat_activity WHERE pid = ANY(%s)", ([*backends],))
        return int(count)

    def test_a_statement_gives_the_same_however_often_it_was_run(database: PostgresDatabase) -> None:
        def thrice(db: Connection) -> list[Any]:
            return [(db.row(ECHO, VALUES), db.rows(ECHO, VALUES), db.run(ECHO, VALUES)) for _ in range(3)]

        assert database.read(thrice) == [((*VALUES, "100 %"), [(*VALUES, "100 %")], 1)] * 3

    def test_no_row_is_none_and_no_change_is_zero(database: PostgresDatabase) -> None:
        def thrice(db: Connection) -> list[Any]:
            query, change = "SELECT word FROM notes WHERE number = ?", "DELETE FROM notes WHERE number = ?"
            return [(db.row(query, (1,)), db.rows(query, (1,)), db.run(change, (1,))) for _ in range(3)]

        assert database.read(thrice) == [(None, [], 0)] * 3

    @pytest.mark.parametrize("times", [1, 2, 3])
    def test_faults_are_the_same_however_often_it_was_run(database: PostgresDatabase, times: int) -> None:
        for number in range(times):
            database.write_alone(lambda db, number=number: db.run(*add(number, "word")))  # type: ignore[misc]

        with pytest.raises(psycopg.errors.UniqueViolation, match="notes_pkey"):
            database.write_alone(lambda db: db.run(*add(0, "word")))
        with pytest.raises(psycopg.errors.NotNullViolation):
            database.write_alone(lambda db: db.run(*add(9, None)))
        with pytest.raises(psycopg.DataError):
            database.write_alone(lambda db: db.run(*add(9, "\0")))
        assert database.read(numbers) == list(range(times))

    def test_two_statements_at_once_are_one_transaction(database: PostgresDatabase) -> None:
        changed = [
            database.write_alone(lambda db, n=n: db.run_after(add(n, "first"), add(n + 1, "then")))  # type: ignore[misc]
            for n in (1, 3, 2**31)
        ]
        for first, then in ((5, 1), (1, 5)):
            with pytest.raises(psycopg.errors.UniqueViolation):
                database.write_alone(lambda db, a=first, b=then: db.run_after(add(a, ""), add(b, "")))  # type: ignore[misc]

        assert changed == [1, 1, 1]
        assert database.read(numbers) == [1, 2, 3, 4, 2**31, 2**31 + 1]

    def test_two_statements_may_be_larger_than_what_the_kernel_takes_at_once(database: PostgresDatabase) -> None:
        word = "x" * 9_000_000

        database.write_alone(lambda db: db.run_after(add(1, word), add(2, word)))

        assert database.read(lambda db: db.rows("SELECT LENGTH(word) FROM notes")) == [(len(word),)] * 2

    def test_what_the_server_says_beside_an_answer_is_in_nobodys_way(database: PostgresDatabase) -> None:
        database.write(
            lambda db: db.run(
                "CREATE FUNCTION speaks(word TEXT) RETURNS TEXT LANGUAGE plpgsql AS"
                " 'BEGIN RAISE WARNING ''%'', word; RETURN word; END'"
            )
        )
        speak = ("SELECT speaks(?)", ("word",))

        said = [database.read(lambda db: db.row(*speak)) for _ in range(3)]

        assert said == [("word",)] * 3
        assert database.write_alone(lambda db: db.run_after(speak, speak)) == 1

    @pytest.mark.parametrize("way", ["one by one", "together"])
    def test_a_connection_that_breaks_under_a_prepared_write_is_told_and_replaced(
        database: PostgresDatabase, database_url: str, way: str
    ) -> None:
        wait, note = ("SELECT pg_sleep(?)", (0,)), add(1, "word")
        for _ in range(2):
            database.write_alone(lambda db: db.run(*wait))

        def breaks(db: Connection) -> int:
            threading.Timer(0.3, end, (database_url, backend(db))).start()
            slow = (wait[0], (20,))
            return db.run_after(slow, note) if way == "together" else db.run(*slow) + db.run(*note)

        with pytest.raises(StoreUnavailable):
            database.write_alone(breaks)

        assert database.read(numbers) == []

    def test_a_prepared_query_whose_connection_breaks_runs_once_more(
        database: PostgresDatabase, database_url: str
    ) -> None:
        tries: list[int] = []

        def work(db: Connection) -> str:
            for word in ("first", "second", "third"):
                found = db.row("SELECT CAST(? AS TEXT)", (word,))
            tries.append(backend(db))
            if len(tries) == 1:
                end(database_url, tries[0])
            return str(found and db.row("SELECT CAST(? AS TEXT)", ("last",)))

        assert database.read(work) == "('last',)"
        assert len(set(tries)) == 2

    def test_a_work_that_swallows_the_break_hears_of_it_again(database: PostgresDatabase, database_url: str) -> None:
        def swallows(db: Connection) -> None:
            for _ in range(3):
                db.row("SELECT CAST(? AS TEXT)", ("word",))
            end(database_url, backend(db))
            for _ in range(3):
                with pytest.raises(psycopg.OperationalError):
                    db.row("SELECT CAST(? AS TEXT)", ("word",))

        database.read(swallows)

        assert database.read(numbers) == []

    def test_many_threads_share_few_connections_and_none_waits_in_vain(database_url: str) -> None:
        database = PostgresDatabase(database_url, size=2, patience=20)

        with ThreadPoolExecutor(24) as pool:
            backends = set(pool.map(lambda _: database.read(backend), range(3_000)))
            waits = pool.map(
                lambda n: database.read(lambda db: db.row("SELECT pg_sleep(?), 1", (n % 3 / 100,))), range(99)
            )
            answers = [row and row[1] for row in waits]

        assert len(backends) <= 2
        assert answers == [1] * 99
        database.close()
        assert alive(database_url, backends) == 0

    def test_a_connection_is_taken_by_whoever_comes_next_and_leaves_with_the_last(
        connections: Connections, database_url: str
    ) -> None:
        backends = []
        for _ in range(3):  # threads that end
            with ThreadPoolExecutor(1) as pool:
                raw = pool.submit(connections.take).result()
                backends.append(raw.info.backend_pid)
                pool.submit(connections.give, raw).result()
        taken = connections.take()
        connections.close()
        connections.give(taken)

        assert len(set(backends)) == 1
        assert taken.closed
        assert alive(database_url, {*backends}) == 0
        with pytest.raises(psycopg.OperationalError):
            connections.take()

    def test_a_connection_goes_back_to_the_pool_in_time_and_others_with_it(connections: Connections) -> None:
        first, second = connections.take(), connections.take()
        first.at_hand_until = second.at_hand_until = 0.0

        connections.give(first)
        connections.give(second)
        again = [connections.take(), connections.take()]

        assert {*again} == {first, second}
        assert all(raw.at_hand_until > 0 for raw in again)
        for raw in again:
            connections.give(raw)

    @pytest.mark.parametrize("many", [100, 600])
    def test_a_connection_that_knows_many_statements_is_replaced(connections: Connections, many: int) -> None:
        raw = connections.take()
        for number in range(many):
            assert raw.statements.row(f"SELECT ?, {number}", (number % 2,)) == (number % 2, number)

        connections.give(raw)

        assert raw.closed == (many == 600)

    def test_what_was_left_in_a_transaction_is_not_used_on(connections: Connections) -> None:
        raw = connections.take()
        raw.statements.run("BEGIN")

        connections.give(raw)

        assert raw.closed
