"""One thread at a time runs the service's own code; whoever waits lets the others through, and nobody is held up."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import httpx

from redeem_app.adapters.amazon_back_off import BackOff
from redeem_app.adapters.amazon_http import AmazonHttp
from redeem_app.adapters.group_commit import GroupCommit
from redeem_app.adapters.transactions import Row, Statement, Values
from redeem_app.app import create_app
from redeem_app.turnstile import alone, aside
from tests.service_under_test import ServiceUnderTest


def enters() -> bool:
    with alone() as is_alone:
        return is_alone


def is_free() -> bool:
    """Whether another thread can be alone now."""
    with ThreadPoolExecutor(1) as another:
        return another.submit(enters).result()


class Looking:
    """A connection that looks, at each statement, whether other threads are let through."""

    dialect = "sqlite"
    attempt = 0
    in_transaction = False

    def __init__(self) -> None:
        self.seen: dict[str, bool] = {}

    def run(self, statement: str, values: Values = ()) -> int:
        self.seen[statement] = is_free()
        return 0

    def run_after(self, first: Statement, then: Statement) -> int:
        return self.run(*first) + self.run(*then)

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        raise NotImplementedError

    def row(self, statement: str, values: Values = ()) -> Row | None:
        raise NotImplementedError


def test_one_is_alone_until_it_leaves() -> None:
    with alone() as is_alone:
        assert is_alone
        assert not is_free()

    assert is_free()


def test_who_steps_aside_lets_others_through_and_is_alone_again() -> None:
    with alone():
        with aside():
            assert is_free()

        assert not is_free()


def test_a_fault_gives_the_place_up() -> None:
    with suppress(ZeroDivisionError), alone():
        raise ZeroDivisionError
    assert is_free()

    with suppress(ZeroDivisionError), alone(), aside():
        raise ZeroDivisionError
    assert is_free()


def test_who_is_alone_already_stays_so_to_the_end_of_the_outer_block() -> None:
    with alone():
        with alone(), aside(), aside():
            assert is_free()

        assert not is_free()

    assert is_free()


def test_stepping_aside_elsewhere_takes_no_place() -> None:
    with aside():
        pass

    assert is_free()


def test_whoever_stays_holds_nobody_up() -> None:
    with ThreadPoolExecutor(1) as stuck:
        may_leave, is_in = threading.Event(), threading.Event()

        def stay() -> None:
            with alone():
                is_in.set()
                may_leave.wait(30)

        stuck.submit(stay)
        is_in.wait(30)
        with alone() as is_alone:
            assert not is_alone  # and goes on

        may_leave.set()

    assert is_free()


def test_a_fork_while_another_thread_is_alone_begins_anew() -> None:
    with alone():
        child = os.fork()
        if not child:
            os._exit(0 if enters() else 1)

    assert os.waitpid(child, 0)[1] == 0


def test_a_group_is_written_alone_and_committed_aside() -> None:
    connection = Looking()

    @contextmanager
    def turn() -> Iterator[Looking]:
        yield connection

    with alone():
        GroupCommit(turn).write(lambda tx: tx.run("a work"))

        assert not is_free()

    assert connection.seen["COMMIT"]
    assert not connection.seen["a work"]


def test_others_are_let_through_while_amazon_answers_and_between_tries() -> None:
    seen: list[bool] = []

    def answer(_: httpx.Request) -> httpx.Response:
        seen.append(is_free())
        return httpx.Response(200)

    http = AmazonHttp(seconds_allowed=1, transport=httpx.MockTransport(answer))
    with alone():
        http.send("GET", "https://amazon.example/")
        for _ in BackOff(tries=2, sleep=lambda _: seen.append(is_free())).rounds():
            pass

    assert seen == [True, True]


class Watched:
    """The first of the short ways, which only looks."""

    def __init__(self) -> None:
        self.seen: list[bool] = []

    def answer(self, *_: object) -> None:
        self.seen.append(is_free())


def test_short_ways_are_gone_alone_on_sqlite_and_the_long_way_never(under_test: ServiceUnderTest) -> None:
    app, short, long = create_app(service=under_test.service), Watched(), Watched()
    app.opened_links = short  # type: ignore[assignment]
    app.before_request(long.answer)

    app.test_client().get("/healthz")

    assert short.seen == [under_test.service.database.dialect != "sqlite"]
    assert long.seen == [True]
