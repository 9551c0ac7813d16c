"""The service with one live campaign, and a phone with a fresh reward."""

from collections.abc import Iterator

import flask
import pytest

from redeem_app.app import create_app
from redeem_app.domain.campaign import Campaign
from tests.campaign_builders import an_app
from tests.service_under_test import PretendDelivery, ServiceUnderTest, a_service
from tests.webview.on_a_phone import Phone, a_reward_link

RETURN_LINK = "hop://rewards"


def a_live_app(under_test: ServiceUnderTest, *campaigns: Campaign) -> flask.Flask:
    """The application with a live campaign of an app that has a way back and a web site."""
    app = create_app(service=under_test.service)
    app.testing = True
    under_test.load(*campaigns, app=an_app(return_link=RETURN_LINK, frame_origins=("https://hop.example",)))
    return app


@pytest.fixture
def app(under_test: ServiceUnderTest) -> flask.Flask:
    return a_live_app(under_test)


@pytest.fixture
def phone(app: flask.Flask, under_test: ServiceUnderTest) -> Phone:
    return Phone(app, a_reward_link(app, under_test))


@pytest.fixture
def phone_with_claim_codes(database_url: str) -> Iterator[Phone]:
    under_test = a_service(database_url, PretendDelivery(name="claim-code"))
    app = a_live_app(under_test)
    yield Phone(app, a_reward_link(app, under_test))
    under_test.service.database.close()
