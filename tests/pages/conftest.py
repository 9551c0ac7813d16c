"""A small application that knows nothing but the pages."""

from collections.abc import Iterator

import flask
import pytest
from playwright.sync_api import Browser, Playwright

from simulator import browsers
from tests.pages.page_builders import Render
from tests.pages.page_server import an_app, serving
from tests.pages.page_states import TEMPLATE_OF, Page


@pytest.fixture(scope="session")
def pages_app() -> flask.Flask:
    return an_app()


@pytest.fixture
def render(pages_app: flask.Flask) -> Render:
    def rendered(page: Page, *, path: str = "/", accepts: str = "en") -> str:
        with pages_app.test_request_context(path, headers={"Accept-Language": accepts}):
            return flask.render_template(TEMPLATE_OF[type(page)], page=page)

    return rendered


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with browsers.find(playwright).launch(playwright.chromium) as launched:
        yield launched


@pytest.fixture(scope="session")
def base_url(pages_app: flask.Flask) -> Iterator[str]:
    with serving(pages_app) as url:
        yield url
