"""The simulated views really have the defects that they are named after, and the others don't."""

import json
from collections.abc import Iterator

import flask
import pytest
from playwright.sync_api import Browser, Page, Playwright

from simulator import browsers
from simulator.fake_amazon.server import Server
from simulator.hosts import profiles
from simulator.hosts.phone import Phone

pytestmark = pytest.mark.browser

COVERED = """selector => {
    const box = document.querySelector(selector).getBoundingClientRect();
    const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return seen !== null && seen.hasAttribute('data-cover');
}"""
ANSWERED = """() => new Promise(resolve => {
    const WORD = JSON.stringify({ type: 'ready', id: 1 });
    const hear = event => resolve(JSON.parse(event.data));
    window.addEventListener('message', hear);
    if (window.reward) window.reward.onmessage = hear;
    SAID;
    setTimeout(() => resolve(null), 100);
})"""
"""Say a word over the bridge, and give what the host answers to it."""
PAGE = """<!doctype html><meta name="viewport" content="width=device-width"><title>page</title>
<style>#top,#bottom{position:fixed;left:0}#top{top:0}#bottom{bottom:0}</style>
<a id="top" href="/other" target="_blank">out</a><input id="bottom" type="text">"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = browsers.find(playwright).launch(playwright.chromium)
    yield started
    started.close()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    app = flask.Flask(__name__)

    @app.get("/<path:_path>")
    def page(_path: str) -> flask.Response:
        answer = flask.make_response(PAGE)
        answer.set_cookie("for-long", "yes", max_age=3600)
        answer.set_cookie("for-now", "yes")
        return answer

    server = Server(app, "127.0.0.1", 0, None)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture
def phones() -> Iterator[list[Phone]]:
    switched_on: list[Phone] = []
    yield switched_on
    for phone in switched_on:
        phone.close()


@pytest.fixture
def open_in(playwright: Playwright, browser: Browser, phones: list[Phone], site: str) -> "Opener":
    return Opener(playwright, browser, phones, site)


class Opener:
    """Opens the page in a host."""

    def __init__(self, playwright: Playwright, browser: Browser, phones: list[Phone], site: str) -> None:
        self.playwright, self.browser, self.phones, self.site = playwright, browser, phones, site

    def __call__(self, host: str, device: str = "pixel") -> tuple[Phone, Page]:
        phone = Phone(self.playwright, self.browser, profiles.device(device), profiles.host(host), "en-US")
        self.phones.append(phone)
        return phone, phone.open_link(f"{self.site}/page")


def cookies_of(page: Page) -> set[str]:
    return {str(cookie["name"]) for cookie in page.context.cookies()}


def test_a_new_window_leads_to_the_browser_unless_the_view_drops_it(open_in: Opener, site: str) -> None:
    for host, led_to in (("webview", [f"{site}/other"]), ("drops-windows", [])):
        phone, page = open_in(host)
        page.locator("#top").click()
        page.evaluate("1")
        assert (phone.asked_to_open, len(page.context.pages)) == (led_to, 1)


def test_the_systems_bars_cover_the_edges(open_in: Opener) -> None:
    for host, covered in (("webview", False), ("no-safe-area", True)):
        _, page = open_in(host)
        assert [page.evaluate(COVERED, selector) for selector in ("#top", "#bottom")] == [covered, covered]


def test_the_keyboard_covers_the_field_while_it_is_filled_in(open_in: Opener) -> None:
    _, page = open_in("keyboard-covers")
    field = page.locator("#bottom")

    field.focus()
    while_typing = page.evaluate(COVERED, "#bottom")
    field.blur()

    assert (while_typing, page.evaluate(COVERED, "#bottom")) == (True, False)


def test_cookies_are_gone_when_the_person_comes_back(open_in: Opener, site: str) -> None:
    for host, kept in (("webview", {"for-long", "for-now"}), ("forgets-cookies", set())):
        phone, _ = open_in(host)
        phone.open_in_browser(f"{site}/other")
        assert cookies_of(phone.back_to_the_app()) == kept


def test_an_app_that_is_ended_keeps_what_outlasts_a_session(open_in: Opener, site: str) -> None:
    phone, before = open_in("killed-at-sign-in")

    phone.open_in_browser(f"{site}/other")
    ended = before.is_closed()
    phone.page = None
    context = phone.back_to_the_app().context

    assert ended
    assert {str(cookie["name"]) for cookie in context.cookies()} >= {"for-long"}


@pytest.mark.parametrize(
    ("host", "device", "said"),
    [
        ("webview", "pixel", "window.reward.postMessage(WORD)"),
        ("webview", "iphone", "window.webkit.messageHandlers.reward.postMessage(JSON.parse(WORD))"),
        ("react-native", "iphone", "window.ReactNativeWebView.postMessage(WORD)"),
        ("flutter", "pixel", "window.reward.postMessage(WORD)"),
    ],
)
def test_each_view_has_the_bridge_of_its_kind(open_in: Opener, host: str, device: str, said: str) -> None:
    phone, page = open_in(host, device)

    answered = page.evaluate(ANSWERED.replace("SAID", said))

    assert [json.loads(message) for message in phone.heard] == [{"type": "ready", "id": 1}]
    assert answered == {"reward": 1, "type": "ack", "id": 1}


def test_a_silent_bridge_listens_and_answers_nothing(open_in: Opener) -> None:
    phone, page = open_in("silent-bridge")

    answered = page.evaluate(ANSWERED.replace("SAID", "window.reward.postMessage(WORD)"))

    assert (len(phone.heard), answered) == (1, None)


def test_a_view_without_a_bridge_has_none(open_in: Opener) -> None:
    _, page = open_in("no-bridge")

    assert page.evaluate("!window.reward && !window.webkit && !window.ReactNativeWebView")
