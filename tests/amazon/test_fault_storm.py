"""Hundreds of deliveries through every fault at once, each repeated with its own id until it is heard."""

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from redeem_app.adapters.amazon_gift_cards import build_delivery
from redeem_app.adapters.circuit_breaker import CircuitBreaker
from redeem_app.domain.money import Money
from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, DeliveryRequest, GiftDelivery
from simulator.fake_amazon.faults import Fault, FaultKind
from tests.amazon.fake_amazon_world import FakeWorld
from tests.amazon.wire import a_delivery

AT_ONCE = 4
FUNDS = 100_000
PASSING = {DeliveryProblem.TEMPORARY, DeliveryProblem.THROTTLED}

Outcome = Delivered | DeliveryFailed


def a_storm(operation: str) -> list[Fault]:
    """About every second call goes wrong in one way or another, of which some take effect."""

    def fault(kind: FaultKind, probability: float, **more: object) -> Fault:
        told = {"operation": operation, "kind": kind, "times": None, "probability": probability, **more}
        return Fault(**told)  # type: ignore[arg-type]

    return [
        fault(FaultKind.LATE, 0.02, seconds=30),
        fault(FaultKind.LATE, 0.02, seconds=30, applied=False),
        fault(FaultKind.CUT, 0.06),
        fault(FaultKind.CUT, 0.06, applied=False),
        fault(FaultKind.HALF, 0.05),
        fault(FaultKind.WRONG, 0.05),
        fault(FaultKind.TWICE, 0.05),
        fault(FaultKind.REPEAT, 0.05),
        fault(FaultKind.ANSWER, 0.05, status=500),
        fault(FaultKind.ANSWER, 0.05, status=503),
        fault(FaultKind.ERROR, 0.05, error="F4000"),
        fault(FaultKind.ERROR, 0.05, error="F1000"),
        fault(FaultKind.ERROR, 0.03, error="ThrottlingException"),
    ]


def impatient() -> CircuitBreaker:
    """Its clock ticks with each look at it, so that a rest is over after some calls and not after some time."""
    looks = itertools.count()
    return CircuitBreaker(failures=3, rest=10, seconds=lambda: float(next(looks)))


def until_all_are_heard(
    delivery: GiftDelivery, requests: list[DeliveryRequest]
) -> tuple[dict[str, Delivered], Counter[bool]]:
    """Ask for each, and again for those not heard, as a sweeper does; also counts failures by `settled`."""
    heard: dict[str, Delivered] = {}
    failures: Counter[bool] = Counter()

    def ask(request: DeliveryRequest) -> Outcome:
        try:
            return delivery.deliver(request)
        except DeliveryFailed as failure:
            return failure

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(100):
            waiting = [request for request in requests if request.request_id not in heard]
            for request, outcome in zip(waiting, pool.map(ask, waiting), strict=True):
                if isinstance(outcome, Delivered):
                    heard[request.request_id] = outcome
                else:
                    assert outcome.problem in PASSING, outcome.detail
                    failures[outcome.settled] += 1
            if len(heard) == len(requests):
                break
    return heard, failures


@pytest.mark.parametrize(("way", "deliveries"), [("load-balance", 500), ("claim-code", 160)])
def test_so_many_deliveries_in_a_storm_are_so_many_applications(world: FakeWorld, way: str, deliveries: int) -> None:
    world.begin_anew(funds=FUNDS)
    people = [world.amazon.add_account(f"p{i}@example.com", "password", "P") for i in range(20)]
    value = Money.of("27.50", "USD")
    requests = [a_delivery(f"storm{number:04}", people[number % 20].user_id, value) for number in range(deliveries)]
    for fault in a_storm({"load-balance": "LoadAmazonBalance", "claim-code": "CreateGiftCard"}[way]):
        world.amazon.faults.add(fault)
    delivery = build_delivery(way, world.incentives(world.http(0.25, impatient)))

    heard, failures = until_all_are_heard(delivery, requests)

    done = world.amazon.applications()
    assert len(heard) == len(done) == deliveries
    assert {application.request_id for application in done} == {f"Redme{request_id}" for request_id in heard}
    assert {application.reference for application in done} == {delivered.reference for delivered in heard.values()}
    assert all(bool(delivered.claim_code) == (way == "claim-code") for delivered in heard.values())
    world.amazon.faults.clear()
    assert world.incentives().available_funds().major == FUNDS - deliveries * value.major
    if way == "load-balance":
        balances = [world.amazon.balance(person.user_id).major for person in people]
        assert balances == [Decimal(deliveries // 20) * value.major] * 20
    # It was a storm: each kind of fault was met, calls were lost, and the breaker held some back.
    met = Counter(seen.fault for seen in world.amazon.requests_seen)
    assert {fault.kind.value for fault in a_storm("")} <= set(met)
    assert failures[False] > deliveries / 10
    assert failures[True] > 0
