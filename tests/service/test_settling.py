"""R7: an application is settled through the way that began it, and is asked about less and less often."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, DeliveryRequest
from redeem_app.domain.settling import Settling, Ways
from redeem_app.sweeping import LEASE
from tests.service.test_abuse import LAMP, a_token, signs_in
from tests.service_under_test import PretendDelivery, ServiceUnderTest


def unheard(_: DeliveryRequest) -> Delivered:
    raise DeliveryFailed(DeliveryProblem.TEMPORARY, settled=False, detail="timed out")


@pytest.fixture
def unsettled(under_test: ServiceUnderTest) -> ServiceUnderTest:
    under_test.load()
    token = a_token(under_test)
    under_test.delivery.answers.append(unheard)
    under_test.service.applying.apply(token, signs_in(under_test, token, "ann"), LAMP)
    under_test.delivery.asked.clear()
    return under_test


def test_r7_sweepers_of_several_processes_share_the_work_and_ask_once_for_each(under_test: ServiceUnderTest) -> None:
    under_test.load()
    for number in range(8):
        token = a_token(under_test)
        under_test.delivery.answers.append(unheard)
        under_test.service.applying.apply(token, signs_in(under_test, token, f"p{number}"), LAMP)
    under_test.delivery.asked.clear()
    under_test.clock.advance(minutes=1)
    start = threading.Barrier(4)

    def sweeps(_: int) -> dict[str, int]:
        start.wait()
        return under_test.service.settling.sweep(lease=LEASE)

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(sweeps, range(4)))

    assert sum(outcomes.get("applied", 0) for outcomes in told) == 8
    assert len(under_test.delivery.asked) == len({request.request_id for request in under_test.delivery.asked}) == 8


def test_r7_another_way_of_delivery_does_not_apply_it_again(unsettled: ServiceUnderTest) -> None:
    other = PretendDelivery(name="claim-code")
    service = unsettled.service
    changed = Settling(
        service.records, unsettled.clock, Ways("Teste", {"claim-code": other}, "claim-code"), service.meter
    )
    unsettled.clock.advance(minutes=1)

    outcomes = changed.sweep(lease=LEASE)

    assert outcomes == {"unknown": 1}
    assert other.asked == []


def test_r7_another_partner_account_does_not_apply_it_again(unsettled: ServiceUnderTest) -> None:
    service = unsettled.service
    ways = Ways("Other", {"load-balance": unsettled.delivery}, "load-balance")
    unsettled.clock.advance(minutes=1)

    Settling(service.records, unsettled.clock, ways, service.meter).sweep(lease=LEASE)

    assert unsettled.delivery.asked == []


def test_an_answer_that_stays_out_is_asked_for_less_and_less_often(unsettled: ServiceUnderTest) -> None:
    asked_after = []
    for seconds in range(0, 600, 15):
        unsettled.delivery.answers[:] = [unheard]
        before = len(unsettled.delivery.asked)
        unsettled.service.settling.sweep(lease=timedelta(seconds=30))
        if len(unsettled.delivery.asked) > before:
            asked_after.append(seconds)
        unsettled.clock.advance(seconds=15)

    assert asked_after == [30, 90, 210, 450]
