"""A small application that knows nothing but the pages."""

import flask
import pytest

from tests.pages.page_builders import Render
from tests.pages.page_server import an_app
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
