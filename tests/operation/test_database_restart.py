"""PostgreSQL restarts, and every connection of every process breaks: who asks after it is answered at first try."""

import os
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest

from redeem_app.adapters.database import Connection
from redeem_app.adapters.postgres_database import PostgresDatabase
from redeem_app.domain.records import StoreUnavailable
from simulator.drill.servers import Cluster, program
from simulator.service import Service, ServiceSettings, free_port

AT_ONCE = 6


def use_all(database: PostgresDatabase) -> set[int]:
    """Have six connections in the pool; their processes on the server."""
    together = threading.Barrier(AT_ONCE)

    def hold(db: Connection) -> int:
        together.wait(30)
        return int(db.rows("SELECT pg_backend_pid()")[0][0])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return set(pool.map(lambda _: database.read(hold), range(AT_ONCE)))


def end(url: str, backends: set[int]) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        for backend in backends:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))


if os.environ.get("TEST_DATABASE_URL"):  # the project's CI run brings it

    @pytest.fixture
    def database(database_url: str) -> Iterator[PostgresDatabase]:
        database = PostgresDatabase(database_url)
        database.write(lambda db: db.run("CREATE TABLE notes (word TEXT)"))
        yield database
        database.close()

    def words(database: PostgresDatabase) -> list[str]:
        return [word for (word,) in database.read(lambda db: db.rows("SELECT word FROM notes"))]

    @pytest.mark.parametrize("way", ["read", "write", "write_alone"])
    def test_connections_that_broke_in_the_pool_are_used_for_nothing(
        database: PostgresDatabase, database_url: str, way: str
    ) -> None:
        end(database_url, use_all(database))

        with ThreadPoolExecutor(AT_ONCE) as pool:
            told = list(pool.map(lambda _: getattr(database, way)(lambda db: db.rows("SELECT 1")), range(30)))

        assert told == [[(1,)]] * 30

    def test_what_breaks_before_its_commit_runs_once_more_and_counts_once(
        database: PostgresDatabase, database_url: str
    ) -> None:
        tries: list[int] = []

        def work(db: Connection) -> None:
            tries.append(int(db.rows("SELECT pg_backend_pid()")[0][0]))
            db.run("INSERT INTO notes VALUES ('once')")
            if len(tries) == 1:
                end(database_url, {tries[0]})
            db.rows("SELECT 1")

        database.write(work)

        assert len(set(tries)) == 2
        assert words(database) == ["once"]

    def test_what_breaks_at_its_commit_may_have_been_done_and_does_not_run_again(database: PostgresDatabase) -> None:
        database.write(_break_at_commit)
        tries: list[str] = []

        def work(db: Connection) -> None:
            tries.append("once")
            db.run("INSERT INTO notes VALUES ('breaks')")

        with pytest.raises(StoreUnavailable, match="at a commit"):
            database.write(work)

        assert tries == ["once"]

    def _break_at_commit(db: Connection) -> None:
        db.run(
            "CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END'"
        )
        db.run(
            "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION breaks()"
        )


if program("initdb"):  # likewise
    PROCESSES = 4

    CAMPAIGN = Path(__file__).parents[2] / "simulator" / "campaigns" / "demo.toml"

    @pytest.fixture
    def cluster() -> Iterator[Cluster]:
        with tempfile.TemporaryDirectory() as folder:  # one that the server's user may enter
            cluster = Cluster(Path(folder) / "postgres")
            cluster.start()
            yield cluster
            cluster.stop("immediate")

    @pytest.fixture
    def service(cluster: Cluster, tmp_path: Path) -> Iterator[Service]:
        variables = {
            "REDEEM_MODE": "sandbox",
            "REDEEM_DATABASE_URL": cluster.url,
            "REDEEM_WORKERS": str(PROCESSES),
            "REDEEM_SWEEP_SECONDS": "0",
            "TMPDIR": str(tmp_path),
        }
        started = Service(ServiceSettings(tmp_path, free_port(), variables))
        started.start()
        yield started
        started.stop()

    def test_after_a_restart_four_processes_refuse_nobody(service: Service, cluster: Cluster) -> None:
        applied = service.operate_json("campaign", "apply", str(CAMPAIGN), "--json", "--live")
        headers = {"x-api-key": str(applied["apps"][0]["apiKey"])}  # type: ignore[index]

        def reports(number: int) -> int:
            """On a connection of its own, so that any of the processes may answer: a read, then a write."""
            event = {"eventId": str(number), "customerId": "ann", "type": "game.level"}
            event["occurredAt"] = datetime.now(UTC).isoformat()
            url = f"{service.url}/v1/events"
            return httpx.post(url, json=event, headers=headers, timeout=30, trust_env=False).status_code

        with ThreadPoolExecutor(16) as apps:
            before = Counter(apps.map(reports, range(120)))
            cluster.stop("fast")
            cluster.start()
            after = Counter(apps.map(reports, range(120, 240)))

        assert before == after == {200: 120}
