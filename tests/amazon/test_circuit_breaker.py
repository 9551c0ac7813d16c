import threading
from dataclasses import dataclass

from redeem_app.adapters.circuit_breaker import BreakerState, CircuitBreaker, Permit


@dataclass
class Seconds:
    """A steady clock that stands until it is moved."""

    at: float = 100.0

    def __call__(self) -> float:
        return self.at


def a_breaker(seconds: Seconds, failures: int = 3) -> CircuitBreaker:
    return CircuitBreaker(failures=failures, rest=15, seconds=seconds)


def permit_of(breaker: CircuitBreaker) -> Permit:
    permit = breaker.admit()
    assert permit is not None
    return permit


def opened(breaker: CircuitBreaker, failures: int = 3) -> CircuitBreaker:
    for _ in range(failures):
        breaker.failed(permit_of(breaker))
    return breaker


def test_it_stays_closed_while_failures_are_not_in_a_row() -> None:
    breaker = a_breaker(Seconds())

    for _ in range(10):
        breaker.failed(permit_of(breaker))
        breaker.failed(permit_of(breaker))
        breaker.succeeded(permit_of(breaker))

    assert breaker.state is BreakerState.CLOSED


def test_it_opens_after_failures_in_a_row_and_admits_nobody_while_it_rests() -> None:
    seconds = Seconds()
    breaker = opened(a_breaker(seconds))

    seconds.at += 14.9

    assert breaker.state is BreakerState.OPEN
    assert breaker.admit() is None


def test_after_the_rest_it_admits_one_probe() -> None:
    seconds = Seconds()
    breaker = opened(a_breaker(seconds))

    seconds.at += 15

    assert breaker.state is BreakerState.HALF_OPEN
    assert breaker.admit() is not None
    assert breaker.admit() is None


def test_a_good_probe_closes_it() -> None:
    seconds = Seconds()
    breaker = opened(a_breaker(seconds))
    seconds.at += 15

    breaker.succeeded(permit_of(breaker))

    assert breaker.state is BreakerState.CLOSED
    breaker.failed(permit_of(breaker))
    assert breaker.state is BreakerState.CLOSED


def test_a_failed_probe_begins_another_rest() -> None:
    seconds = Seconds()
    breaker = opened(a_breaker(seconds))
    seconds.at += 15

    breaker.failed(permit_of(breaker))

    seconds.at += 14.9
    assert breaker.state is BreakerState.OPEN


def test_a_probe_that_never_reports_gives_way_to_the_next() -> None:
    seconds = Seconds()
    breaker = opened(a_breaker(seconds))
    seconds.at += 15
    permit_of(breaker)

    seconds.at += 15

    assert breaker.admit() is not None


def test_calls_from_before_it_opened_are_old_news() -> None:
    seconds = Seconds()
    breaker = a_breaker(seconds)
    old = permit_of(breaker)
    opened(breaker)

    breaker.succeeded(old)
    assert breaker.admit() is None

    seconds.at += 15
    probe = permit_of(breaker)
    breaker.failed(old)
    breaker.succeeded(probe)
    assert breaker.state is BreakerState.CLOSED


def test_many_threads_get_one_probe_between_them() -> None:
    seconds = Seconds()
    breaker = opened(a_breaker(seconds))
    seconds.at += 15
    start = threading.Barrier(8)
    permits: list[Permit | None] = []

    def ask() -> None:
        start.wait()
        permits.append(breaker.admit())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([permit for permit in permits if permit is not None]) == 1
