"""What the script adds; each step works without it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from redeem_app.web import page_assets
from tests.pages.variants import VARIANTS, opened

STILL_WAITING = '<main data-page="applying" data-delayed="no" data-poll="">'
TWO_TAPS = "it => new Promise((done) => { it.click(); setTimeout(() => { it.click(); setTimeout(done, 100); }, 100); })"
NOT_IN_OLD_WEBVIEWS = re.compile(r"=>|\bconst\b|\blet\b|`|\basync\b|\.\.\.|\?\.|\?\?")


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with opened(browser, VARIANTS["light"]) as page:
        yield page


def answers(page: Page, told: str, status: int = 200) -> list[str]:
    """Let the service say how things stand; gives the list of questions asked."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(content_type="text/html", body=told, status=status)

    page.route("**/r/*", answer)
    return asked


def test_the_script_is_written_for_old_webviews_too() -> None:
    assert not NOT_IN_OLD_WEBVIEWS.search(page_assets.script().decode())


@pytest.mark.browser
def test_a_second_tap_sends_nothing(phone: Page, base_url: str) -> None:
    sent = []

    def stay(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)

    phone.route("**/reward/sign-in", stay)
    phone.goto(f"{base_url}/state/offer")

    with phone.expect_request("**/reward/sign-in"):
        phone.locator("[data-act=sign-in]").evaluate(TWO_TAPS)
    expect(phone.locator("main form")).to_have_attribute("aria-busy", "true")
    expect(phone.locator("[data-act=sign-in]")).to_have_text("One moment…")

    assert sent == ["POST"]


@pytest.mark.browser
def test_a_waiting_page_shows_the_outcome_by_itself_and_a_screen_reader_hears_it(phone: Page, base_url: str) -> None:
    applied = f"{base_url}/state/applied"
    phone.route("**/r/*", lambda route: route.fulfill(response=route.fetch(url=applied)))
    phone.goto(f"{base_url}/state/applying")

    expect(phone.locator("main")).to_have_attribute("data-page", "applied")
    expect(phone.locator("h1")).to_be_focused()


@pytest.mark.browser
def test_a_waiting_page_asks_again_while_nothing_has_changed(phone: Page, base_url: str) -> None:
    asked = answers(phone, STILL_WAITING)

    with phone.expect_event("requestfinished", lambda request: "/r/" in request.url and len(asked) == 2):
        phone.goto(f"{base_url}/state/applying")

    expect(phone.locator("main")).to_have_attribute("data-page", "applying")


@pytest.mark.browser
def test_a_fault_of_the_service_is_no_outcome(phone: Page, base_url: str) -> None:
    asked = answers(phone, '<main data-page="refusal">', status=500)

    with phone.expect_event("requestfinished", lambda request: "/r/" in request.url and len(asked) == 2):
        phone.goto(f"{base_url}/state/applying")

    expect(phone.locator("main")).to_have_attribute("data-page", "applying")


@pytest.mark.browser
def test_a_waiting_page_says_when_there_is_no_connection_and_goes_on(phone: Page, base_url: str) -> None:
    phone.route("**/r/*", lambda route: route.abort())
    phone.goto(f"{base_url}/state/applying")

    expect(phone.get_by_role("status")).to_contain_text("No connection. This page keeps trying.")
    phone.unroute("**/r/*")
    answers(phone, STILL_WAITING)

    expect(phone.get_by_role("status")).to_contain_text("This takes a few seconds.")


@pytest.mark.browser
def test_the_code_is_copied_by_one_tap(phone: Page, base_url: str) -> None:
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.goto(f"{base_url}/state/applied-code")

    phone.get_by_role("button", name="Copy code").click()

    expect(phone.get_by_role("button", name="Copied")).to_be_visible()
    assert phone.evaluate("navigator.clipboard.readText()") == "AS8D-FKJ2-QW9E"


@pytest.mark.browser
def test_without_script_a_waiting_page_loads_itself_again_and_offers_to(browser: Browser, base_url: str) -> None:
    with opened(browser, VARIANTS["no-script"]) as page:
        page.goto(f"{base_url}/state/applying")

        expect(page.locator("[data-act=retry]")).to_be_visible()
        assert page.locator("noscript meta[http-equiv=refresh]").get_attribute("content") == "4"


@pytest.mark.browser
def test_without_script_a_form_is_sent_all_the_same(browser: Browser, base_url: str) -> None:
    with opened(browser, VARIANTS["no-script"]) as page:
        page.goto(f"{base_url}/state/confirm")

        with page.expect_request("**/reward/apply") as sent:
            page.locator("[data-act=apply]").click()

    assert "csrf_token=" in (sent.value.post_data or "")
