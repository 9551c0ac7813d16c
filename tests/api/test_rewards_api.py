"""GetRewardInfo and GetReward as the clients of Moments know them, in every answer they can give."""

import logging
import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from redeem_app.app import create_app
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.limits import API_CALLS
from redeem_app.domain.money import Money
from tests.api.api_caller import BODY, ApiCaller
from tests.api.counted_calls import CountedCalls
from tests.campaign_builders import NOW, a_campaign, a_group, an_app, an_item
from tests.service_under_test import a_service

FIELDS = (
    "rewardNotificationText",
    "rewardNotificationUrl",
    "rewardImageUrl",
    "remainingRewardCount",
    "campaignEndDate",
)
BOTH = pytest.mark.parametrize("operation", ["/GetRewardInfo", "/GetReward"])


@BOTH
def test_all_five_fields_are_always_there(live: ApiCaller, operation: str) -> None:
    answer = live.post(operation, BODY)

    assert answer.status_code == 200
    assert tuple(answer.get_json()) == FIELDS
    assert answer.get_json()["remainingRewardCount"] == 100 - (operation == "/GetReward")
    assert answer.get_json()["campaignEndDate"] == "2026-03-31T12:00:00Z"
    assert answer.content_type == "application/json"


def test_p6_the_words_are_the_campaigns(live: ApiCaller) -> None:
    assert live.get_reward_info().get_json()["rewardNotificationText"] == "Reach level 5 for a reward."
    assert live.get_reward().get_json()["rewardNotificationText"] == "You reached level 5: here is your reward."


def test_a_look_has_no_link_and_each_reward_has_its_own(live: ApiCaller) -> None:
    looked, first, second = live.get_reward_info(), live.get_reward(), live.get_reward()

    assert looked.get_json()["rewardNotificationUrl"] is None
    assert first.get_json()["rewardNotificationUrl"] != second.get_json()["rewardNotificationUrl"]
    assert live.issued() == 2


def test_the_link_begins_with_the_services_own_address_whatever_host_was_called(live: ApiCaller) -> None:
    answer = live.post("/GetReward", BODY, Host="internal.example:9000")

    assert answer.get_json()["rewardNotificationUrl"].startswith("http://localhost/r/")


def test_the_picture_is_the_items(api: ApiCaller) -> None:
    api.under_test.load(a_campaign(a_group(an_item(image_url="https://pictures.example/lamp.jpg"))))

    assert api.get_reward_info().get_json()["rewardImageUrl"] == "https://pictures.example/lamp.jpg"


@BOTH
def test_the_stage_in_amazons_addresses_still_leads_here(live: ApiCaller, operation: str) -> None:
    assert live.post(f"/prod{operation}", BODY).status_code == 200


@BOTH
def test_a_missing_reward_is_an_empty_list(api: ApiCaller, operation: str) -> None:
    api.under_test.load(a_campaign(a_group(an_item(stock=0))))

    answer = api.post(operation, BODY)

    assert (answer.status_code, answer.get_json()) == (200, [])


def test_c1_in_test_mode_every_call_gives_the_same_link_and_nothing_is_consumed(api: ApiCaller) -> None:
    api.under_test.load(a_campaign(starts_at=NOW.replace(day=2)))

    answers = [api.get_reward(key="k", customerId="ann").get_json() for _ in range(3)]

    assert len({answer["rewardNotificationUrl"] for answer in answers}) == 1
    assert {answer["remainingRewardCount"] for answer in answers} == {100}
    assert api.issued() == 0
    assert api.app.test_client().get(urlsplit(answers[0]["rewardNotificationUrl"]).path).status_code == 200


@BOTH
@pytest.mark.parametrize("key", [None, "", "wrong"])
def test_without_the_right_key_the_answer_is_that_of_api_gateway(
    live: ApiCaller, operation: str, key: str | None
) -> None:
    headers = {} if key is None else {"x-api-key": key}

    answer = live.app.test_client().post(operation, json=BODY, headers=headers)

    assert (answer.status_code, answer.get_json()) == (403, {"message": "Forbidden"})
    assert answer.headers["x-amzn-ErrorType"] == "ForbiddenException"


def _without(field: str) -> dict[str, str]:
    return {name: value for name, value in BODY.items() if name != field}


