"""The service with one live campaign, and a phone with a fresh reward."""

from collections.abc import Iterator

import flask
import pytest
from playwright.sync_api import Browser, Playwright

from redeem_app.app import create_app
from redeem_app.domain.campaign import Campaign
from simulator import browsers
from tests.campaign_builders import an_app
from tests.pages.page_server import serving
from tests.service_under_test import PretendDelivery, ServiceUnderTest, a_service
from tests.webview.in_an_app import InApp, opened_in_app
from tests.webview.on_a_phone import Phone, a_reward_link

RETURN_LINK = "hop://rewards"


def a_live_app(
    under_test: ServiceUnderTest, *campaigns: Campaign, frame_origins: tuple[str, ...] = ("https://hop.example",)
) -> flask.Flask:
    """The application with a live campaign of an app that has a way back and a web site."""
    app = create_app(service=under_test.service)
    app.testing = True
    under_test.load(*campaigns, app=an_app(return_link=RETURN_LINK, frame_origins=frame_origins))
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


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with browsers.find(playwright).launch(playwright.chromium) as launched:
        yield launched


@pytest.fixture
def url(app: flask.Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


@pytest.fixture
def in_app(browser: Browser, phone: Phone, url: str) -> Iterator[InApp]:
    with opened_in_app(browser, phone, url) as view:
        yield view
