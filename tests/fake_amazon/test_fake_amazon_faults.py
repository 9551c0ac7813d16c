"""What a tester can let go wrong, and that the fake stops in spite of it."""

import threading
import time
from collections import Counter

import httpx
import pytest

from simulator.fake_amazon import FakeAmazon, Fault, FaultKind
from tests.fake_amazon.clients import a_client, a_partner, a_person
from tests.fake_amazon.visitor import NO_TLS, Visitor


@pytest.mark.parametrize("applied", [True, False])
def test_a_cut_call_took_effect_or_not(amazon: FakeAmazon, applied: bool) -> None:  # noqa: FBT001 - both
    partner, user_id = a_partner(amazon), a_person(amazon)
    amazon.faults.cut("LoadAmazonBalance", applied=applied)

    with pytest.raises(httpx.RemoteProtocolError):
        partner.loads(user_id)
    after_the_cut = len(amazon.applications())
    again = partner.loads(user_id)

    assert after_the_cut == int(applied)
    assert again.json()["status"] == "SUCCESS"
    assert len(amazon.applications()) == 1


def test_half_an_answer(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)
    amazon.faults.add(Fault(operation="LoadAmazonBalance", kind=FaultKind.HALF))

    with pytest.raises(httpx.RemoteProtocolError):
        partner.loads(user_id)

    assert len(amazon.applications()) == 1


@pytest.mark.parametrize("applied", [True, False])
def test_a_late_answer(amazon: FakeAmazon, applied: bool) -> None:  # noqa: FBT001 - both
    partner, user_id = a_partner(amazon), a_person(amazon)
    amazon.faults.late("LoadAmazonBalance", 0.2, applied=applied)
    began = time.monotonic()

    answer = partner.loads(user_id)

    assert answer.json()["status"] == "SUCCESS"
    assert time.monotonic() - began >= 0.2


def held(amazon: FakeAmazon) -> tuple[threading.Thread, list[Exception]]:
    """A call on its way, which a fault holds."""
    problems: list[Exception] = []

    def call() -> None:
        try:
            httpx.get(f"{amazon.base_url}/user/profile", timeout=30, verify=NO_TLS)
        except httpx.HTTPError as problem:
            problems.append(problem)

    thread = threading.Thread(target=call)
    thread.start()
    while not amazon.requests_seen:
        time.sleep(0.01)
    return thread, problems


@pytest.mark.parametrize("kind", [FaultKind.LATE, FaultKind.NEVER])
def test_stopping_lets_go_of_held_calls(kind: FaultKind) -> None:
    amazon = FakeAmazon()
    amazon.start()
    amazon.faults.add(Fault(operation="profile", kind=kind, seconds=600))
    thread, problems = held(amazon)
    began = time.monotonic()

    amazon.stop()
    thread.join(5)

    assert time.monotonic() - began < 3
    assert len(problems) == 1


def test_a_client_that_gives_up_does_not_keep_its_thread(amazon: FakeAmazon) -> None:
    before = threading.active_count()
    amazon.faults.never("profile")

    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{amazon.base_url}/user/profile", timeout=0.2, verify=NO_TLS)

    until = time.monotonic() + 3
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.02)
    assert threading.active_count() <= before


def test_a_wrong_answer(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)
    amazon.faults.wrong("LoadAmazonBalance")

    answer = partner.loads(user_id)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html"
    assert len(amazon.applications()) == 1


def test_a_call_that_takes_effect_twice(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    visitor = Visitor(amazon)
    visitor.authorizes(client.client_id)
    visitor.signs_in()
    visitor.allows()
    amazon.faults.twice("token")

    answer = client.exchanges(visitor.came_back_with["code"])

    assert answer.json()["error"] == "invalid_grant"


def test_an_answer_that_is_repeated(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)
    first = partner.loads(user_id, "Fakep1")
    amazon.faults.add(Fault(operation="LoadAmazonBalance", kind=FaultKind.REPEAT))

    second = partner.loads(user_id, "Fakep2")

    assert second.json() == first.json()
    assert [done.request_id for done in amazon.applications()] == ["Fakep1"]


def test_given_answers_in_their_order(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)
    amazon.faults.answer("GetAvailableFunds", 418, "short and stout", times=2, retry_after="7")
    amazon.faults.server_error("GetAvailableFunds", 502)

    answers = [partner.funds() for _ in range(4)]

    assert [answer.status_code for answer in answers] == [418, 418, 502, 200]
    assert (answers[0].text, answers[0].headers["retry-after"]) == ("short and stout", "7")


def test_chance_is_the_same_for_the_same_seed() -> None:
    outcomes = []
    for _ in range(2):
        with FakeAmazon(seed=11) as amazon:
            partner = a_partner(amazon)
            amazon.set(calls_per_second=None)
            amazon.faults.server_error("GetAvailableFunds", times=None, probability=0.5)
            outcomes.append([partner.funds().status_code for _ in range(20)])

    assert outcomes[0] == outcomes[1]
    assert set(Counter(outcomes[0])) == {200, 503}


def test_a_fault_for_any_operation_and_their_end(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)
    amazon.faults.server_error("*", times=None)

    during = [partner.funds().status_code, Visitor(amazon).opens("/shop").status_code]
    stylesheet = Visitor(amazon).opens("/static/amazon.css").status_code
    amazon.faults.clear()
    after = partner.funds().status_code

    assert (during, stylesheet, after) == ([503, 503], 200, 200)


def test_requests_seen_tell_what_was_asked_and_what_became_of_it(amazon: FakeAmazon) -> None:
    partner, user_id = a_partner(amazon), a_person(amazon)
    amazon.faults.cut("LoadAmazonBalance")
    with pytest.raises(httpx.RemoteProtocolError):
        partner.loads(user_id)
    partner.loads(user_id)

    lost, answered = amazon.requests_of("LoadAmazonBalance")

    assert (lost.fault, lost.status) == ("cut", None)
    assert (answered.fault, answered.status) == (None, 200)
    assert (answered.method, answered.path) == ("POST", "/LoadAmazonBalance")
    assert '"loadBalanceRequestId": "Fakep1"' in answered.body
    assert answered.headers["content-type"] == "application/json"
    assert answered.at == amazon.clock.now()


def test_too_large_a_body_is_refused(amazon: FakeAmazon) -> None:
    answer = httpx.post(f"{amazon.base_url}/CreateGiftCard", content=b"x" * 1_000_001, verify=NO_TLS)

    assert answer.status_code == 413


def test_a_running_fake_is_not_started_again(amazon: FakeAmazon) -> None:
    with pytest.raises(RuntimeError):
        amazon.start()


def test_a_taken_port_is_an_os_error(amazon: FakeAmazon) -> None:
    port = httpx.URL(amazon.base_url).port or 0

    with pytest.raises(OSError, match="in use"):
        FakeAmazon().start(port)


def test_a_fake_can_be_started_again_and_knows_what_it_knew(amazon: FakeAmazon) -> None:
    partner = a_partner(amazon)

    amazon.stop()
    amazon.start()

    assert partner.funds().status_code == 200
