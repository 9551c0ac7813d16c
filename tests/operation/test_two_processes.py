"""Two processes on one database: nothing that one keeps is missed, or outlived, by the other."""

import itertools
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import flask
import pytest

from redeem_app.app import create_app
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.money import Money
from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, DeliveryRequest
from redeem_app.sweeping import LEASE
from tests.api.api_caller import ApiCaller
from tests.campaign_builders import a_campaign, a_group, an_item
from tests.money.people import gets_reward, signs_in
from tests.service.test_abuse import LAMP
from tests.service_under_test import PretendDelivery, ServiceUnderTest, a_service
from tests.webview.conftest import a_live_app
from tests.webview.on_a_phone import Phone, a_reward_link, main_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SPRING = CampaignId("spring")


class InTurn:
    """A proxy that gives each request to the next process."""

    def __init__(self, *processes: "WSGIApplication") -> None:
        self._next = itertools.cycle(processes)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return next(self._next)(environ, start_response)


@pytest.fixture
def processes(database_url: str) -> Iterator[tuple[ServiceUnderTest, ServiceUnderTest]]:
    """Each with connections, caches and counts of its own; Amazon and the time are the same for both."""
    amazon = PretendDelivery()
    one, other = a_service(database_url, amazon), a_service(database_url, amazon)
    yield one, other
    one.service.database.close()
    other.service.database.close()


def callers(processes: tuple[ServiceUnderTest, ServiceUnderTest]) -> tuple[ApiCaller, ApiCaller]:
    one, other = processes
    other.api_key = one.api_key
    return ApiCaller(create_app(service=one.service), one), ApiCaller(create_app(service=other.service), other)


def balanced(processes: tuple[ServiceUnderTest, ServiceUnderTest]) -> flask.Flask:
    one, other = processes
    app, beside = a_live_app(one), create_app(service=other.service)
    app.wsgi_app = InTurn(app.wsgi_app, beside.wsgi_app)  # type: ignore[method-assign]
    return app


def test_r7_a_hand_over_goes_its_way_whichever_process_answers(
    processes: tuple[ServiceUnderTest, ServiceUnderTest],
) -> None:
    app = balanced(processes)

    for number in range(2):  # so that each step has been answered by either
        phone = Phone(app, a_reward_link(app, processes[0]))
        waiting = phone.hands_over()
        states = [phone.progress()]
        applied = phone.goes_the_whole_way()
        states.append(phone.progress())

        assert main_of(waiting)["page"] == "hand-over"
        assert (main_of(applied)["page"], states) == ("applied", ["waiting", "applied"])
        assert len(processes[0].delivery.applied) == number + 1
        app.test_client().get("/healthz")  # the next round begins at the other process


def test_c1_what_an_operator_changes_counts_in_the_other_process_at_once(
    processes: tuple[ServiceUnderTest, ServiceUnderTest],
) -> None:
    one, _ = processes
    one.load()
    here, there = callers(processes)
    warm = [caller.get_reward().status_code for caller in (here, there)]

    one.service.running.move(SPRING, CampaignMove.SUSPEND)
    suspended = there.get_reward().get_json()["errorCode"]
    one.service.running.move(SPRING, CampaignMove.RESUME)
    one.load(a_campaign(a_group(an_item(stock=150))), live=False)
    restocked = there.get_reward().get_json()["remainingRewardCount"]
    fresh = one.service.running.add_key(a_campaign().app_id)
    one.service.running.retire_key(one.api_key)
    retired = there.get_reward().status_code
    there.api_key = fresh

    assert warm == [200, 200]
    assert suspended == "campaign-suspended"
    assert restocked == 147
    assert (retired, there.get_reward().status_code) == (403, 200)


def test_c4_two_processes_see_each_others_counters(processes: tuple[ServiceUnderTest, ServiceUnderTest]) -> None:
    one, _ = processes
    one.load(a_campaign(a_group(an_item(stock=40)), budget=Money(2_750 * 40, "USD")))

    remaining = [caller.get_reward().get_json()["remainingRewardCount"] for caller in callers(processes) * 5]

    assert remaining == list(range(39, 29, -1))


def test_r7_two_sweepers_at_once_ask_amazon_once(processes: tuple[ServiceUnderTest, ServiceUnderTest]) -> None:
    one, other = processes
    one.load()
    token = gets_reward(one)
    one.delivery.answers.append(_unheard)
    one.service.applying.apply(token, signs_in(one, token, "ann"), LAMP)
    for process in processes:
        process.clock.advance(minutes=1)
    start = Barrier(2)

    def sweep(process: ServiceUnderTest) -> dict[str, int]:
        start.wait()
        return process.service.settling.sweep(lease=LEASE)

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(sweep, (one, other)))

    assert sorted(map(sum, (outcome.values() for outcome in outcomes))) == [0, 1]
    assert len(one.delivery.asked) == 2, "at first, and once more by the sweeper that was first"


def _unheard(_: DeliveryRequest) -> Delivered:
    raise DeliveryFailed(DeliveryProblem.TEMPORARY, settled=False, detail="timed out")
