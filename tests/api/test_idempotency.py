"""Idempotency-Key: the same call again gets the same answer, and nothing is consumed twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId
from tests.api.api_caller import ApiCaller
from tests.campaign_builders import a_campaign, a_group, an_item


def test_the_same_key_and_body_get_the_same_answer_and_consume_once(live: ApiCaller) -> None:
    first, again = live.get_reward(key="level-5-of-ann"), live.get_reward(key="level-5-of-ann")

    assert first.status_code == again.status_code == 200
    assert first.get_json() == again.get_json()
    assert live.issued() == 1
    assert live.get_reward_info().get_json()["remainingRewardCount"] == 99


def test_the_body_may_be_written_in_another_way(live: ApiCaller) -> None:
    first = live.get_reward(key="k")
    again = live.get_reward(key="k", deviceType="ANDROID", note="ignored")

    assert first.get_json() == again.get_json()


@pytest.mark.parametrize(
    "change", [{"customerId": "ann"}, {"deviceType": "Web"}, {"momentId": "level-9"}, {"campaignId": "autumn"}]
)
def test_another_body_with_the_same_key_is_refused(live: ApiCaller, change: dict[str, str]) -> None:
    live.get_reward(key="k")

    answer = live.get_reward(key="k", **change)

    assert (answer.status_code, answer.get_json()["errorCode"]) == (422, "idempotency-mismatch")
    assert live.issued() == 1


def test_other_keys_and_no_key_consume(live: ApiCaller) -> None:
    urls = {live.get_reward(key=key).get_json()["rewardNotificationUrl"] for key in ("a", "b", "", "")}

    assert len(urls) == 4
    assert live.issued() == 4


def test_calls_at_once_with_one_key_consume_once(live: ApiCaller) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: live.get_reward(key="k").get_json(), range(16)))

    assert len({answer["rewardNotificationUrl"] for answer in answers}) == 1
    assert live.issued() == 1


def test_the_last_reward_is_found_again_by_its_key(api: ApiCaller) -> None:
    api.under_test.load(a_campaign(a_group(an_item(stock=1))))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: api.get_reward(key="k").get_json(), range(8)))

    assert len({answer["rewardNotificationUrl"] for answer in answers}) == 1
    assert api.get_reward(key="other").get_json() == []


def test_an_answer_without_a_reward_is_not_kept(api: ApiCaller) -> None:
    api.under_test.load(a_campaign(a_group(an_item(stock=0))))
    sold_out = api.get_reward(key="k").get_json()
    api.under_test.load(a_campaign(a_group(an_item(stock=1))), live=False)

    stocked = api.get_reward(key="k")

    assert sold_out == []
    assert stocked.get_json()["rewardNotificationUrl"]


def test_the_answer_is_the_same_after_the_campaign_was_stopped(live: ApiCaller) -> None:
    first = live.get_reward(key="k")
    live.under_test.service.running.move(CampaignId("spring"), CampaignMove.SUSPEND)

    assert live.get_reward(key="k").get_json() == first.get_json()


def test_a_key_is_kept_until_its_reward_expires(live: ApiCaller) -> None:
    first = live.get_reward(key="k").get_json()
    live.under_test.clock.moment = a_campaign().redeemable_until - timedelta(milliseconds=1)
    still = live.get_reward(key="k")
    live.under_test.clock.advance(milliseconds=1)
    over = live.get_reward(key="k")

    assert still.get_json() == first
    assert over.get_json()["errorCode"] == "campaign-finished"
    assert live.under_test.service.records.write(lambda tx: tx.answers.forget_before(live.under_test.clock.now())) == 1


def test_keys_of_two_apps_do_not_meet(live: ApiCaller) -> None:
    service = live.under_test.service
    first = live.get_reward(key="k").get_json()["rewardNotificationUrl"]
    stored = service.database.read(lambda db: db.rows("SELECT app_id, key_hash FROM given_answers"))

    assert stored[0][0] == "game"
    assert stored[0][1] != service.hashes.of("idempotency-key", "other", "k")
    assert first


def test_neither_key_nor_token_is_stored(live: ApiCaller) -> None:
    answer = live.get_reward(key="level-5-of-ann@example.com", customerId="ann@example.com")
    live.reports("e1", customer="ann@example.com", quantity=5)
    answer = live.get_reward(key="level-5-of-ann@example.com", customerId="ann@example.com")
    token = urlsplit(answer.get_json()["rewardNotificationUrl"]).path.rsplit("/", 1)[1]

    database = live.under_test.service.database
    tables = ("given_answers", "rewards", "links", "events", "points", "charges")
    queries = [f"SELECT * FROM {table}" for table in tables]  # noqa: S608 - the names above
    everything = str(database.read(lambda db: [db.rows(query) for query in queries]))
    assert token not in everything
    assert token.rsplit(".", 1)[1] not in everything
    assert "ann@example.com" not in everything


@pytest.mark.parametrize("key", [" " * 0, "x" * 256, "schlüssel"])
def test_a_key_that_is_none_is_told(live: ApiCaller, key: str) -> None:
    answer = live.post("/GetReward", {}, Idempotency_Key=key)

    assert (answer.status_code, answer.get_json()["errorCode"]) == (400, "idempotency-key-invalid")


def test_a_replaced_link_is_what_the_key_gives_from_then_on(live: ApiCaller) -> None:
    first = live.get_reward(key="k").get_json()
    fresh = live.post("/v1/links", {"idempotencyKey": "k"}).get_json()["rewardNotificationUrl"]

    again = live.get_reward(key="k").get_json()

    assert again == first | {"rewardNotificationUrl": fresh}
