"""The life of a campaign by hand and by date, its test mode, its messages, and where its link opens."""

from datetime import timedelta
from urllib.parse import urlsplit

import flask
import pytest
from werkzeug.test import TestResponse

from redeem_app.app import create_app
from redeem_app.domain.campaign import Words
from redeem_app.domain.campaign_states import MOVES, CampaignMove, CampaignState, moved
from redeem_app.domain.refusals import Reason, Refusal
from tests.campaign_builders import NOW, a_campaign
from tests.service_under_test import ServiceUnderTest

DRAFT, PENDING, APPROVED, LIVE, FINISHED, REJECTED, SUSPENDED = CampaignState
SECOND = timedelta(seconds=1)

ASKED = {"appId": "game", "momentId": "level-5", "deviceType": "Web", "campaignId": "spring", "rewardGroupId": "US"}


@pytest.fixture
def app(under_test: ServiceUnderTest) -> flask.Flask:
    app = create_app(service=under_test.service)
    app.testing = True
    return app


def call(app: flask.Flask, under_test: ServiceUnderTest, operation: str) -> TestResponse:
    return app.test_client().post(f"/{operation}", json=ASKED, headers={"x-api-key": under_test.api_key})


def test_c1_a_campaign_goes_from_draft_to_finished() -> None:
    state = DRAFT
    for move in (CampaignMove.SUBMIT, CampaignMove.APPROVE, CampaignMove.GO_LIVE, CampaignMove.FINISH):
        state = moved(state, move)

    assert state is FINISHED


@pytest.mark.parametrize("state", CampaignState)
@pytest.mark.parametrize("move", CampaignMove)
def test_c1_an_illegal_move_says_what_is_legal(state: CampaignState, move: CampaignMove) -> None:
    if (state, move) in MOVES:
        assert moved(state, move) is MOVES[state, move]
        return

    with pytest.raises(Refusal) as refused:
        moved(state, move)

    legal = sorted(str(m) for s, m in MOVES if s is state)
    assert refused.value.reason is Reason.MOVE_NOT_ALLOWED
    assert refused.value.facts["legal"] == (", ".join(legal) or "none")


def test_c1_a_pending_campaign_can_not_be_edited_and_a_finished_one_not_be_reopened() -> None:
    assert {move for state, move in MOVES if state is PENDING} == {CampaignMove.APPROVE, CampaignMove.REJECT}
    assert not [move for state, move in MOVES if state is FINISHED]
    assert {move for state, move in MOVES if state is SUSPENDED} == {CampaignMove.RESUME, CampaignMove.FINISH}


def test_c1_an_approved_campaign_goes_live_and_finishes_by_itself_on_its_dates() -> None:
    campaign = a_campaign(starts_at=NOW, ends_at=NOW + timedelta(days=1))

    assert campaign.state_at(APPROVED, NOW - SECOND) is APPROVED
    assert campaign.state_at(APPROVED, NOW) is LIVE
    assert campaign.state_at(APPROVED, campaign.ends_at - SECOND) is LIVE
    assert campaign.state_at(APPROVED, campaign.ends_at) is FINISHED
    assert campaign.state_at(LIVE, campaign.ends_at) is FINISHED


@pytest.mark.parametrize("state", [DRAFT, PENDING, REJECTED, SUSPENDED])
def test_c1_no_date_moves_a_campaign_that_was_not_approved(state: CampaignState) -> None:
    campaign = a_campaign()

    assert campaign.state_at(state, campaign.starts_at) is state
    assert campaign.state_at(state, campaign.ends_at) is state


def test_c1_a_campaign_may_wait_for_a_hand_to_go_live() -> None:
    campaign = a_campaign(starts_by_itself=False)

    assert campaign.state_at(APPROVED, campaign.starts_at) is APPROVED


def test_c1_test_mode_answers_every_call_with_the_same_link_and_consumes_nothing(
    under_test: ServiceUnderTest, app: flask.Flask
) -> None:
    under_test.load(a_campaign(starts_at=NOW + timedelta(days=1)))

    answers = [call(app, under_test, "GetReward").get_json() for _ in range(3)]

    assert len({answer["rewardNotificationUrl"] for answer in answers}) == 1
    assert len({answer["remainingRewardCount"] for answer in answers}) == 1
    page = app.test_client().get(urlsplit(answers[0]["rewardNotificationUrl"]).path)
    assert page.status_code == 200
    assert 'data-page="offer"' in page.text


def test_r2_a_reward_expires_30_days_after_the_campaigns_end_date() -> None:
    campaign = a_campaign(ends_at=NOW)

    assert campaign.redeemable_until == NOW + timedelta(days=30)


def test_p6_the_messages_come_from_the_campaign_so_that_new_words_need_no_release(
    under_test: ServiceUnderTest, app: flask.Flask
) -> None:
    under_test.load(a_campaign(announcement=Words("Run ten miles."), redemption=Words("Ten miles: well run!")))

    assert call(app, under_test, "GetRewardInfo").get_json()["rewardNotificationText"] == "Run ten miles."
    assert call(app, under_test, "GetReward").get_json()["rewardNotificationText"] == "Ten miles: well run!"


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    ],
    ids=["browser", "android view", "ios view"],
)
def test_p1_the_page_is_whole_in_a_browser_and_in_the_apps_own_view(
    under_test: ServiceUnderTest, app: flask.Flask, user_agent: str
) -> None:
    under_test.load()
    url = call(app, under_test, "GetReward").get_json()["rewardNotificationUrl"]

    page = app.test_client().get(urlsplit(url).path, headers={"User-Agent": user_agent})

    assert page.status_code == 200
    for part in ('data-page="offer"', 'data-act="sign-in"', "data-value", "data-support-number"):
        assert part in page.text
