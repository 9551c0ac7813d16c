"""While the database or Redis is away: a clear no with the time to come back, nothing half done, and on as before."""

import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import flask
import pytest
import redis
from werkzeug.test import TestResponse

from redeem_app.adapters.database import Connection, Database, connect
from redeem_app.adapters.keyed_hash import HmacHash
from redeem_app.adapters.migrations import migrate
from redeem_app.adapters.postgres_database import PostgresDatabase
from redeem_app.app import create_app
from redeem_app.domain.records import StoreUnavailable
from redeem_app.settings import read_settings
from redeem_app.sweeping import LEASE
from redeem_app.wiring import call_limit, other_call_limit, page_limits
from tests.api.api_caller import ApiCaller
from tests.money.people import books_of, gets_reward, signs_in
from tests.service.test_abuse import LAMP
from tests.service_under_test import SECRET, ServiceUnderTest, a_service

T = TypeVar("T")


@dataclass
class Switched:
    """A database that can be away, at once or from a certain commit on."""

    inner: Database
    is_away: bool = False
    commits_left: int | None = None

    def __post_init__(self) -> None:
        self.dialect, self.faults = self.inner.dialect, self.inner.faults

    def read(self, work: Callable[[Connection], T]) -> T:
        self._check()
        return self.inner.read(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        self._check()
        self._count()
        return self.inner.write(work)

    def write_alone(self, work: Callable[[Connection], T]) -> T:
        self._check()
        self._count()
        return self.inner.write_alone(work)

    def close(self) -> None:
        self.inner.close()

    def _check(self) -> None:
        if self.is_away:
            raise StoreUnavailable("switched off")

    def _count(self) -> None:
        if self.commits_left == 0:
            self.is_away = True
        elif self.commits_left is not None:
            self.commits_left -= 1
        self._check()


@pytest.fixture
def switched() -> list[Switched]:
    return []


@pytest.fixture
def under_test(database_url: str, switched: list[Switched]) -> Iterator[ServiceUnderTest]:
    def reached_by(database: Database) -> Database:
        switched.append(Switched(database))
        return switched[0]

    under_test = a_service(database_url, reached_by=reached_by)
    under_test.load()
    yield under_test
    under_test.service.database.close()


@pytest.fixture
def app(under_test: ServiceUnderTest) -> flask.Flask:
    return create_app(service=under_test.service)


def tables(under_test: ServiceUnderTest) -> str:
    """All that counts, as one text."""
    names = ("rewards", "links", "charges", "counters", "applications", "events", "points", "visits", "sign_ins")
    queries = [f"SELECT * FROM {name}" for name in names]  # noqa: S608 - the names above
    return str(under_test.service.database.read(lambda db: [sorted(db.rows(query), key=repr) for query in queries]))


CALLS: list[Callable[[ApiCaller], TestResponse]] = [
    lambda api: api.get_reward(key="k"),
    lambda api: api.get_reward(customerId="ann"),
    lambda api: api.get_reward_info(),
    lambda api: api.reports("e1"),
    lambda api: api.get("/v1/customers/ann/points"),
]


@pytest.mark.parametrize("call", CALLS)
def test_an_app_hears_503_when_to_come_back_and_why(
    app: flask.Flask, under_test: ServiceUnderTest, switched: list[Switched], call: Callable[[ApiCaller], TestResponse]
) -> None:
    api, before = ApiCaller(app, under_test), tables(under_test)

    switched[0].is_away = True
    refused = call(api)
    switched[0].is_away = False

    assert (refused.status_code, refused.get_json()["errorCode"]) == (503, "records-unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert tables(under_test) == before
    assert call(api).status_code < 500


@pytest.mark.parametrize("call", CALLS[:2] + CALLS[3:4])
def test_an_app_whose_call_breaks_at_the_write_has_lost_nothing(
    app: flask.Flask, under_test: ServiceUnderTest, switched: list[Switched], call: Callable[[ApiCaller], TestResponse]
) -> None:
    api, before = ApiCaller(app, under_test), tables(under_test)

    switched[0].commits_left = 0
    refused = call(api)
    switched[0].is_away, switched[0].commits_left = False, None

    assert (refused.status_code, refused.get_json()["errorCode"]) == (503, "records-unavailable")
    assert tables(under_test) == before


def test_a_person_hears_that_it_is_our_fault_and_keeps_the_link(
    app: flask.Flask, under_test: ServiceUnderTest, switched: list[Switched]
) -> None:
    token, client = gets_reward(under_test), app.test_client()
    before = tables(under_test)

    switched[0].is_away = True
    opened = client.get(f"/r/{token}")
    begun = client.post("/reward/sign-in", data={"link": token, "item": "lamp"})
    switched[0].is_away = False

    assert [opened.status_code, begun.status_code] == [503, 503]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in (opened, begun))
    assert 'data-reason="service-fault"' in opened.text
    assert tables(under_test) == before
    assert client.get(f"/r/{token}").status_code == 200


def test_r7_a_database_that_goes_after_amazon_applied_loses_no_reward(
    under_test: ServiceUnderTest, switched: list[Switched]
) -> None:
    token = gets_reward(under_test)
    visit = signs_in(under_test, token, "ann")

    switched[0].commits_left = 1
    with pytest.raises(StoreUnavailable):
        under_test.service.applying.apply(token, visit, LAMP)
    switched[0].is_away, switched[0].commits_left = False, None
    under_test.clock.advance(minutes=5)
    under_test.service.settling.sweep(lease=LEASE)

    assert len(under_test.delivery.applied) == 1
    assert books_of(under_test).redeemed == 1


# What the two databases themselves do.


def test_a_full_sqlite_disk_and_a_lost_lock_are_outages(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    database = connect(f"sqlite:///{path}")
    migrate(database)
    [(pages,)] = database.read(lambda db: db.rows("PRAGMA page_count"))
    database.write(lambda db: db.rows(f"PRAGMA max_page_count = {pages}"))
    much = "x" * 4096

    with pytest.raises(StoreUnavailable, match="full"):
        database.write(lambda db: [db.run("INSERT INTO migrations VALUES (?)", (f"{much}{n}",)) for n in range(99)])
    database.close()  # a lock that is open stays good
    path.with_name(f"{path.name}-writer").unlink()
    path.with_name(f"{path.name}-writer").mkdir()
    with pytest.raises(StoreUnavailable):
        database.write(lambda db: db.run("DELETE FROM migrations"))
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        database.read(lambda db: db.rows("SELECT * FROM nowhere"))
    database.close()


def test_a_sqlite_file_that_cant_be_opened_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "folder.sqlite3").mkdir()
    database = connect(f"sqlite:///{tmp_path / 'folder.sqlite3'}")

    with pytest.raises(StoreUnavailable):
        database.read(lambda db: db.rows("SELECT 1"))
    with pytest.raises(StoreUnavailable):
        database.write(lambda db: db.rows("SELECT 1"))
    database.close()


def test_a_postgresql_that_nobody_runs_is_an_outage() -> None:
    database = PostgresDatabase("postgresql://postgres@127.0.0.1:1/none", patience=0.1)

    with pytest.raises(StoreUnavailable):
        database.read(lambda db: db.rows("SELECT 1"))
    database.close()


if os.environ.get("TEST_DATABASE_URL"):  # the project's CI run brings it

    def test_an_exhausted_pool_is_an_outage_that_ends(database_url: str) -> None:
        database = PostgresDatabase(database_url, size=1, patience=0.2)

        def hold(_: Connection) -> None:
            with pytest.raises(StoreUnavailable):
                database.read(lambda db: db.rows("SELECT 1"))

        database.write(hold)

        assert database.read(lambda db: db.rows("SELECT 1")) == [(1,)]
        database.close()


@contextmanager
def a_redis(folder: Path, port: int) -> Iterator[None]:
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder)
    with redis.Redis(port=port) as client:
        for _ in range(200):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                threading.Event().wait(0.02)
    yield
    server.terminate()
    server.wait()


