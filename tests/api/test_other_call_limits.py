"""The rest of the API has a high, cheap limit, closed where calls can't be counted; ad callbacks stay open."""

import re
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import TestResponse

from redeem_app.adapters.leased_calls import TAKE, LeasedLimit
from redeem_app.adapters.rate_limit_redis import RedisLimit
from redeem_app.adapters.redis_script import RedisScript
from redeem_app.app import create_app
from redeem_app.domain.limits import API_CALLS, OTHER_CALLS, LimitUnavailable, Rate
from tests.api.api_caller import ApiCaller
from tests.api.counted_calls import CountedCalls
from tests.redis_server import SHARED
from tests.service_under_test import a_service

Call = Callable[[ApiCaller], TestResponse]

CALLS: list[Call] = [
    lambda api: api.reports("e1"),
    lambda api: api.get("/v1/customers/ann/points"),
    lambda api: api.post("/v1/links", {"idempotencyKey": "k"}),
    lambda api: api.post("/v1/messages", {"rewardNotificationUrl": "https://rewards.example/r/x"}),
]


def limited(database_url: str, limit: CountedCalls) -> ApiCaller:
    under_test = a_service(database_url, other_calls=limit, ad_calls=limit)
    under_test.load()
    return ApiCaller(create_app(service=under_test.service), under_test)


def refusals(api: ApiCaller, reason: str) -> int:
    """As the metrics tell them."""
    told = api.app.test_client().get("/metrics", headers={"Authorization": "Bearer metrics-token"}).text
    return round(sum(map(float, re.findall(rf'redeem_refused_total{{reason="{reason}".*?}} (\S+)', told))))


@pytest.mark.parametrize("call", CALLS)
def test_a_call_too_many_gets_429_and_changes_nothing(database_url: str, call: Call) -> None:
    api = limited(database_url, CountedCalls(OTHER_CALLS, 0))

    answer = call(api)

    assert (answer.status_code, answer.get_json()) == (429, {"message": "Too Many Requests"})
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert refusals(api, "too-many-requests") == 1
    assert api.under_test.service.database.read(lambda db: db.rows("SELECT * FROM events")) == []


@pytest.mark.parametrize("call", CALLS)
def test_where_calls_cant_be_counted_none_is_let_through(database_url: str, call: Call) -> None:
    api = limited(database_url, CountedCalls(OTHER_CALLS, None))

    answer = call(api)

    assert (answer.status_code, answer.get_json()["errorCode"]) == (503, "limits-unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert refusals(api, "limits-unavailable") == 1


def test_they_count_together_by_key_and_apart_from_rewards(database_url: str) -> None:
    limit = CountedCalls(OTHER_CALLS, 10)
    api = limited(database_url, limit)

    for call in CALLS:
        call(api)
    api.get_reward()

    assert len(limit.names) == len(CALLS)
    assert len(set(limit.names)) == 1
    assert api.under_test.api_key not in limit.names[0]


def test_calls_with_a_wrong_key_are_told_to_the_operator(database_url: str) -> None:
    api = limited(database_url, CountedCalls(OTHER_CALLS, 10))
    api.api_key = "guessed"

    statuses = [call(api).status_code for call in CALLS] + [api.get_reward().status_code]

    assert statuses == [403] * 5
    assert refusals(api, "app-unknown") == 5


def calls_back(api: ApiCaller, address: str) -> int:
    headers = {"X-Forwarded-For": address}
    client = api.app.test_client()
    return client.get(
        "/v1/ads/admob/game?signature=x", headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.1"}
    ).status_code


def test_ad_callbacks_are_counted_by_address_so_that_a_stranger_takes_nobody_elses(database_url: str) -> None:
    limit = CountedCalls(OTHER_CALLS, 1)
    api = limited(database_url, limit)

    statuses = [calls_back(api, "203.0.113.7"), calls_back(api, "203.0.113.7"), calls_back(api, "10.0.0.2")]

    assert statuses == [400, 429, 400], "an address of a private network tells nobody apart"
    assert set(limit.names) == {"203.0.113.7"}


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a Redis that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


def test_a_redis_that_hangs_holds_one_caller_a_second_and_no_other(silent: str) -> None:
    limit = RedisLimit(silent)

    def admits(_: int) -> float:
        began = time.monotonic()
        with pytest.raises(LimitUnavailable):
            limit.admits("key", API_CALLS)
        return time.monotonic() - began

    admits(0)
    with ThreadPoolExecutor(8) as callers:
        took = sorted(callers.map(admits, range(40)))

    assert took[-2] < 0.4, "all but one are told at once"


if "redis" in SHARED:

    @pytest.fixture
    def shared(redis_url: str) -> Callable[[], LeasedLimit]:
        """Processes of one service."""
        prefix = f"test:{secrets.token_hex(4)}:"
        return lambda: LeasedLimit(RedisScript(redis_url, TAKE), prefix)

    LONG = Rate(320, seconds=30)

    def test_processes_share_what_is_allowed_and_no_more_passes(shared: Callable[[], LeasedLimit]) -> None:
        processes = [shared() for _ in range(4)]

        admitted = [processes[n % 4].admits("key", LONG) for n in range(1000)]

        assert admitted.count(True) == LONG.calls
        assert [process.admits("other", LONG) for process in processes] == [True] * 4

    def test_threads_get_together_what_is_allowed(shared: Callable[[], LeasedLimit]) -> None:
        limit, start = shared(), threading.Barrier(8)

        def call(_: int) -> int:
            start.wait()
            return sum(limit.admits("key", LONG) for _ in range(60))

        with ThreadPoolExecutor(8) as callers:
            assert sum(callers.map(call, range(8))) == LONG.calls

    def test_the_next_window_lets_calls_through_again(redis_url: str) -> None:
        limit, short = LeasedLimit(RedisScript(redis_url, TAKE), f"test:{secrets.token_hex(4)}:"), Rate(3, seconds=0.2)

        def is_answered_at_last(*, admitted: bool) -> bool:
            return any(limit.admits("key", short) is admitted for _ in range(5000) if not threading.Event().wait(0.001))

        assert is_answered_at_last(admitted=False)
        assert is_answered_at_last(admitted=True)

    def test_a_busy_key_asks_redis_seldom(redis_url: str) -> None:
        script, asked = RedisScript(redis_url, TAKE), []

        def take(keys: Sequence[str], args: Sequence[str | int]) -> object:
            asked.append(keys)
            return script(keys, args)

        limit = LeasedLimit(take, f"test:{secrets.token_hex(4)}:")

        for _ in range(1000):
            limit.admits("key", LONG)

        assert len(asked) == 33, "for each 32nd part once, and once to hear that there is no more"


def test_without_redis_calls_cant_be_counted() -> None:
    with pytest.raises(LimitUnavailable):
        LeasedLimit(RedisScript("redis://127.0.0.1:1/0", TAKE)).admits("key", OTHER_CALLS)
