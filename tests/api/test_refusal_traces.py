"""A support number joins what a person or an app was told, and what an operator is told of it."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import flask
import pytest

from redeem_app.app import create_app
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.refusal_rules import RULES
from redeem_app.domain.refusal_traces import KEPT_EACH_SECOND, KEPT_FOR, RefusalTrace, masked
from redeem_app.domain.refusals import Reason
from tests.api.api_caller import ApiCaller
from tests.money.people import gets_reward, redeems
from tests.service_under_test import ServiceUnderTest

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/149.0.0.0 Mobile Safari/537.36"}


@pytest.fixture
def app(under_test: ServiceUnderTest) -> flask.Flask:
    under_test.load()
    return create_app(service=under_test.service)


def traced(under_test: ServiceUnderTest, number: str) -> RefusalTrace:
    found = under_test.service.refusal_traces.find(number)
    assert found is not None, number
    return found


def number_on(text: str) -> str:
    found = re.search(r"data-support-number>([2-9A-Z]{4}-[2-9A-Z]{4})<", text)
    assert found, text
    return found[1]


def test_a_page_that_says_no_shows_the_number_of_its_trace(under_test: ServiceUnderTest, app: flask.Flask) -> None:
    token = gets_reward(under_test)
    under_test.service.running.move(CampaignId("spring"), CampaignMove.SUSPEND)

    page = app.test_client().get(f"/r/{token}", headers={**PHONE, "X-Request-Id": "request-0001"}, buffered=True)

    trace = traced(under_test, number_on(page.text))
    assert (trace.reason, trace.where.door, trace.where.campaign_id) == ("campaign-suspended", "person", "spring")
    assert trace.where.reward_id
    assert trace.where.request_id == "request-0001"
    assert trace.noted_at == under_test.clock.now()


def test_a_notice_keeps_its_number_on_the_way_back_to_the_page(under_test: ServiceUnderTest, app: flask.Flask) -> None:
    token, browser = gets_reward(under_test), app.test_client()
    asked = browser.post("/reward/sign-in", data={"link": token, "item": "lamp"}, headers=PHONE, buffered=True)
    state = parse_qs(urlsplit(asked.location).query)["state"][0]

    back = browser.get(f"/reward/sign-in/return?state={state}&error=access_denied", headers=PHONE, buffered=True)
    page = browser.get(back.location, headers=PHONE, buffered=True)

    assert traced(under_test, number_on(page.text)).reason == "sign-in-refused"


def test_an_error_of_the_api_carries_the_number_of_its_trace(live: ApiCaller) -> None:
    told = live.get_reward(momentId="level-99").get_json()

    trace = traced(live.under_test, told["supportNumber"])
    assert (trace.reason, trace.where.app_id, trace.facts["moment"]) == ("moment-unknown", "game", "level-99")


@pytest.mark.parametrize("said", ["{}", "lower", "no dash", "spaced"])
def test_a_number_is_found_as_a_person_reads_it_out(live: ApiCaller, said: str) -> None:
    number = live.get_reward(momentId="level-99").get_json()["supportNumber"]
    spoken = {"lower": number.lower(), "no dash": number.replace("-", ""), "spaced": f" {number.replace('-', ' ')} "}

    assert live.under_test.service.refusal_traces.find(spoken.get(said, number)) is not None


def test_v1_a_trace_holds_no_token_account_customer_or_address(under_test: ServiceUnderTest, app: flask.Flask) -> None:
    token = gets_reward(under_test)
    redeems(under_test, token, "ann")
    caller = ApiCaller(app, under_test)
    caller.get_reward(customerId="ann@example.com")
    caller.get_reward(customerId="ann@example.com", campaignId="ann@example.com")
    browser = app.test_client()
    asked = browser.post("/reward/sign-in", data={"link": token, "item": "lamp"}, headers=PHONE, buffered=True)
    state = parse_qs(urlsplit(asked.location).query)["state"][0]
    browser.get(
        browser.get(f"/reward/sign-in/return?state={state}&code=bob", headers=PHONE, buffered=True).location,
        headers=PHONE,
        buffered=True,
    )

    rows = under_test.service.database.read(lambda db: db.rows("SELECT * FROM refusal_traces"))

    assert {row[2] for row in rows} == {"campaign-unknown", "reward-not-due", "reward-used"}
    for secret in (token, "amzn1", "bob", "ann", "example.com"):
        assert secret not in str(rows)


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        ("amzn1.account.AE7", "(masked)"),
        ("of ann@app.example now", "of (masked) now"),
        ("K7" * 16, "(masked)"),
        ("27.50 USD", "27.50 USD"),
        ("x " * 200, "x " * 60),
    ],
)
def test_what_looks_like_a_secret_is_masked(fact: str, told: str) -> None:
    assert masked(fact) == told


def test_traces_are_kept_for_their_time(live: ApiCaller) -> None:
    number = live.get_reward(momentId="level-99").get_json()["supportNumber"]
    service, clock = live.under_test.service, live.under_test.clock

    clock.moment += KEPT_FOR - timedelta(minutes=1)
    service.forgetting.forget_old()
    before = service.refusal_traces.find(number)
    clock.advance(minutes=2)
    service.forgetting.forget_old()

    assert before is not None
    assert service.refusal_traces.find(number) is None


def test_a_flood_of_refusals_is_not_a_flood_of_writes(under_test: ServiceUnderTest, app: flask.Flask) -> None:
    for number in range(KEPT_EACH_SECOND + 20):
        app.test_client().get(f"/nothing/{number}", buffered=True)

    rows = under_test.service.database.read(lambda db: db.rows("SELECT COUNT(*) FROM refusal_traces"))
    assert rows[0][0] == KEPT_EACH_SECOND


def test_every_refusal_has_a_rule_that_an_operator_is_told() -> None:
    assert set(RULES) == set(Reason)