@BOTH
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is empty; send a JSON object."),
        (b"  \n", "The body is empty; send a JSON object."),
        (b"appId=game&momentId:level-5", "The body is not JSON: expected value at line 1 column 1."),
        (b'{"appId": "game"', "The body is not JSON: EOF while parsing an object at line 1 column 16."),
        (b"[]", "the body must be a JSON object, not a list."),
        (b'"game"', "the body must be a JSON object, not a string."),
        (b"null", "the body must be a JSON object, not null."),
    ],
)
def test_a_body_that_is_no_object_is_told(live: ApiCaller, operation: str, body: bytes, sentence: str) -> None:
    answer = live.post_raw(operation, body)

    assert answer.status_code == 400
    assert answer.get_json()["rewardNotificationText"] == sentence
    assert answer.get_json()["errorCode"] == "body-invalid"


@BOTH
@pytest.mark.parametrize("field", BODY)
def test_a_missing_field_is_named(live: ApiCaller, operation: str, field: str) -> None:
    answer = live.post(operation, _without(field))

    assert answer.status_code == 400
    assert answer.get_json()["rewardNotificationText"] == f"{field} is missing."


@pytest.mark.parametrize("field", [*BODY, "customerId"])
@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        (5, "must be a string, not a number"),
        (True, "must be a string, not true or false"),
        (["x"], "must be a string, not a list"),
        ({}, "must be a string, not an object"),
        ("", "must not be empty"),
        ("x" * 201, "is longer than 200 characters"),
        ("a\nb", "must not contain control characters"),
        ("a\x00b", "must not contain control characters"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_wrong(live: ApiCaller, field: str, value: Any, wrong: str) -> None:
    answer = live.post("/GetReward", BODY | {field: value})

    assert answer.status_code == 400
    assert answer.get_json()["rewardNotificationText"] == f"{field} {wrong}."
    assert live.issued() == 0


def test_all_mistakes_are_told_at_once(live: ApiCaller) -> None:
    answer = live.post("/GetReward", {"appId": 1, "momentId": "m"})

    assert answer.get_json()["rewardNotificationText"] == (
        "appId must be a string, not a number; deviceType is missing; campaignId is missing; rewardGroupId is missing."
    )


@BOTH
def test_a_body_that_is_too_large_is_told(live: ApiCaller, operation: str) -> None:
    answer = live.post(operation, BODY | {"note": "x" * 65536})

    assert answer.status_code == 413
    assert answer.get_json()["rewardNotificationText"] == "The body is larger than 65536 bytes."


def test_unknown_fields_are_ignored(live: ApiCaller) -> None:
    assert live.get_reward(locale="en", tags=["a"]).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", None],
)
def test_the_body_counts_not_what_it_is_called(live: ApiCaller, content_type: str | None) -> None:
    body = b'{"appId":"game","momentId":"level-5","deviceType":"Web","campaignId":"spring","rewardGroupId":"US"}'

    assert live.post_raw("/GetReward", body, content_type).status_code == 200


@pytest.mark.parametrize("device", ["Web", "Android", "iOS", "FireOS", "web", "ANDROID", "ios", "fireOs"])
def test_device_types_are_known_in_any_case(live: ApiCaller, device: str) -> None:
    assert live.get_reward_info(deviceType=device).status_code == 200


@pytest.mark.parametrize("device", ["Windows", "Fire OS", "any"])
def test_other_device_types_are_refused(live: ApiCaller, device: str) -> None:
    answer = live.get_reward(deviceType=device)

    assert (answer.status_code, answer.get_json()["errorCode"]) == (400, "device-type-unknown")
    assert answer.get_json()["rewardNotificationText"] == (
        "deviceType must be one of Web, Android, iOS, FireOS, in any case."
    )


@BOTH
@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"appId": "other"}, 403, "app-unknown"),
        ({"campaignId": "autumn"}, 404, "campaign-unknown"),
        ({"momentId": "level-9"}, 404, "moment-unknown"),
        ({"rewardGroupId": "DE"}, 404, "group-unknown"),
    ],
)
def test_what_the_app_does_not_have_is_told(
    live: ApiCaller, operation: str, change: dict[str, str], status: int, code: str
) -> None:
    answer = live.post(operation, BODY | change)

    assert (answer.status_code, answer.get_json()["errorCode"]) == (status, code)


