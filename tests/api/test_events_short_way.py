"""Counting an event the short way agrees with the long way: answers, ledger and rewards (rules E1, E2, E3, E4)."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redeem_app.adapters.database import Connection
from redeem_app.app import Application, create_app
from redeem_app.domain.campaign import App, Campaign, EarningRule
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.money import Money
from tests.api.api_caller import BODY
from tests.api.two_ways import TwoWays, answered_shortly
from tests.campaign_builders import NOW, a_campaign, a_developer, a_group, a_moment, an_app, an_item
from tests.service_under_test import ServiceUnderTest

PLENTY: Final = Money(10**9, "USD")
BOUNDED = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
LEVELS: Final = {"customerId": "ann", "type": "game.level", "occurredAt": NOW.isoformat()}


def a_plan(name: str, **changes: object) -> Campaign:
    silver = a_moment("silver", due_at_points=300, tier="Silver", issued_when_due=True)
    gold = a_moment("level-5", due_at_points=700)
    plan = {"campaign_id": name, "moments": (silver, gold, a_moment("simple", due_at_points=None, tier="")), **changes}
    return a_campaign(a_group(an_item(stock=2)), budget=PLENTY, month_cap=PLENTY, **plan)


def a_game(**changes: object) -> App:
    capped = EarningRule("purchase", 10, daily_cap=250)
    return an_app(earning=(EarningRule("game.level", 100), capped, EarningRule("purchase", 30, "books")), **changes)


def happened(**changes: float) -> str:
    return (NOW - timedelta(**changes)).isoformat()


AN_EVENT = st.fixed_dictionaries(
    {
        "eventId": st.sampled_from(["e1", "e2", "e3", "e4", 'quoted "é" \\', "e5", "e6", "e7", "e8", ""]),
        "customerId": st.sampled_from(["ann", "ann", "ben"]),
        "type": st.sampled_from(["game.level", "game.level", "purchase", "ad.watched", "purchase.refunded", "nothing"]),
        "occurredAt": st.sampled_from([happened(), happened(), happened(days=3), happened(days=31), "today"]),
    },
    optional={
        "category": st.sampled_from(["books", "shoes"]),
        "quantity": st.sampled_from([1, 2, 9, 0]),
        "reverses": st.sampled_from(["e1", "e2", "e3"]),
    },
)
A_LEVEL = st.builds(lambda number: LEVELS | {"eventId": f"level-{number}"}, st.integers(1, 9))
A_CALL = st.one_of(
    st.tuples(st.just("/v1/events"), st.one_of(A_LEVEL, A_LEVEL, AN_EVENT, AN_EVENT)),
    st.tuples(
        st.just("/GetReward"),
        st.builds(
            lambda customer, moment: BODY | {"customerId": customer, "momentId": moment},
            st.sampled_from(["ann", "ben"]),
            st.sampled_from(["level-5", "simple"]),
        ),
    ),
)


@BOUNDED
@given(
    calls=st.lists(A_CALL, min_size=4, max_size=20),
    lasting=st.integers(2, 24),
    lifetime=st.sampled_from([None, None, 2, 60]),
    ad_keys=st.sampled_from([{}, {"unity": "secret"}]),
)
def test_e4_both_ways_give_the_same_answers_and_leave_the_same_rows(
    under_test: ServiceUnderTest, calls: list[Any], lasting: int, lifetime: int | None, ad_keys: dict[str, str]
) -> None:
    ways = TwoWays.of(under_test)
    plans = a_plan("spring"), a_plan("soon", starts_at=NOW.replace(day=5), moments=(a_moment("far"),))
    ways.load(
        a_game(points_expire_after_days=lifetime, ad_keys=ad_keys), *plans, month_cap=PLENTY, cap_by_operator=True
    )

    for number, (path, body) in enumerate(calls):
        if number == lasting:
            ways.move("spring", CampaignMove.SUSPEND)
        short, long = ways.both(path, body)
        assert short == long

    ways.check_rows()


def test_e4_points_that_are_owed_are_paid_first_either_way(under_test: ServiceUnderTest) -> None:
    ways = TwoWays.of(under_test)
    ways.load(a_game(points_expire_after_days=60), a_plan("spring"), month_cap=PLENTY, cap_by_operator=True)
    bought = LEVELS | {"eventId": "bought", "type": "purchase", "category": "books", "quantity": 10}
    refunded = LEVELS | {"eventId": "refunded", "type": "purchase.refunded", "reverses": "bought", "quantity": 10}

    for event in (bought, bought | {"eventId": "more", "quantity": 1}, refunded, LEVELS | {"eventId": "level"}):
        short, long = ways.both("/v1/events", event)
        assert short == long

    ways.check_rows()


@pytest.fixture
def application(under_test: ServiceUnderTest) -> Application:
    under_test.load(a_plan("spring"), app=a_game(), developer=a_developer(month_cap=PLENTY))
    made = create_app(service=under_test.service)
    assert isinstance(made, Application)
    return made


def is_short(application: Application, under_test: ServiceUnderTest, event_id: str, **changes: Any) -> bool:
    body = json.dumps(LEVELS | {"eventId": event_id} | changes).encode()
    return answered_shortly(application, "/v1/events", body, {"x-api-key": under_test.api_key})


def test_an_event_goes_the_short_way_until_a_reward_is_due_that_is_issued_with_it(
    application: Application, under_test: ServiceUnderTest
) -> None:
    assert is_short(application, under_test, "e1")
    assert is_short(application, under_test, "e2")
    assert not is_short(application, under_test, "e3")
    assert is_short(application, under_test, "e4", type="game.session"), "no rule gives anything for it"


@pytest.mark.parametrize(
    "changes",
    [{"eventId": "e1"}, {"type": "purchase.refunded", "reverses": "e1"}, {"eventId": "taken-back"}, {"quantity": 0}],
)
def test_what_is_not_plain_goes_the_long_way(
    application: Application, under_test: ServiceUnderTest, changes: dict[str, Any]
) -> None:
    client, headers = application.test_client(), {"x-api-key": under_test.api_key}
    client.post("/v1/events", json=LEVELS | {"eventId": "e1"}, headers=headers)
    refund = LEVELS | {"eventId": "e9", "type": "purchase.refunded", "reverses": "taken-back"}
    client.post("/v1/events", json=refund, headers=headers)

    assert not is_short(application, under_test, **({"event_id": "e2"} | changes))


def test_e1_e2_at_once_a_cap_holds_and_each_tier_is_rewarded_once(
    application: Application, under_test: ServiceUnderTest
) -> None:
    headers = {"x-api-key": under_test.api_key}

    def call(number: int) -> dict[str, Any]:
        kind = "purchase" if number // 2 % 2 else "game.level"
        event = LEVELS | {"eventId": f"e{number // 2}", "type": kind, "quantity": 2}
        answer = application.test_client().post("/v1/events", json=event, headers=headers)
        assert answer.status_code == 200
        told: dict[str, Any] = answer.get_json()
        return told

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(call, range(96)))

    def given(db: Connection) -> list[tuple[Any, ...]]:
        return db.rows("SELECT rule, COUNT(*), SUM(points) FROM points GROUP BY rule ORDER BY rule")

    points = {rule: (count, int(total)) for rule, count, total in under_test.service.database.read(given)}
    assert points == {"exchange:1": (1, -300), "game.level": (24, 4_800), "purchase": (13, 250)}
    assert sum(answer["counted"] for answer in answers) == 48
    assert sum(answer["points"] for answer in answers) == 5_050
    assert {reward["rewardNotificationUrl"] for answer in answers for reward in answer["rewards"]} != set()
    assert [row[0] for row in under_test.service.database.read(lambda db: db.rows("SELECT COUNT(*) FROM rewards"))] == [
        1
    ]
