"""Events and points over HTTP (rules E1, E2, E4); what each event gives is shown with the rules themselves."""

from datetime import timedelta
from typing import Any

import pytest

from redeem_app.domain.campaign import EarningRule
from tests.api.api_caller import ApiCaller
from tests.campaign_builders import NOW, a_campaign, a_group, a_moment, an_app, an_item

KNOWN_TYPES = (
    "type must be one of 'game.level', 'game.session', 'ad.watched', 'purchase', 'purchase.refunded' or 'ad.withdrawn'."
)


def test_e4_an_event_counts_once_and_the_answer_says_so(live: ApiCaller) -> None:
    first, second = live.reports("e1", quantity=5).get_json(), live.reports("e1", quantity=5).get_json()

    assert (first["points"], first["counted"]) == (500, True)
    assert (second["points"], second["counted"]) == (0, False)
    assert first["balance"] == second["balance"] == 500


def test_e2_the_answer_says_what_is_due_and_what_comes_next(api: ApiCaller) -> None:
    moments = (a_moment("silver", due_at_points=300, tier="Silver"), a_moment("gold", due_at_points=600, tier="Gold"))
    api.under_test.load(a_campaign(moments=moments))

    told = api.reports("e1", quantity=4).get_json()

    assert told["due"] == [{"campaignId": "spring", "momentId": "silver", "rewardGroupId": "US"}]
    assert (told["tier"], told["nextTier"], told["nextTierAt"]) == ("Silver", "Gold", 600)


def test_e2_tiers_are_told_for_a_points_bar(api: ApiCaller) -> None:
    moments = (a_moment("gold", due_at_points=600, tier="Gold"), a_moment("silver", due_at_points=300, tier="Silver"))
    api.under_test.load(a_campaign(moments=moments))
    api.reports("e1", quantity=4)
    api.get_reward(customerId="ann", momentId="silver")

    told = api.get("/v1/customers/ann/points").get_json()

    assert told["balance"] == 100
    [campaign] = told["campaigns"]
    assert campaign["collected"] == 400
    assert campaign["tiers"] == [
        {"momentId": "silver", "tier": "Silver", "at": 300, "rewarded": True},
        {"momentId": "gold", "tier": "Gold", "at": 600, "rewarded": False},
    ]


def test_a_refund_takes_points_back(api: ApiCaller) -> None:
    api.under_test.load(app=an_app(earning=(EarningRule("purchase", 10, "books"),)))
    api.reports("p1", type="purchase", category="books", quantity=3)

    told = api.reports("r1", type="purchase.refunded", category="books", reverses="p1", quantity=3).get_json()

    assert (told["points"], told["balance"]) == (-30, 0)


def test_somebody_unknown_has_no_points(live: ApiCaller) -> None:
    told = live.get("/v1/customers/n%C3%B6body%20yet/points").get_json()

    assert (told["balance"], told["due"], told["nextTierAt"]) == (0, [], 500)


@pytest.mark.parametrize("customer", ["x" * 201, "a%00b", "a%0Ab"])
def test_a_customer_id_that_is_none_is_told(live: ApiCaller, customer: str) -> None:
    answer = live.get(f"/v1/customers/{customer}/points")

    assert (answer.status_code, answer.get_json()["errorCode"]) == (400, "body-invalid")
    assert answer.get_json()["message"].startswith("customerId ")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"eventId": None}, "eventId must be a string, not null."),
        ({"customerId": 81}, "customerId must be a string, not a number."),
        ({"type": "game.lost"}, KNOWN_TYPES),
        ({"quantity": "5"}, "quantity must be a whole number, not a string."),
        ({"quantity": 1.5}, "quantity must be a whole number, not a decimal number."),
        ({"quantity": 0}, "quantity is less than 1."),
        ({"quantity": 10_001}, "quantity is more than 10000."),
        ({"occurredAt": "2026-03-01"}, "occurredAt must be a moment such as 2026-03-01T12:00:00Z."),
        ({"occurredAt": "2026-03-01T12:00:00"}, "occurredAt must end with its time zone, as in 2026-03-01T12:00:00Z."),
        ({"occurredAt": 1772366400}, "occurredAt must be a moment such as 2026-03-01T12:00:00Z, not a number."),
        ({"occurredAt": "0001-01-01T00:00:00+14:00"}, "occurredAt is more than 30 days ago."),
        ({"occurredAt": "9999-12-31T23:59:59-14:00"}, "occurredAt is in the future."),
        ({"category": "a\x00b"}, "category must not contain control characters."),
        ({"reverses": "e1"}, None),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_what_is_wrong(
    live: ApiCaller, change: dict[str, Any], message: str | None
) -> None:
    answer = live.reports("e1", **change)

    assert (answer.status_code, answer.get_json()["errorCode"]) == (400, "body-invalid")
    assert message is None or answer.get_json()["message"] == message
    assert live.get("/v1/customers/ann/points").get_json()["balance"] == 0


def test_an_event_may_come_late(live: ApiCaller) -> None:
    yesterday = (NOW - timedelta(days=1)).isoformat()

    assert live.reports("e1", occurredAt=yesterday).get_json()["points"] == 100


@pytest.mark.parametrize("path", ["/v1/events", "/v1/links"])
def test_without_a_key_nothing_is_told(live: ApiCaller, path: str) -> None:
    answer = live.app.test_client().post(path, json={})

    assert (answer.status_code, answer.get_json()) == (403, {"message": "Forbidden"})


def test_points_are_not_counted_by_second(live: ApiCaller) -> None:
    answers = [live.reports(f"e{number}").status_code for number in range(20)]

    assert answers == [200] * 20


def test_e2_the_answer_carries_a_reward_that_is_issued_when_due(api: ApiCaller) -> None:
    moments = (a_moment("gold", due_at_points=300, tier="Gold", issued_when_due=True),)
    api.under_test.load(a_campaign(moments=moments))

    before, reached, again = (api.reports(event, quantity=2).get_json() for event in ("e1", "e2", "e2"))

    [reward] = reached["rewards"]
    assert before["rewards"] == []
    assert reward["rewardNotificationUrl"].startswith("http://localhost/r/")
    assert reward | {"rewardNotificationUrl": ""} == {
        "campaignId": "spring",
        "momentId": "gold",
        "rewardGroupId": "US",
        "rewardNotificationText": "You reached level 5: here is your reward.",
        "rewardNotificationUrl": "",
        "rewardImageUrl": None,
        "remainingRewardCount": 99,
        "campaignEndDate": "2026-03-31T12:00:00Z",
    }
    assert again["rewards"] == [reward]
    assert api.issued() == 1


def test_e2_the_answer_says_why_a_due_reward_was_not_issued(api: ApiCaller) -> None:
    moments = (a_moment("gold", due_at_points=100, issued_when_due=True),)
    api.under_test.load(a_campaign(a_group(an_item(stock=0)), moments=moments))

    told = api.reports("e1").get_json()

    [withheld] = told["withheld"]
    assert (told["counted"], told["points"], told["rewards"]) == (True, 100, [])
    assert (withheld["momentId"], withheld["errorCode"]) == ("gold", "out-of-stock")
    assert withheld["supportNumber"]
