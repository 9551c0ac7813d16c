"""Signing in inside an app's webview (protocols.md 2.8, webviews.md 2)."""

import re

import pytest

from simulator.fake_amazon import FakeAmazon, WebviewRule
from simulator.fake_amazon.sign_in.webviews import is_embedded
from tests.fake_amazon.clients import a_client, a_person
from tests.fake_amazon.visitor import PHONE, Visitor

ANDROID = (
    "Mozilla/5.0 (Linux; Android 15; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/141.0.0.0 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPAD = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
SAFARI = f"{IPHONE} Version/18.0 Mobile/15E148 Safari/604.1"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("headers", "embedded"),
    [
        ({"User-Agent": ANDROID}, True),
        ({"User-Agent": f"{IPHONE} Mobile/15E148"}, True),
        ({"User-Agent": IPAD}, True),
        ({"User-Agent": f"{SAFARI} Instagram 300.0"}, True),
        ({"User-Agent": PHONE, "X-Requested-With": "com.example.game"}, True),
        ({"User-Agent": PHONE, "Sec-Ch-Ua": '"Android WebView";v="141"'}, True),
        ({"User-Agent": PHONE}, False),
        ({"User-Agent": PHONE, "X-Requested-With": "XMLHttpRequest"}, False),
        ({"User-Agent": SAFARI}, False),
        ({"User-Agent": DESKTOP}, False),
        ({}, False),
    ],
)
def test_webviews_are_told_from_browsers(headers: dict[str, str], embedded: bool) -> None:  # noqa: FBT001 - a table
    assert is_embedded(headers) is embedded


def test_a_webview_is_refused_and_the_request_goes_on_in_the_browser(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    a_person(amazon)
    inside, browser = Visitor(amazon, ANDROID), Visitor(amazon)

    inside.authorizes(client.client_id, state="kept")
    address = re.search(r'data-act="open-in-browser"[^>]* href="([^"]+)"', inside.answer.text)
    assert address is not None
    browser.opens(address[1])
    browser.signs_in()
    browser.allows()

    assert (inside.page, inside.answer.status_code) == ("webview-refused", 403)
    assert browser.came_back_with["state"] == "kept"


def test_a_refused_webview_gets_no_form_by_its_address_either(amazon: FakeAmazon) -> None:
    inside = Visitor(amazon, ANDROID)

    pages = [inside.opens(path).status_code for path in ("/ap/signin", "/ap/register")]

    assert pages == [403, 403]


def test_a_webview_may_be_warned_or_allowed(amazon: FakeAmazon) -> None:
    client = a_client(amazon)
    inside = Visitor(amazon, ANDROID)

    amazon.set(webviews=WebviewRule.WARN)
    inside.authorizes(client.client_id)
    warned = (inside.page, inside.fact("webview"))
    amazon.set(webviews=WebviewRule.ALLOW)
    inside.authorizes(client.client_id)
    allowed = (inside.page, inside.fact("webview"))

    assert warned == ("sign-in", "warn")
    assert allowed == ("sign-in", "")
