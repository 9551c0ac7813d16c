"""Requests that share a thread: who waits lets the others on, and nothing of one gets to another."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest

from redeem_app import cooperative
from redeem_app.adapters.redis_script import RedisScript
from redeem_app.cooperative import OnLoop, OnThread, Place
from redeem_app.domain.ids import AccountId
from redeem_app.domain.limits import LimitUnavailable
from redeem_app.domain.money import Money
from redeem_app.domain.ports import Delivered, DeliveryRequest, GiftDelivery
from redeem_app.later import Later
from redeem_app.partner import DeliveryLater
from tests.a_loop import ALoop

name: ContextVar[str] = ContextVar("name", default="nobody")


@pytest.fixture
def loop() -> Iterator[ALoop]:
    with ALoop() as loop:
        yield loop


class Waits:
    """A request that waits at a place, which the test has it called at."""

    def __init__(self) -> None:
        self.place: Place | None = None
        self.is_there = threading.Event()

    def __call__(self) -> str:
        self.place = cooperative.place()
        self.is_there.set()
        self.place.wait()
        return "went on"


def test_while_one_waits_others_are_answered(loop: ALoop) -> None:
    waits = Waits()
    waiting = loop.submit(waits)
    waits.is_there.wait(30)

    assert loop.submit(lambda: "answered").result(30) == "answered"
    assert not waiting.done()

    assert isinstance(waits.place, OnLoop)
    waits.place.call()
    assert waiting.result(30) == "went on"


def test_all_run_on_the_thread_of_the_loop(loop: ALoop) -> None:
    assert {loop.submit(threading.get_ident).result(30) for _ in range(3)} == {loop.thread.ident}


def test_a_call_that_comes_before_the_waiting_is_not_lost(loop: ALoop) -> None:
    def called_first() -> str:
        place = cooperative.place()
        place.call()
        place.wait()
        return "went on"

    assert loop.submit(called_first).result(30) == "went on"
    assert called_first() == "went on"


def test_a_thread_waits_by_itself() -> None:
    waits = Waits()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(waits)
        waits.is_there.wait(30)

        assert isinstance(waits.place, OnThread)
        waits.place.call()
        assert waiting.result(30) == "went on"


def test_many_are_called_at_once_wherever_they_wait(loop: ALoop) -> None:
    everybody = [Waits() for _ in range(6)]
    with ThreadPoolExecutor(3) as pool:
        waiting = [(pool if number % 2 else loop).submit(waits) for number, waits in enumerate(everybody)]
        for waits in everybody:
            waits.is_there.wait(30)
        cooperative.call_all(waits.place for waits in everybody if waits.place is not None)

        assert [one.result(30) for one in waiting] == ["went on"] * 6


def test_what_waits_for_anything_is_done_elsewhere_while_others_are_answered(loop: ALoop) -> None:
    may_end = threading.Event()

    def slow() -> int | None:
        may_end.wait(30)
        return threading.get_ident()

    waiting = loop.submit(cooperative.in_thread, slow)
    assert loop.submit(lambda: "answered").result(30) == "answered"
    may_end.set()

    assert waiting.result(30) != loop.thread.ident
    assert cooperative.in_thread(slow) == threading.get_ident(), "a thread may wait by itself"


@pytest.mark.parametrize("way", [lambda act: act(), cooperative.in_thread])
def test_a_fault_gets_to_its_caller_and_the_next_is_answered(loop: ALoop, way: object) -> None:
    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        loop.submit(way, fails).result(30)  # type: ignore[arg-type]

    assert loop.submit(lambda: "answered").result(30) == "answered"


def test_each_has_variables_of_its_own_and_takes_them_to_the_other_thread(loop: ALoop) -> None:
    def told(mine: str) -> tuple[str, str, str]:
        before = name.get()
        name.set(mine)
        elsewhere = cooperative.in_thread(name.get)
        return before, elsewhere, name.get()

    asked = [loop.submit(told, mine) for mine in ("ada", "ben", "cleo")]

    assert [one.result(30) for one in asked] == [("nobody", mine, mine) for mine in ("ada", "ben", "cleo")]


class SlowAmazon:
    """Delivers once it may."""

    name = "slow"

    def __init__(self) -> None:
        self.may_answer = threading.Event()

    def deliver(self, request: DeliveryRequest) -> Delivered:
        self.may_answer.wait(30)
        return Delivered(request.request_id)


def test_a_slow_amazon_holds_up_nobody_else(loop: ALoop) -> None:
    amazon = SlowAmazon()
    later: Later[GiftDelivery] = Later(lambda: amazon)
    wanted = DeliveryRequest("request", AccountId("account"), Money(500, "USD"))
    presses = [loop.submit(DeliveryLater("slow", later).deliver, wanted) for _ in range(cooperative.THREADS + 1)]

    assert loop.submit(lambda: "answered").result(30) == "answered"
    assert not any(press.done() for press in presses)

    amazon.may_answer.set()
    assert {press.result(30).reference for press in presses} == {"request"}


def test_a_redis_that_hangs_holds_up_nobody_else(loop: ALoop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hangs:
        script = RedisScript(f"redis://127.0.0.1:{hangs.getsockname()[1]}/0", "return 1")
        counting = loop.submit(script, ["key"], [1])

        assert loop.submit(lambda: "answered").result(30) == "answered"
        assert not counting.done()
        with pytest.raises(LimitUnavailable):
            counting.result(30)
