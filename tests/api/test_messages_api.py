"""The message that carries a link is written for the app to send; it tells nothing of what became of the reward."""

from urllib.parse import urlsplit

import pytest

from redeem_app.domain.ids import AppId
from tests.api.api_caller import ApiCaller
from tests.campaign_builders import a_campaign, an_app


@pytest.fixture
def link(live: ApiCaller) -> str:
    url: str = live.get_reward(key="k").get_json()["rewardNotificationUrl"]
    return url


def test_p2_the_message_of_a_link_carries_words_link_and_terms(live: ApiCaller, link: str) -> None:
    answer = live.post("/v1/messages", {"rewardNotificationUrl": link})

    written = answer.get_json()
    campaign = a_campaign()
    assert answer.status_code == 200
    assert written["language"] == "en"
    for said in (link, campaign.redemption.default, campaign.terms_url, campaign.groups[0].items[0].title.default):
        assert said in written["text"]
    assert written["html"].count(f'href="{link}"') == 2
    assert written["subject"]


@pytest.mark.parametrize(("asked", "written"), [("de-AT", "de"), ("pt_BR", "pt"), ("ar", "ar"), ("tlh", "en")])
def test_the_app_says_in_which_language(asked: str, written: str, live: ApiCaller, link: str) -> None:
    answer = live.post("/v1/messages", {"rewardNotificationUrl": link, "language": asked}).get_json()

    assert answer["language"] == written
    assert f'<html lang="{written}"' in answer["html"]


def test_v1_the_message_is_the_same_when_the_reward_is_used(live: ApiCaller, link: str) -> None:
    before = live.post("/v1/messages", {"rewardNotificationUrl": link})
    database = live.under_test.service.database
    database.write(lambda db: db.run("UPDATE rewards SET state = 'applied'"))

    after = live.post("/v1/messages", {"rewardNotificationUrl": link})

    assert after.get_json() == before.get_json()


def test_a_link_that_leads_nowhere_or_was_replaced_gets_no_message(live: ApiCaller, link: str) -> None:
    live.post("/v1/links", {"idempotencyKey": "k"})

    answers = [live.post("/v1/messages", {"rewardNotificationUrl": url}) for url in (link, link[:-1], "nonsense", "/")]

    assert {(answer.status_code, answer.get_json()["errorCode"]) for answer in answers} == {(404, "reward-unknown")}


def test_another_app_gets_no_message_of_the_link(live: ApiCaller, link: str) -> None:
    live.under_test.load(a_campaign(campaign_id="other", app_id="shop"), app=an_app(app_id=AppId("shop")))

    assert live.post("/v1/messages", {"rewardNotificationUrl": link}).status_code == 404


def test_a_test_link_has_a_message_too(api: ApiCaller) -> None:
    campaign = a_campaign(starts_by_itself=False)
    api.under_test.load(campaign)
    link = api.get_reward().get_json()["rewardNotificationUrl"]

    written = api.post("/v1/messages", {"rewardNotificationUrl": link}).get_json()

    assert urlsplit(link).path in written["text"]