@pytest.fixture
def redis_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


if shutil.which("redis-server"):  # likewise

    def test_without_redis_rewards_are_refused_and_pages_stay_open(
        under_test: ServiceUnderTest, tmp_path: Path, redis_port: int
    ) -> None:
        settings = read_settings(
            {"REDEEM_MODE": "sandbox", "REDEEM_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0", "REDEEM_WORKERS": "2"}
        )
        service = replace(
            under_test.service,
            calls=call_limit(settings, under_test.service.database),
            other_calls=other_call_limit(settings),
            page_limits=page_limits(settings, under_test.service.database, HmacHash(SECRET)),
        )
        app = create_app(service=service)
        api, token = ApiCaller(app, under_test), gets_reward(under_test)

        with a_redis(tmp_path, redis_port):
            counted = api.get_reward(key=secrets.token_hex(4))
        issued = api.issued()
        refused = [api.get_reward(), api.get_reward_info(), api.reports("e1"), api.get("/v1/customers/ann/points")]
        pages = [app.test_client().get(f"/r/{token}").status_code for _ in range(40)]
        without_redis = api.issued()
        with a_redis(tmp_path, redis_port):
            again = until_answered(api.get_reward)
            event = until_answered(lambda: api.reports("e1"))

        assert (counted.status_code, again.status_code) == (200, 200)
        assert [(r.status_code, r.get_json()["errorCode"]) for r in refused] == [(503, "limits-unavailable")] * 4
        assert all(answer.headers["Retry-After"] for answer in refused)
        assert without_redis == issued
        assert set(pages) == {200}
        assert event.get_json()["counted"], "the event that was refused counts when it is sent again"

    def until_answered(call: Callable[[], TestResponse]) -> TestResponse:
        """Redis is looked for once a second after it was gone."""
        for _ in range(100):
            if (answer := call()).status_code != 503:
                break
            threading.Event().wait(0.05)
        return answer