@BOTH
def test_every_refusal_has_the_five_fields_with_the_reason_as_text(live: ApiCaller, operation: str) -> None:
    live.under_test.service.running.move(CampaignId("spring"), CampaignMove.SUSPEND)

    answer = live.post(operation, BODY)

    told = answer.get_json()
    assert answer.status_code == 409
    assert tuple(told) == (*FIELDS, "errorCode", "supportNumber")
    assert told["rewardNotificationText"] == "The campaign spring was taken down; no rewards are issued."
    assert [told[field] for field in FIELDS[1:]] == [None] * 4
    assert told["errorCode"] == "campaign-suspended"


def test_the_support_number_leads_to_the_operators_trace(live: ApiCaller, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        number = live.get_reward(momentId="level-9").get_json()["supportNumber"]

    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", number)
    [line] = [record.getMessage() for record in caplog.records if number in record.getMessage()]
    assert "moment-unknown" in line
    assert "app game" in line


def test_c4_at_a_cap_nothing_is_charged_and_the_reason_is_told(api: ApiCaller) -> None:
    api.under_test.load(a_campaign(month_cap=Money.of("30.00", "USD")))

    first, second = api.get_reward(), api.get_reward()

    assert first.get_json()["remainingRewardCount"] == 0
    assert (second.status_code, second.get_json()["errorCode"]) == (409, "campaign-month-cap")
    assert second.get_json()["rewardNotificationText"] == (
        "The campaign spring has reached its cap of 30.00 USD for this month. Nothing was charged."
    )


@BOTH
def test_an_app_can_have_its_refusals_as_200(api: ApiCaller, operation: str) -> None:
    api.under_test.load(app=an_app(errors_as_200=True))

    answer = api.post(operation, BODY | {"campaignId": "autumn"})

    assert (answer.status_code, answer.get_json()["errorCode"]) == (200, "campaign-unknown")


@BOTH
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_wrong_method_is_told_in_json(live: ApiCaller, operation: str, method: str) -> None:
    answer = live.app.test_client().open(operation, method=method)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.get_json()["rewardNotificationText"] == f"{method} is not allowed here; use POST."
    assert answer.get_json()["errorCode"] == "method-not-allowed"


def test_an_unknown_address_of_the_api_is_told_in_json(live: ApiCaller) -> None:
    answer = live.get("/v1/nothing")

    assert (answer.status_code, answer.get_json()["errorCode"]) == (404, "page-not-found")


def _limited(database_url: str, limit: CountedCalls) -> ApiCaller:
    under_test = a_service(database_url, calls=limit)
    under_test.load()
    return ApiCaller(create_app(service=under_test.service), under_test)


def test_a_call_too_many_is_answered_as_api_gateway_does(database_url: str) -> None:
    api = _limited(database_url, CountedCalls(API_CALLS, 1))

    answers = [api.get_reward_info(), api.get_reward()]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].get_json() == {"message": "Too Many Requests"}
    assert answers[1].headers["Retry-After"] == "1"
    assert answers[1].headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert api.issued() == 0


def test_both_calls_count_together_for_each_key_and_mistakes_count_too(database_url: str) -> None:
    limit = CountedCalls(API_CALLS, 10)
    api = _limited(database_url, limit)

    api.get_reward_info()
    api.get_reward(momentId=5)
    api.reports("e1")

    assert len(limit.names) == 2
    assert len(set(limit.names)) == 1
    assert api.under_test.api_key not in limit.names[0]


@BOTH
def test_where_calls_cant_be_counted_none_is_let_through(database_url: str, operation: str) -> None:
    api = _limited(database_url, CountedCalls(API_CALLS, None))

    answer = api.post(operation, BODY)

    assert (answer.status_code, answer.get_json()["errorCode"]) == (503, "limits-unavailable")
    assert "Nothing was charged" in answer.get_json()["rewardNotificationText"]
    assert answer.headers["Retry-After"] == "1"
    assert api.issued() == 0


def test_a_fault_of_ours_is_told_in_the_same_shape(live: ApiCaller) -> None:
    live.app.testing = False
    live.under_test.service.database.write(lambda db: db.run("DROP TABLE charges"))

    answer = live.get_reward()

    assert (answer.status_code, answer.get_json()["errorCode"]) == (500, "service-fault")
    assert tuple(answer.get_json())[:5] == FIELDS
    assert live.issued() == 0
