"""What holds for a reward from the moment it was issued, seen on its page."""

import re
from urllib.parse import urlsplit

import flask
import pytest

from redeem_app.app import create_app
from redeem_app.domain.money import Money
from tests.campaign_builders import a_campaign, a_group, an_item
from tests.service_under_test import ServiceUnderTest

ASKED = {"appId": "game", "momentId": "level-5", "deviceType": "Web", "campaignId": "spring", "rewardGroupId": "US"}


@pytest.fixture
def app(under_test: ServiceUnderTest) -> flask.Flask:
    app = create_app(service=under_test.service)
    app.testing = True
    return app


def issued(app: flask.Flask, under_test: ServiceUnderTest) -> str:
    """The path of a fresh reward link."""
    answer = app.test_client().post("/GetReward", json=ASKED, headers={"x-api-key": under_test.api_key})
    return str(urlsplit(answer.get_json()["rewardNotificationUrl"]).path)


def values(app: flask.Flask, path: str) -> list[str]:
    page = app.test_client().get(path, headers={"Accept-Language": "en-US"})
    return re.findall(r"\$\d+\.\d\d", re.sub(r"<script.*?</script>", "", page.text, flags=re.DOTALL))


def test_c6_a_reward_keeps_the_price_it_was_issued_at(under_test: ServiceUnderTest, app: flask.Flask) -> None:
    under_test.load()
    before = issued(app, under_test)

    cheaper = a_campaign(a_group(an_item(price=Money(2000, "USD"))))
    under_test.load(cheaper, live=False)
    after = issued(app, under_test)

    assert "$27.50" in values(app, before)
    assert "$22.00" not in values(app, before)
    assert "$22.00" in values(app, after)


def test_r1_what_the_developer_did_not_designate_can_not_be_chosen(
    under_test: ServiceUnderTest, app: flask.Flask
) -> None:
    under_test.load()
    path = issued(app, under_test)
    token = path.rpartition("/")[2]

    asked = app.test_client().post("/reward/sign-in", data={"link": token, "item": "diamond"})

    assert "amazon.example" not in asked.headers.get("Location", "")
    shown = asked if asked.status_code != 303 else app.test_client().get(asked.headers["Location"])
    assert 'value="lamp"' in shown.text or 'data-reason="item-not-offered"' in shown.text
    assert "diamond" not in shown.text
