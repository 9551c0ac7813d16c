"""One browser for all journeys of a test process."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from simulator import browsers
from simulator.journeys.journey import Theatre


@pytest.fixture(scope="session")
def theatre(playwright: Playwright) -> Iterator[Theatre]:
    browser = browsers.find(playwright).launch(playwright.chromium)
    yield Theatre(playwright, browser)
    browser.close()
