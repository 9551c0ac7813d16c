"""Never more calls within any window than the rate allows: the same in a process, over the database, and in Redis."""

import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redeem_app.adapters.database import connect
from redeem_app.adapters.migrations import migrate
from redeem_app.adapters.rate_limit import DatabaseLimit, InProcessLimit
from redeem_app.adapters.rate_limit_redis import RedisLimit
from redeem_app.domain.limits import API_CALLS, CallLimit, LimitUnavailable, Rate
from tests.redis_server import SHARED

SECOND = 1_000_000


class Ticker:
    """Microseconds that only a test moves."""

    def __init__(self) -> None:
        self.moment = 1_770_000_000 * SECOND

    def __call__(self) -> int:
        return self.moment


@pytest.fixture
def ticker() -> Ticker:
    return Ticker()


@pytest.fixture(params=["process", *SHARED])
def limit(request: pytest.FixtureRequest, ticker: Ticker) -> Iterator[CallLimit]:
    if request.param == "process":
        yield InProcessLimit(ticker)
    elif request.param == "database":
        database = connect(request.getfixturevalue("database_url"))
        migrate(database)
        yield DatabaseLimit(database, ticker)
        database.close()
    else:
        yield RedisLimit(request.getfixturevalue("redis_url"), f"test:{secrets.token_hex(4)}:", ticker)


def test_five_calls_pass_and_the_sixth_waits_until_the_first_is_over_a_second_old(
    limit: CallLimit, ticker: Ticker
) -> None:
    passed = []
    for _ in range(7):
        passed.append(limit.admits("key", API_CALLS))
        ticker.moment += 100_000
    ticker.moment = 1_770_000_000 * SECOND + SECOND
    at_one_second = limit.admits("key", API_CALLS)
    ticker.moment += 1
    after_it = limit.admits("key", API_CALLS)

    assert passed == [True] * 5 + [False] * 2
    assert (at_one_second, after_it) == (False, True)


def test_the_window_slides_over_the_turn_of_a_second(limit: CallLimit, ticker: Ticker) -> None:
    ticker.moment += 900_000
    before_the_turn = [limit.admits("key", API_CALLS) for _ in range(5)]
    ticker.moment += 200_000
    after_the_turn = [limit.admits("key", API_CALLS) for _ in range(5)]

    assert before_the_turn == [True] * 5
    assert after_the_turn == [False] * 5


def test_refused_calls_do_not_count(limit: CallLimit, ticker: Ticker) -> None:
    for _ in range(50):
        limit.admits("key", API_CALLS)
        ticker.moment += 10_000
    ticker.moment += 600_000

    assert limit.admits("key", API_CALLS)


def test_each_key_has_calls_of_its_own(limit: CallLimit) -> None:
    one = [limit.admits("one", API_CALLS) for _ in range(6)]
    other = [limit.admits("other", API_CALLS) for _ in range(6)]

    assert one == other == [True] * 5 + [False]


def test_a_clock_set_back_holds_for_one_window_and_no_longer(limit: CallLimit, ticker: Ticker) -> None:
    for _ in range(5):
        limit.admits("key", API_CALLS)
    ticker.moment -= 3600 * SECOND
    at_once = limit.admits("key", API_CALLS)
    ticker.moment += SECOND + 1
    later = limit.admits("key", API_CALLS)

    assert (at_once, later) == (False, True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pauses=st.lists(st.integers(0, 700_000), max_size=40), rate=st.builds(Rate, st.integers(1, 7)))
def test_no_window_holds_more_than_the_rate(pauses: list[int], rate: Rate, limit: CallLimit, ticker: Ticker) -> None:
    name, moments = secrets.token_hex(8), []
    for pause in pauses:
        ticker.moment += pause
        if limit.admits(name, rate):
            moments.append(ticker.moment)

    spans = [last - first for first, last in zip(moments, moments[rate.calls :], strict=False)]
    assert all(span > rate.window for span in spans)


def test_threads_that_call_at_once_get_five_together(limit: CallLimit) -> None:
    admitted: list[bool] = []
    start = threading.Barrier(8)

    def call() -> None:
        start.wait()
        admitted.extend(limit.admits("shared", API_CALLS) for _ in range(4))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert admitted.count(True) == 5


_CALLER = """
import sys, threading, time
from redeem_app.domain.limits import API_CALLS
kind, url = sys.argv[1:]
if kind == "redis":
    from redeem_app.adapters.rate_limit_redis import RedisLimit
    limit = RedisLimit(url, "processes:")
else:
    from redeem_app.adapters.database import connect
    from redeem_app.adapters.rate_limit import DatabaseLimit
    limit = DatabaseLimit(connect(url))
print("ready", flush=True)
sys.stdin.readline()
end, pace = time.monotonic() + 1.3, threading.Event()
while time.monotonic() < end and not pace.wait(0.003):
    before = time.time_ns()
    if limit.admits("key", API_CALLS):
        print(before, time.time_ns(), flush=True)
"""


@pytest.mark.parametrize("kind", SHARED)
def test_processes_share_the_five_by_the_servers_clock(
    kind: str, database_url: str, request: pytest.FixtureRequest
) -> None:
    database = connect(database_url)
    migrate(database)
    database.close()
    url = request.getfixturevalue("redis_url") if kind == "redis" else database_url
    command = [sys.executable, "-c", _CALLER, kind, url]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=30)[0] for process in processes]

    passed = sorted(tuple(map(int, line.split())) for lines in told for line in lines.splitlines())
    # A call passed at some moment between its two stamps, so six in a window would show as six within less than that.
    assert all(sixth[1] - first[0] > 1_000_000_000 for first, sixth in zip(passed, passed[5:], strict=False))
    assert 5 <= len(passed) <= 10


def test_without_redis_calls_cant_be_counted() -> None:
    with pytest.raises(LimitUnavailable):
        RedisLimit("redis://127.0.0.1:1/0").admits("key", API_CALLS)


def test_a_process_forgets_names_that_no_longer_call(ticker: Ticker) -> None:
    limit = InProcessLimit(ticker)
    for number in range(10_000):
        limit.admits(f"address-{number}", API_CALLS)
    ticker.moment += 2 * SECOND

    limit.admits("one more", API_CALLS)

    assert len(limit._passed) == 1
