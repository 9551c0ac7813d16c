"""The API's description can be read and tried at /api, with nothing from elsewhere."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from redeem_app.web.openapi_operations import OPERATIONS
from simulator import browsers
from tests.api.api_caller import BODY, ApiCaller
from tests.pages.axe import findings
from tests.pages.page_server import serving


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with browsers.find(playwright).launch(playwright.chromium) as launched:
        yield launched


def test_every_call_is_there_with_what_it_takes_and_answers(api: ApiCaller) -> None:
    page = api.get("/api").text

    assert page.count("<h1") == 1
    for operation in OPERATIONS:
        assert f"{operation.method} {operation.path}" in page
        assert all(f"<dt>{answer.status}</dt>" in page for answer in operation.answers)
    for name in ("rewardNotificationText", "Idempotency-Key", "occurredAt", "transaction_id"):
        assert name in page


def test_nothing_comes_from_elsewhere_and_no_script_is_inline(api: ApiCaller) -> None:
    answer = api.get("/api")
    files = [api.get(path) for path in re.findall(r'(?:href|src)="(/api/[^"]+)"', answer.text)]

    assert [file.status_code for file in files] == [200, 200]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert not re.search(r"<script(?![^>]* src=)|<style| style=", answer.text)
    assert api.get("/api/page.js").status_code == 404


@pytest.mark.browser
def test_a_call_is_tried_on_the_page(live: ApiCaller, browser: Browser) -> None:
    with serving(live.app) as url, browser.new_page() as page:
        page.goto(f"{url}/api")
        page.locator("#key").fill(live.under_test.api_key)
        form = page.locator("#getReward form")
        page.locator("#getReward summary").click()
        form.locator("textarea").fill(json.dumps(BODY))
        form.locator("button").click()

        expect(form.locator("output")).to_contain_text("200 OK")
        expect(form.locator("output")).to_contain_text("/r/")
        assert live.issued() == 1


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1200])
def test_the_page_is_for_everybody(live: ApiCaller, browser: Browser, width: int) -> None:
    with serving(live.app) as url, browser.new_page(viewport={"width": width, "height": 800}) as page:
        page.goto(f"{url}/api")

        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
