"""The way from the API call to the applied reward, driven over HTTP, with Amazon played by the test."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from redeem_app.app import create_app
from redeem_app.domain.campaign import RewardKind
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId, RewardGroupId
from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, DeliveryRequest
from redeem_app.sweeping import LEASE
from tests.campaign_builders import a_campaign, a_group, a_moment, an_item
from tests.service_under_test import ServiceUnderTest

BODY = {
    "appId": "game",
    "momentId": "level-5",
    "deviceType": "Android",
    "campaignId": "spring",
    "rewardGroupId": "US",
}


@pytest.fixture
def app(under_test: ServiceUnderTest) -> flask.Flask:
    app = create_app(service=under_test.service)
    app.testing = True
    return app


class Person:
    """A browser that does what a person does, and reads what the page says about itself."""

    def __init__(self, app: flask.Flask, url: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.path = urlsplit(url).path
        self.token = self.path.rsplit("/", maxsplit=1)[1]

    def opens(self) -> TestResponse:
        return self.client.get(self.path)

    def signs_in(self, account: str = "ann", item: str = "lamp", error: str = "") -> TestResponse:
        asked = self.client.post("/reward/sign-in", data={"link": self.token, "item": item})
        assert asked.status_code == 303, asked.text
        if urlsplit(asked.location).netloc != "amazon.example":
            return self.client.get(asked.location)
        state = parse_qs(urlsplit(asked.location).query)["state"][0]
        answer = {"state": state, "error": error} if error else {"state": state, "code": account}
        back = self.client.get("/reward/sign-in/return", query_string=answer)
        return self.client.get(back.location) if back.status_code == 303 else back

    def applies(self, item: str = "lamp") -> TestResponse:
        page = self.opens()
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert found, page.text
        form = {"csrf_token": found[1], "link": self.token, "item": item}
        applied = self.client.post("/reward/apply", data=form)
        return self.client.get(applied.location) if applied.status_code == 303 else applied


def page_of(answer: TestResponse) -> str:
    found = re.search(r'<main[^>]*data-page="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def reason_of(answer: TestResponse) -> str:
    found = re.search(r'data-(?:reason|notice)="([^"]+)"', answer.text)
    return found[1] if found else ""


def get_reward(app: flask.Flask, under_test: ServiceUnderTest, **changes: Any) -> TestResponse:
    headers = {"x-api-key": under_test.api_key}
    return app.test_client().post("/GetReward", json=BODY | changes, headers=headers)


@pytest.fixture
def person(app: flask.Flask, under_test: ServiceUnderTest) -> Callable[[], Person]:
    def make() -> Person:
        return Person(app, get_reward(app, under_test).get_json()["rewardNotificationUrl"])

    return make


def test_a_link_ends_as_a_reward_on_an_account(under_test: ServiceUnderTest, person: Callable[[], Person]) -> None:
    under_test.load()
    ann = person()

    opened, signed_in, applied = ann.opens(), ann.signs_in(), ann.applies()

    assert (page_of(opened), page_of(signed_in), page_of(applied)) == ("offer", "confirm", "applied")
    assert "a•••@" in applied.text
    [request] = under_test.delivery.applied.values()
    assert request.account_id == "amzn1.account.ann"
    assert str(request.value) == "27.50 USD"  # C5: price with tax


def test_r7_the_link_opened_again_gives_nothing_more(
    under_test: ServiceUnderTest, person: Callable[[], Person]
) -> None:
    under_test.load()
    ann = person()
    ann.signs_in()
    ann.applies()

    again = ann.opens()
    somebody = Person(ann.client.application, ann.path)
    seen_by_somebody = somebody.opens()
    signed_in_somebody = somebody.signs_in("bob")

    assert page_of(again) == "applied"
    assert page_of(seen_by_somebody) == "offer", "V1: who is not signed in is not told that it was used"
    assert reason_of(signed_in_somebody) == "reward-used"
    assert "a•••@" not in seen_by_somebody.text
    assert len(under_test.delivery.asked) == 1


def test_v1_the_link_alone_tells_nobody_whether_it_was_used(
    under_test: ServiceUnderTest, person: Callable[[], Person]
) -> None:
    group = a_group(an_item("lamp", stock=2), alternatives=(an_item("torch"),))
    under_test.load(a_campaign(group))
    ann, ben, cem = person(), person(), person()
    for owner, account in ((ann, "ann"), (ben, "ben")):
        owner.signs_in(account)
        owner.applies()

    strangers = [Person(ann.client.application, owner.path) for owner in (ann, cem)]
    pages = [stranger.opens() for stranger in strangers]
    led_to = [urlsplit(s.client.post("/reward/sign-in", data={"link": s.token}).location) for s in strangers]

    assert [page_of(page) for page in pages] == ["offer", "offer"]
    assert ["A torch" in page.text for page in pages] == [False, False], "what redemptions took does not show"
    assert [address.netloc for address in led_to] == ["amazon.example"] * 2
    assert "A torch" in cem.signs_in("cem").text, "R3: told after sign-in, and before it is applied"


def test_v1_past_its_date_a_reward_reads_as_expired_to_strangers_used_or_not(
    under_test: ServiceUnderTest, person: Callable[[], Person]
) -> None:
    under_test.load()
    under_test.clock.moment = a_campaign().ends_at - timedelta(minutes=1)
    ann, ben = person(), person()
    under_test.clock.moment = a_campaign().redeemable_until - timedelta(minutes=1)
    ann.signs_in()
    ann.applies()
    under_test.clock.advance(minutes=2)

    strangers = [Person(ann.client.application, owner.path) for owner in (ann, ben)]

    assert [reason_of(stranger.opens()) for stranger in strangers] == ["reward-expired"] * 2
    pressed = [s.client.post("/reward/sign-in", data={"link": s.token, "item": "lamp"}) for s in strangers]
    assert [reason_of(answer) for answer in pressed] == ["reward-expired"] * 2
    assert page_of(ann.opens()) == "applied"


def test_another_account_can_be_used_where_the_first_was_not_the_rewards_own(
    under_test: ServiceUnderTest, person: Callable[[], Person]
) -> None:
    under_test.load()
    ann = person()
    ann.signs_in()
    ann.applies()
    other_device = Person(ann.client.application, ann.path)

    refused = other_device.signs_in("work")
    found = other_device.signs_in("ann", item="")

    assert reason_of(refused) == "reward-used"
    assert 'action="/reward/sign-in"' in refused.text
    assert page_of(found) == "applied"


def test_the_same_account_sees_its_reward_on_another_device(
    under_test: ServiceUnderTest, person: Callable[[], Person]
) -> None:
    under_test.load()
    ann = person()
    ann.signs_in()
    ann.applies()

    other_device = Person(ann.client.application, ann.path).signs_in("ann")

    assert page_of(other_device) == "applied"


def test_a_tampered_link_is_told_plainly(under_test: ServiceUnderTest, app: flask.Flask) -> None:
    under_test.load()
    url = get_reward(app, under_test).get_json()["rewardNotificationUrl"]

    answer = app.test_client().get(urlsplit(url).path[:-3] + "abc")

    assert answer.status_code == 404
    assert reason_of(answer) == "link-invalid"


def test_r2_a_reward_expires_30_days_after_the_campaigns_end(
    under_test: ServiceUnderTest, person: Callable[[], Person]
) -> None:
    under_test.load()
    ann = person()
    under_test.clock.moment = a_campaign().redeemable_until

    answer = ann.opens()

    assert answer.status_code == 410
    assert reason_of(answer) == "reward-expired"


def test_a_suspended_campaign_keeps_the_reward(under_test: ServiceUnderTest, person: Callable[[], Person]) -> None:
    under_test.load()
    ann = person()
    ann.signs_in()
    under_test.service.running.move(CampaignId("spring"), CampaignMove.SUSPEND)

    assert reason_of(ann.opens()) == "campaign-suspended"
    assert under_test.delivery.asked == []


def test_r3_the_alternative_is_shown_and_accepted_before_it_is_applied(
    under_test: ServiceUnderTest, person: Callable[[], Person]
) -> None:
    group = a_group(an_item("lamp"), alternatives=(an_item("torch"),))
    under_test.load(a_campaign(group))
    ann = person()
    ann.signs_in(item="lamp")
    under_test.service.running.set_stock(CampaignId("spring"), RewardGroupId("US"), "lamp", 0)

    refused = ann.applies(item="lamp")
    accepted = ann.applies(item="torch")

    assert reason_of(refused) == "alternative-not-accepted"
    assert "A torch" in refused.text
    assert page_of(accepted) == "applied"
    assert len(under_test.delivery.applied) == 1


def test_r5_a_person_elsewhere_is_told_before_signing_in(
    under_test: ServiceUnderTest, person: Callable[[], Person]
) -> None:
    under_test.load(a_campaign(delivery_countries=("US", "CA")))
    ann = person()

    abroad = ann.client.get(ann.path, headers={"Accept-Language": "fr-FR,fr;q=0.9"})
    at_home_after_all = ann.client.get(ann.path + "?country=CA", headers={"Accept-Language": "fr-FR,fr;q=0.9"})

    assert (abroad.status_code, reason_of(abroad)) == (403, "country-not-served")
    assert page_of(at_home_after_all) == "offer"


def test_sign_in_refused_keeps_the_reward(under_test: ServiceUnderTest, person: Callable[[], Person]) -> None:
    under_test.load()
    ann = person()

    refused = ann.signs_in(error="access_denied")
    ann.signs_in()
    applied = ann.applies()

    assert (page_of(refused), reason_of(refused)) == ("offer", "sign-in-refused")
    assert page_of(applied) == "applied"


def test_the_visit_goes_on_under_a_fresh_id_after_sign_in(
    under_test: ServiceUnderTest, person: Callable[[], Person]
) -> None:
    under_test.load()
    first, second = person(), person()
    second.client = first.client
    first.client.post("/reward/sign-in", data={"link": first.token, "item": "lamp"})
    known_before = str(first.client.get_cookie("visit"))

    first.signs_in()
    second.signs_in("bob")

    assert str(first.client.get_cookie("visit")) != known_before
    assert page_of(first.opens()) == "confirm", "another tab's sign-in does not end this one"
    assert page_of(second.opens()) == "confirm"


def test_a_return_that_nobody_began_is_refused(under_test: ServiceUnderTest, person: Callable[[], Person]) -> None:
    under_test.load()
    ann, attacker = person(), person()
    asked = attacker.client.post("/reward/sign-in", data={"link": attacker.token, "item": "lamp"})
    state = parse_qs(urlsplit(asked.location).query)["state"][0]

    answer = ann.client.get("/reward/sign-in/return", query_string={"state": state, "code": "eve"})

    assert reason_of(answer) == "sign-in-lost"


def test_an_unheard_answer_is_settled_by_asking_again(
    under_test: ServiceUnderTest, person: Callable[[], Person]
) -> None:
    under_test.load()
    ann = person()
    ann.signs_in()

    def applied_but_unheard(request: DeliveryRequest) -> Delivered:
        under_test.delivery.succeed(request)
        raise DeliveryFailed(DeliveryProblem.TEMPORARY, settled=False, detail="timed out")

    under_test.delivery.answers.append(applied_but_unheard)
    waiting = ann.applies()
    under_test.clock.advance(minutes=1)
    outcomes = under_test.service.settling.sweep(lease=LEASE)

    assert page_of(waiting) == "applying"
    assert outcomes == {"applied": 1}
    assert page_of(ann.opens()) == "applied"
    assert len(under_test.delivery.applied) == 1
    assert len({r.request_id for r in under_test.delivery.asked}) == 1


def test_a_surely_failed_delivery_leaves_the_reward_open(
    under_test: ServiceUnderTest, person: Callable[[], Person]
) -> None:
    under_test.load()
    ann = person()
    ann.signs_in()

    def refuse(_: DeliveryRequest) -> Delivered:
        raise DeliveryFailed(DeliveryProblem.FUNDS_LOW, settled=True, detail="no funds")

    under_test.delivery.answers.append(refuse)
    delayed = ann.applies()
    applied = ann.applies()

    assert reason_of(delayed) == "delivery-delayed"
    assert page_of(applied) == "applied"


def test_c3_get_reward_charges_and_get_reward_info_does_not(under_test: ServiceUnderTest, app: flask.Flask) -> None:
    under_test.load(a_campaign(budget=a_campaign().cost_per_action, moments=(a_moment(),)))
    headers = {"x-api-key": under_test.api_key}

    looked = app.test_client().post("/GetRewardInfo", json=BODY, headers=headers)
    first, second = get_reward(app, under_test), get_reward(app, under_test)

    assert looked.get_json()["rewardNotificationUrl"] is None
    assert looked.get_json()["remainingRewardCount"] == 1
    assert first.status_code == 200
    assert second.status_code == 409
    assert "Nothing was charged" in second.get_json()["rewardNotificationText"]


def test_e4_an_event_that_arrives_twice_counts_once(under_test: ServiceUnderTest, app: flask.Flask) -> None:
    under_test.load()
    event = {
        "eventId": "e1",
        "customerId": "ann",
        "type": "game.level",
        "quantity": 5,
        "occurredAt": "2026-03-01T12:00:00Z",
    }
    headers = {"x-api-key": under_test.api_key}

    first = app.test_client().post("/v1/events", json=event, headers=headers).get_json()
    second = app.test_client().post("/v1/events", json=event, headers=headers).get_json()

    assert (first["points"], second["points"]) == (500, 0)
    assert second["balance"] == 500
    assert first["due"] == [{"campaignId": "spring", "momentId": "level-5", "rewardGroupId": "US"}]


def test_a_wrong_key_is_forbidden_as_api_gateway_says_it(under_test: ServiceUnderTest, app: flask.Flask) -> None:
    under_test.load()

    answer = app.test_client().post("/GetReward", json=BODY, headers={"x-api-key": "wrong"})

    assert (answer.status_code, answer.get_json()) == (403, {"message": "Forbidden"})


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (RewardKind.PHYSICAL, ["Free two-day delivery with Prime", "Free shipping on orders over $25"]),
        (RewardKind.DIGITAL, ["Digital, nothing to ship"]),
    ],
)
def test_r4_standard_shipping_is_told_for_what_is_shipped(
    under_test: ServiceUnderTest, person: Callable[[], Person], kind: RewardKind, told: list[str]
) -> None:
    under_test.load(a_campaign(a_group(an_item(kind=kind))))

    page = person().opens().text

    lines = ("Free two-day delivery with Prime", "Free shipping on orders over $25", "Digital, nothing to ship")
    assert [line for line in lines if line in page] == told


def test_p4_who_comes_back_from_amazon_is_at_the_same_moments_page_with_the_new_account(
    under_test: ServiceUnderTest, app: flask.Flask
) -> None:
    under_test.load(a_campaign(moments=(a_moment("first"), a_moment("second"))))
    answers = [get_reward(app, under_test, momentId=moment).get_json() for moment in ("first", "second")]
    first, second = (Person(app, answer["rewardNotificationUrl"]) for answer in answers)
    second.client = first.client

    back = second.signs_in("new-account")
    applied = second.applies()

    assert (page_of(back), page_of(applied)) == ("confirm", "applied")
    assert page_of(first.opens()) == "offer"
    [request] = under_test.delivery.applied.values()
    assert request.account_id == "amzn1.account.new-account"
