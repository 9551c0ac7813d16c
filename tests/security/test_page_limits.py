"""Whoever asks for too many pages waits; a shared address, a known proxy and everybody else don't."""

import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

import pytest
from flask.testing import FlaskClient

from redeem_app.adapters.database import connect
from redeem_app.adapters.keyed_hash import HmacHash
from redeem_app.adapters.migrations import migrate
from redeem_app.adapters.page_limit import MinuteLimit, Together
from redeem_app.adapters.page_limit_database import DatabaseTogether
from redeem_app.adapters.page_limit_redis import RedisTogether
from redeem_app.app import create_app
from redeem_app.domain.limits import LimitUnavailable
from redeem_app.domain.records import Records
from redeem_app.domain.redemption import Redemption
from redeem_app.web.languages import LANGUAGES
from redeem_app.web.page_limits import PageLimits, counted_name
from tests.redis_server import SHARED
from tests.service.test_abuse import a_token
from tests.service_under_test import SECRET, ServiceUnderTest

PROXIES = ("10.0.0.0/8",)


@dataclass
class Seconds:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def a_client(under_test: ServiceUnderTest, *, by_address: int = 0, by_link: int = 0, seconds: Seconds) -> FlaskClient:
    limits = PageLimits(MinuteLimit(seconds=seconds), by_address, by_link, PROXIES)
    return create_app(service=replace(under_test.service, page_limits=limits)).test_client()


def opened(client: FlaskClient, path: str, address: str = "8.8.8.8", times: int = 1) -> list[int]:
    return [client.get(path, environ_overrides={"REMOTE_ADDR": address}).status_code for _ in range(times)]


def test_an_address_waits_until_its_minute_is_over(under_test: ServiceUnderTest) -> None:
    under_test.load()
    seconds = Seconds()
    client = a_client(under_test, by_address=3, seconds=seconds)
    page = f"/r/{a_token(under_test)}"

    within = opened(client, page, times=4)
    another = opened(client, page, address="8.8.4.4")
    seconds.now += 60

    assert within == [200, 200, 200, 429]
    assert another == [200]
    assert opened(client, page) == [200]


@pytest.mark.parametrize("path", ["the link", "/wp-login.php"])
def test_behind_our_proxy_each_visitor_is_counted_alone(under_test: ServiceUnderTest, path: str) -> None:
    under_test.load()
    client = a_client(under_test, by_address=1, seconds=Seconds())
    page = f"/r/{a_token(under_test)}" if path == "the link" else path

    def opens(address: str) -> bool:
        told = {"X-Forwarded-For": f"{address}, 10.0.0.7"}
        return client.get(page, headers=told, environ_overrides={"REMOTE_ADDR": "10.0.0.1"}).status_code != 429

    assert [opens("8.8.8.8"), opens("8.8.8.8"), opens("8.8.4.4")] == [True, False, True]


def test_the_answer_says_when_to_come_back_in_the_persons_language(under_test: ServiceUnderTest) -> None:
    under_test.load()
    seconds = Seconds()
    client = a_client(under_test, by_link=1, seconds=seconds)
    page = f"/r/{a_token(under_test)}"
    opened(client, page)
    seconds.now += 17.5

    answers = {tag: client.get(page, headers={"Accept-Language": tag}) for tag in LANGUAGES}

    assert {answer.status_code for answer in answers.values()} == {429}
    assert {answer.headers["Retry-After"] for answer in answers.values()} == {"43"}
    assert {answer.headers["Cache-Control"] for answer in answers.values()} == {"no-store"}
    assert all(f'<html lang="{tag}"' in answer.text for tag, answer in answers.items())
    assert "Too many tries at once" in answers["en"].text
    assert sum("Too many tries at once" in answer.text for answer in answers.values()) == 1
    assert f'href="{page}"' in answers["en"].text, "the page offers to try again"


def test_forgeries_around_one_link_are_counted_as_that_link(under_test: ServiceUnderTest) -> None:
    under_test.load()
    client = a_client(under_test, by_link=5, seconds=Seconds())
    token, other = a_token(under_test), a_token(under_test)

    forged = [opened(client, f"/r/{token[:-number]}x", address=f"8.8.8.{number}")[0] for number in range(1, 8)]

    assert forged == [404] * 5 + [429] * 2
    assert opened(client, f"/r/{token}") == [429]
    assert opened(client, f"/r/{other}") == [200]


def test_a_form_counts_with_the_link_in_it_and_before_its_csrf_token(under_test: ServiceUnderTest) -> None:
    under_test.load()
    client = a_client(under_test, by_link=2, seconds=Seconds())

    posted = [client.post("/reward/apply", data={"link": "some-link-of-ours"}).status_code for _ in range(3)]

    assert posted == [400, 400, 429]
    assert under_test.delivery.asked == []


def test_pages_that_are_not_there_count_and_health_and_the_api_do_not(under_test: ServiceUnderTest) -> None:
    under_test.load()
    client = a_client(under_test, by_address=2, seconds=Seconds())

    strays = opened(client, "/wp-login.php", times=3)
    health = opened(client, "/healthz", times=3)
    calls = [client.post("/GetReward", environ_overrides={"REMOTE_ADDR": "8.8.8.8"}).status_code for _ in range(3)]

    assert strays == [404, 404, 429]
    assert health == [200] * 3
    assert calls == [403] * 3


