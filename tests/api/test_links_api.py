"""A lost link is made anew by what the app sent, and the answer tells nothing of the person."""

from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from redeem_app.domain.ids import CampaignId, RewardGroupId
from tests.api.api_caller import ApiCaller
from tests.campaign_builders import a_campaign, an_app

BY_KEY = {"idempotencyKey": "k"}
BY_CUSTOMER = {"customerId": "ann", "campaignId": "spring", "momentId": "level-5"}


@pytest.fixture
def granted(live: ApiCaller) -> str:
    """The link of ann's reward."""
    live.reports("e1", quantity=5)
    url: str = live.get_reward(key="k", customerId="ann").get_json()["rewardNotificationUrl"]
    return url


def opened(api: ApiCaller, url: str) -> TestResponse:
    return api.app.test_client().get(urlsplit(url).path)


@pytest.mark.parametrize("handle", [BY_KEY, BY_CUSTOMER])
def test_a_fresh_link_leads_to_the_same_reward_and_the_earlier_one_says_so(
    live: ApiCaller, granted: str, handle: dict[str, str]
) -> None:
    answer = live.post("/v1/links", handle)

    fresh = answer.get_json()["rewardNotificationUrl"]
    assert answer.status_code == 200
    assert fresh != granted
    assert 'data-page="offer"' in opened(live, fresh).text
    assert 'data-reason="link-replaced"' in opened(live, granted).text
    assert live.issued() == 1


@pytest.mark.parametrize(
    "handle",
    [{"idempotencyKey": "other"}, BY_CUSTOMER | {"customerId": "bob"}, BY_CUSTOMER | {"campaignId": "autumn"},
     BY_CUSTOMER | {"momentId": "level-9"}],
)  # fmt: skip
def test_what_was_never_granted_is_told(live: ApiCaller, granted: str, handle: dict[str, str]) -> None:
    answer = live.post("/v1/links", handle)

    assert (answer.status_code, answer.get_json()["errorCode"]) == (404, "reward-unknown")
    assert 'data-page="offer"' in opened(live, granted).text


@pytest.mark.parametrize("handle", [BY_KEY, BY_CUSTOMER])
def test_another_app_finds_nothing_by_the_same_handle(live: ApiCaller, granted: str, handle: dict[str, str]) -> None:
    live.under_test.load(a_campaign(campaign_id="other", app_id="shop"), app=an_app(app_id="shop"))

    assert live.post("/v1/links", handle).status_code == 404
    assert 'data-page="offer"' in opened(live, granted).text


@pytest.mark.usefixtures("granted")
def test_v1_the_answer_is_the_same_when_the_reward_is_used(live: ApiCaller) -> None:
    before = live.post("/v1/links", BY_KEY)
    database = live.under_test.service.database
    database.write(lambda db: db.run("UPDATE rewards SET state = 'applied'"))

    after = live.post("/v1/links", BY_KEY)

    assert (after.status_code, list(after.get_json())) == (before.status_code, list(before.get_json()))
    assert len(after.data) == len(before.data)
    assert [name for name, _ in after.headers] == [name for name, _ in before.headers]


@pytest.mark.parametrize("body", [{}, {"customerId": "ann"}, {"campaignId": "spring", "momentId": "level-5"}])
def test_half_a_handle_is_told(live: ApiCaller, body: dict[str, str]) -> None:
    answer = live.post("/v1/links", body)

    assert answer.status_code == 400
    assert answer.get_json()["message"] == "Send idempotencyKey, or customerId with campaignId and momentId."


@pytest.mark.usefixtures("granted")
def test_r3_stock_is_no_matter_of_the_link(live: ApiCaller) -> None:
    live.under_test.service.running.set_stock(CampaignId("spring"), RewardGroupId("US"), "lamp", 0)

    assert live.post("/v1/links", BY_KEY).status_code == 200
