"""The short way of a call agrees with the long way: the same answers, the same rows (rules C1, C3, C4, R7)."""

import json
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redeem_app.app import Application, create_app
from redeem_app.domain.campaign import Words
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.money import Money
from tests.api.api_caller import BODY, ApiCaller
from tests.api.two_ways import TwoWays, answered_shortly
from tests.campaign_builders import NOW, a_campaign, a_developer, a_group, a_moment, an_app, an_item
from tests.service_under_test import ServiceUnderTest

PLENTY: Final = Money(10**9, "USD")
BOUNDED = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

A_BODY = st.fixed_dictionaries(
    {
        "appId": st.sampled_from(["game"] * 8 + ["other"]),
        "momentId": st.sampled_from(["level-5"] * 5 + ["simple"] * 5 + ["nowhere"]),
        "deviceType": st.sampled_from(["Android", "ios", "Toaster"]),
        "campaignId": st.sampled_from(["spring"] * 8 + ["soon", "nowhere"]),
        "rewardGroupId": st.sampled_from(["US"] * 8 + ["DE"]),
    },
    optional={"customerId": st.sampled_from(["ann", "ben", "", "x" * 201, None, 5])},
)
A_CALL = st.tuples(
    st.sampled_from(["/GetReward"] * 5 + ["/GetRewardInfo"]),
    st.one_of(
        st.just(BODY), st.just(BODY), A_BODY, A_BODY, st.sampled_from([b"", b"{", b"[]", b'{"appId": 5}', b"\xff"])
    ),
    st.sampled_from([{}, {}, {}, {"Idempotency_Key": "one"}, {"Idempotency_Key": "two"}, {"Idempotency_Key": "\x7f"}]),
)


def a_plan(stock: int, charges: int, name: str = "spring", **changes: object) -> Any:
    return a_campaign(
        a_group(an_item(stock=stock, image_url="https://studio.example/lamp.png")),
        campaign_id=name,
        moments=(a_moment("level-5"), a_moment("simple", due_at_points=None, tier="")),
        budget=Money(2_750 * charges + 1_000, "USD"),
        month_cap=PLENTY,
        **changes,
    )


@BOUNDED
@given(
    calls=st.lists(A_CALL, min_size=4, max_size=16),
    stock=st.integers(0, 12),
    charges=st.integers(0, 12),
    lasting=st.integers(2, 20),
)
def test_c3_both_ways_give_the_same_answers_and_leave_the_same_rows(
    under_test: ServiceUnderTest, calls: list[Any], stock: int, charges: int, lasting: int
) -> None:
    ways = TwoWays.of(under_test)
    soon = a_plan(5, 5, "soon", starts_at=NOW.replace(day=5))
    ways.load(an_app(), a_plan(stock, charges), soon, month_cap=Money(2_750 * 8, "USD"), cap_by_operator=True)

    for number, (path, body, headers) in enumerate(calls):
        if number == lasting:
            ways.move("spring", CampaignMove.SUSPEND)
        short, long = ways.both(path, body, **headers)
        assert short == long

    ways.check_rows()


@pytest.fixture
def application(under_test: ServiceUnderTest) -> Application:
    under_test.load(a_plan(50, 50), developer=a_developer(month_cap=PLENTY))
    made = create_app(service=under_test.service)
    assert isinstance(made, Application)
    key = {"x-api-key": under_test.api_key}
    made.test_client().post("/GetReward", json=BODY, headers=key)  # opens the month
    return made


@pytest.mark.parametrize(
    ("changes", "headers"),
    [
        ({}, {}),
        ({"deviceType": "FIREOS"}, {}),
        ({}, {"Idempotency-Key": "one"}),
        ({"momentId": "simple", "customerId": "ann"}, {}),
        ({"momentId": "simple", "customerId": "ann"}, {"Idempotency-Key": "one"}),
    ],
)
def test_a_plain_good_call_goes_the_short_way(
    application: Application, under_test: ServiceUnderTest, changes: dict[str, str], headers: dict[str, str]
) -> None:
    body = json.dumps(BODY | changes).encode()
    key = {"x-api-key": under_test.api_key}

    assert answered_shortly(application, "/GetReward", body, key | headers)


@pytest.mark.parametrize(
    ("path", "changes", "headers"),
    [
        ("/GetReward", {}, {"x-api-key": "wrong"}),
        ("/GetReward", {"campaignId": "nowhere"}, {}),
        ("/GetReward", {"customerId": "ann"}, {}),
        ("/GetRewardInfo", {}, {}),
        ("/openapi.json", {}, {}),
    ],
)
def test_whatever_else_goes_the_long_way_and_nothing_has_changed(
    application: Application, under_test: ServiceUnderTest, path: str, changes: dict[str, str], headers: dict[str, str]
) -> None:
    caller = ApiCaller(application, under_test)
    before = caller.issued()

    body = json.dumps(BODY | changes).encode()

    assert not answered_shortly(application, path, body, {"x-api-key": under_test.api_key} | headers)
    assert caller.issued() == before


def test_what_an_operator_changes_counts_at_the_next_call(
    application: Application, under_test: ServiceUnderTest
) -> None:
    caller, running = ApiCaller(application, under_test), under_test.service.running
    spare = running.add_key(an_app().app_id)
    first = [caller.get_reward().get_json() for _ in range(2)]

    changed = a_plan(50, 50, redemption=Words("Another text."))
    running.load(a_developer(month_cap=PLENTY), an_app(), (changed,))
    second = [caller.get_reward().get_json() for _ in range(2)]
    running.load(a_developer(month_cap=PLENTY), an_app(caller_addresses=("10.9.9.0/24",)), (changed,))
    elsewhere = caller.get_reward().status_code
    running.load(a_developer(month_cap=PLENTY), an_app(), (changed,))
    running.retire_key(under_test.api_key)
    retired = caller.get_reward().status_code
    caller.api_key = spare
    third = [caller.get_reward().get_json() for _ in range(2)]
    is_short_again = answered_shortly(application, "/GetReward", json.dumps(BODY).encode(), {"x-api-key": spare})
    running.move(changed.campaign_id, CampaignMove.SUSPEND)
    suspended = caller.get_reward().get_json()

    told = [answer["rewardNotificationText"] for answer in (*first, *second, *third)]
    assert told == [a_plan(1, 1).redemption.default] * 2 + ["Another text."] * 4
    assert [answer["remainingRewardCount"] for answer in (*first, *second, *third)] == [48, 47, 46, 45, 44, 43]
    assert (elsewhere, retired, suspended["errorCode"]) == (403, 403, "campaign-suspended")
    assert is_short_again
    assert caller.issued() == 8