class Untouched:
    """A use case that nobody asks for anything."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} was asked for")


def test_a_refused_visitor_costs_no_look_into_the_records(under_test: ServiceUnderTest) -> None:
    counts = MinuteLimit(seconds=Seconds())
    limits = PageLimits(counts, by_address=0, by_link=1)
    service = replace(
        under_test.service,
        page_limits=limits,
        redemption=cast("Redemption", Untouched()),
        records=cast("Records", Untouched()),
    )
    counts.seconds_to_wait("/some-link", 1)

    assert opened(create_app(service=service).test_client(), "/r/some-link") == [429]


@pytest.mark.parametrize(
    ("remote", "forwarded", "name"),
    [
        ("8.8.8.8", "", "8.8.8.8"),
        ("8.8.8.8", "1.1.1.1", "8.8.8.8"),  # a stranger says so
        ("10.0.0.2", "1.1.1.1", "1.1.1.1"),  # our proxy says so
        ("10.0.0.2", "9.9.9.9, 1.1.1.1", "1.1.1.1"),  # what a stranger told our proxy is not believed
        ("2606:4700:1:2:3:4:5:6", "", "2606:4700:1:2::/64"),
        ("2606:4700:1:2:ffff::1", "", "2606:4700:1:2::/64"),
        ("::ffff:8.8.8.8", "", "8.8.8.8"),
        ("127.0.0.1", "", ""),  # everybody, behind a proxy that nobody told us of
        ("192.168.1.1", "8.8.8.8", ""),
        ("10.0.0.2", "", ""),
        ("", "", ""),
        ("nonsense", "", ""),
    ],
)
def test_whom_a_request_is_counted_for(remote: str, forwarded: str, name: str) -> None:
    assert counted_name(remote, forwarded, PROXIES) == name


def test_a_token_that_looks_like_an_address_does_not_count_for_it() -> None:
    limits = PageLimits(MinuteLimit(seconds=Seconds()), 2, 100, PROXIES)

    for _ in range(50):
        limits.seconds_to_wait("", "", "8.8.8.8")

    assert limits.seconds_to_wait("8.8.8.8", "", "") == 0


def test_what_a_stranger_writes_before_our_proxies_is_not_kept_in_memory() -> None:
    limits = PageLimits(MinuteLimit(seconds=Seconds()), 1, 0, PROXIES)
    counted_name.cache_clear()

    waits = [limits.seconds_to_wait("10.0.0.2", f"{number}" * 10_000 + ", 8.8.8.8", "") for number in range(3)]

    assert waits == [0, 60, 60]
    assert counted_name.cache_info().currsize == 3
    assert limits.seconds_to_wait("10.0.0.2", "9" * 60_000 + ", 8.8.4.4", "") == 0


class Fails:
    """A shared count that is out of reach."""

    asked = 0

    def add(self, name: str, count: int) -> tuple[int, float]:
        self.asked += 1
        raise LimitUnavailable("gone")


def test_without_the_shared_count_pages_stay_open_and_each_process_counts_for_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    together, seconds = Fails(), Seconds()
    limit = MinuteLimit(together, seconds=seconds)

    with caplog.at_level(logging.WARNING):
        waits = [limit.seconds_to_wait("a", 64) for _ in range(65)]

    assert waits == [0] * 64 + [60]
    assert together.asked == 1, "it is left alone for a while"
    assert "pages are counted by each process for itself" in caplog.text


@pytest.fixture(params=SHARED)
def together(request: pytest.FixtureRequest) -> Iterator[Together]:
    if request.param == "redis":
        yield RedisTogether(request.getfixturevalue("redis_url"), f"test:{secrets.token_hex(4)}:")
        return
    database = connect(request.getfixturevalue("database_url"))
    migrate(database)
    yield DatabaseTogether(database)
    database.close()


def test_processes_count_together_what_a_busy_visitor_asks_for(together: Together) -> None:
    processes = [MinuteLimit(together, HmacHash(SECRET)) for _ in range(4)]

    passed = sum(processes[turn % 4].seconds_to_wait("8.8.8.8", 320) == 0 for turn in range(1000))

    assert 320 <= passed <= 320 + 4 * 11, "what a process has not told yet is all that comes on top"


def test_a_shared_minute_ends_for_everybody(together: Together) -> None:
    first = together.add("a", 3)
    second = together.add("a", 4)

    assert (first[0], second[0]) == (3, 7)
    assert 0 < second[1] <= first[1] <= 60
    assert together.add("b", 1)[0] == 1


def test_a_new_minute_begins_anew_in_the_database(database_url: str) -> None:
    database, seconds = connect(database_url), Seconds()
    migrate(database)
    together = DatabaseTogether(database, seconds)
    together.add("a", 3)
    together.add("long gone", 3)
    seconds.now += 61

    again = together.add("a", 5)
    names = database.read(lambda connection: connection.rows("SELECT name FROM page_counts"))
    database.close()

    assert again == (5, 60.0)
    assert names == [("a",)], "nothing of the minute before is kept"


def test_a_flood_of_addresses_does_not_fill_the_memory() -> None:
    limit = MinuteLimit(seconds=Seconds())

    for number in range(120_000):
        limit.seconds_to_wait(str(number), 10)

    assert len(limit._minutes) <= 50_001
