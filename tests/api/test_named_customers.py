"""With a customerId the service holds R7 and E2 for the app; without one, the app decides, as with Moments."""

from concurrent.futures import ThreadPoolExecutor

from tests.api.api_caller import ApiCaller
from tests.campaign_builders import NOW, a_campaign, a_moment, an_app


def points(api: ApiCaller, customer: str = "ann") -> dict[str, object]:
    answer: dict[str, object] = api.get(f"/v1/customers/{customer}/points").get_json()
    return answer


def test_r7_one_reward_of_a_moment_for_each_customer(live: ApiCaller) -> None:
    for customer in ("ann", "bob"):
        live.reports(f"of {customer}", customer, quantity=5)

    answers = [live.get_reward(customerId=customer) for customer in ("ann", "ann", "bob")]

    assert [answer.status_code for answer in answers] == [200, 409, 200]
    assert answers[1].get_json()["errorCode"] == "reward-already-issued"
    assert "POST /v1/links" in answers[1].get_json()["rewardNotificationText"]
    assert live.issued() == 2


def test_r7_a_customer_is_rewarded_once_by_calls_at_once(api: ApiCaller) -> None:
    api.under_test.load(a_campaign(moments=(a_moment(due_at_points=None),)))
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: api.get_reward(customerId="ann").status_code, range(16)))

    assert sorted(statuses) == [200] + [409] * 15
    assert api.issued() == 1
    assert api.get_reward_info().get_json()["remainingRewardCount"] == 99


def test_r7_a_look_tells_that_the_customer_has_the_reward(live: ApiCaller) -> None:
    live.reports("e1", quantity=5)
    before = live.get_reward_info(customerId="ann")
    live.get_reward(customerId="ann")
    after = live.get_reward_info(customerId="ann")

    assert (before.status_code, after.status_code) == (200, 409)
    assert after.get_json()["errorCode"] == "reward-already-issued"


def test_e2_a_tier_is_rewarded_once_it_is_reached(live: ApiCaller) -> None:
    live.reports("e1", quantity=4)
    early = live.get_reward(customerId="ann")
    announced = live.get_reward_info(customerId="ann")
    live.reports("e2", quantity=1)
    due = live.get_reward(customerId="ann")

    assert (early.status_code, early.get_json()["errorCode"]) == (409, "reward-not-due")
    assert "400 points" in early.get_json()["rewardNotificationText"]
    assert announced.status_code == 200  # a challenge is announced before it is met
    assert due.status_code == 200


def test_e3_points_are_exchanged_with_the_reward_and_never_pay_twice(api: ApiCaller) -> None:
    other = a_campaign(campaign_id="summer", name="Summer", starts_at=NOW)
    api.under_test.load(a_campaign(), other)
    api.reports("e1", quantity=7)

    first = api.get_reward(customerId="ann")
    second = api.get_reward(customerId="ann", campaignId="summer")

    assert first.status_code == 200
    assert second.get_json()["errorCode"] == "reward-not-due"
    assert points(api)["balance"] == 200


def test_e2_e3_the_points_of_one_tier_buy_one_reward_by_calls_at_once(api: ApiCaller) -> None:
    moments = (a_moment("silver", due_at_points=300), a_moment("gold", due_at_points=600))
    campaigns = [a_campaign(campaign_id=f"c{number}", name=f"C{number}", moments=moments) for number in range(4)]
    api.under_test.load(*campaigns)
    api.reports("e1", quantity=7)
    calls = [(f"c{number}", moment) for number in range(4) for moment in ("silver", "gold")]

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda c: api.get_reward(customerId="ann", campaignId=c[0], momentId=c[1]).status_code, calls)
        )

    assert answers.count(200) == api.issued() <= 2
    assert points(api)["balance"] == 700 - 300 * answers.count(200)


def test_a_moment_without_a_tier_is_due_when_the_app_says_so(api: ApiCaller) -> None:
    api.under_test.load(a_campaign(moments=(a_moment(due_at_points=None),)))

    assert api.get_reward(customerId="ann").status_code == 200


def test_without_a_customer_the_app_decides(live: ApiCaller) -> None:
    assert [live.get_reward().status_code for _ in range(3)] == [200] * 3


def test_the_same_customer_with_the_same_key_gets_the_same_answer(live: ApiCaller) -> None:
    live.reports("e1", quantity=5)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: live.get_reward(key="k", customerId="ann").get_json(), range(8)))

    assert len({answer["rewardNotificationUrl"] for answer in answers}) == 1
    assert points(live)["balance"] == 0


def test_a_refused_reward_costs_no_points(api: ApiCaller) -> None:
    campaign = a_campaign()
    api.under_test.load(a_campaign(month_cap=campaign.cost_per_action))
    api.get_reward()
    api.reports("e1", quantity=5)

    answer = api.get_reward(customerId="ann")

    assert answer.get_json()["errorCode"] == "campaign-month-cap"
    assert points(api)["balance"] == 500


def test_customers_of_two_apps_are_two_people(live: ApiCaller) -> None:
    live.reports("e1", quantity=5)
    first_key = live.under_test.api_key
    live.under_test.load(
        a_campaign(campaign_id="other", app_id="shop", name="Other"), app=an_app(app_id="shop", name="Shop")
    )

    assert points(live)["balance"] == 0
    live.api_key = first_key
    assert points(live)["balance"] == 500
