"""The bench: it measures what it says, and tells no speed that an audit does not bear out."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from redeem_app.bench import load, report
from redeem_app.bench.audits import Tally, disagreements
from redeem_app.bench.figures import Found
from redeem_app.bench.machine import looked_at
from redeem_app.bench.measuring import Bench, Wanted
from redeem_app.bench.servers import Server, free_port
from redeem_app.bench.traffic import PHONE, message
from tests.service_under_test import ServiceUnderTest

HELLO = message("GET", "/hello", PHONE)


@pytest.fixture(scope="module")
def bare() -> Iterator[Server]:
    with Server("bare", free_port(), workers=1, threads=1) as server:
        yield server


def test_every_request_is_sent_once_and_its_answer_counted(bare: Server) -> None:
    lost = message("GET", "/nowhere", PHONE)

    outcome = load.run(load.Plan(bare.port, [HELLO] * 200 + [lost] * 5, 8, 30.0, repeat=False, mark="hello"))

    assert outcome.sent == 205
    assert outcome.answers == {"200 marked": 200, "404": 5}
    assert len(outcome.times) == 205
    assert outcome.percentile(0.5) <= outcome.percentile(0.99) < outcome.seconds


def test_an_open_loop_sends_when_requests_are_due(bare: Server) -> None:
    outcome = load.run(load.Plan(bare.port, [HELLO], 4, 0.5, rate=100))

    assert outcome.sent == 50
    assert outcome.seconds >= 0.49


def test_the_memory_of_each_worker_is_told(bare: Server) -> None:
    assert [share > 5_000_000 for share in bare.memory()] == [True]


def test_a_bench_that_is_killed_leaves_no_server() -> None:
    port = free_port()
    holding = f"""
import threading
from redeem_app.bench.servers import Server
with Server("bare", {port}, workers=1, threads=1):
    print("ready", flush=True)
    threading.Event().wait()
"""
    bench = subprocess.Popen([sys.executable, "-c", holding], stdout=subprocess.PIPE)
    assert bench.stdout is not None
    assert bench.stdout.readline() == b"ready\n"

    bench.kill()
    bench.wait()
    bench.stdout.close()

    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return
        threading.Event().wait(0.05)
    raise AssertionError("the server goes on without its bench")


def test_a_run_measures_every_path_and_its_books_balance(
    database_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    postgres = "" if database_url.startswith("sqlite") else database_url
    redis_url = request.getfixturevalue("redis_url") if postgres else ""
    wanted = Wanted(1, 0.2, 4, 1, 2, postgres, sizes=(100,), open_loop_rate=200, redis=redis_url)
    bench = Bench(wanted, tmp_path, told=lambda _: None)

    bench.run()

    found = bench.found
    assert found.is_true, found.audits
    assert [row.path for row in (*found.rows, *found.growth) if row.errors] == []
    assert [row.path for row in found.open_loop if row.errors] == []
    assert {(row.path, bool(row.ratios)) for row in found.rows if row.subject == "SQLite"} == {
        ("open", True),
        ("apply", True),
        ("GetReward", True),
        ("events", True),
    }
    assert ("PostgreSQL" in found.audits) is bool(postgres)
    assert ("PostgreSQL and Redis" in found.audits) is bool(postgres)
    assert "| SQLite | apply |" in report.as_markdown(found)
    assert json.loads(report.as_json(found))["true"] is True


def test_the_audit_sees_what_was_delivered_twice_or_for_nobody(under_test: ServiceUnderTest, tmp_path: Path) -> None:
    book = tmp_path / "book"
    book.write_text("a\nb\na\n", encoding="ascii")
    before = Tally.of(under_test.service)

    told = disagreements(under_test.service, book, {"apply": 2}, before)

    assert told == [
        "rewards applied: 2 by the answers, 0 in the database",
        "1 rewards were delivered more than once",
        "2 deliveries without an application, 0 applications without a delivery",
    ]


def test_no_speed_is_told_where_an_audit_failed(tmp_path: Path) -> None:
    found = Found(looked_at(tmp_path), 1, 4, 16, memory_mb={"bare": 26.0})
    found.audits["SQLite"] = ["1 rewards were delivered more than once"]

    told = report.as_markdown(found)

    assert "delivered more than once" in told
    assert "26 MB" not in told
    assert "##" not in told
