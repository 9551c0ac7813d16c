"""What page and app say to each other, in a browser engine: as the schema has it, and never the outcome."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import flask
import jsonschema_rs
import pytest
from playwright.sync_api import Browser, expect

from simulator.journeys.invariants import TOLD_TO_HOSTS
from tests.pages.page_server import serving
from tests.service_under_test import ServiceUnderTest
from tests.webview.conftest import RETURN_LINK
from tests.webview.in_an_app import CHANNELS, InApp, opened_in_app
from tests.webview.on_a_phone import Phone, a_reward_link

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "embedding" / "reward-host.schema.json").read_text("utf-8"))
TYPES = (DOCS / "embedding" / "reward-host.d.ts").read_text("utf-8")
TEXT = (DOCS / "embedding.md").read_text("utf-8")


def check(word: dict[str, Any], side: str = "FromPage") -> None:
    jsonschema_rs.validate({"$ref": f"#/$defs/{side}", "$defs": SCHEMA["$defs"]}, word)


def fields_in_schema() -> dict[str, set[str]]:
    """Message type: names of its fields, but for those that all have."""
    messages = [shape for shape in SCHEMA["$defs"].values() if "properties" in shape]
    return {m["properties"]["type"]["const"]: set(m["properties"]) - {"reward", "type", "id"} for m in messages}


def of_side(side: str) -> set[str]:
    names = [entry["$ref"].rsplit("/", 1)[1] for entry in SCHEMA["$defs"][side]["oneOf"]]
    return {SCHEMA["$defs"][name]["properties"]["type"]["const"] for name in names}


# The documents


def test_the_types_say_what_the_schema_says() -> None:
    found = re.findall(r'interface \w+ \{ reward: 1; type: "([\w-]+)"; id: number;? ?(.*)\}', TYPES)

    assert {kind: set(re.findall(r"(\w+):", rest)) for kind, rest in found} == fields_in_schema()


def test_the_table_says_what_the_schema_says() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| ([\w ]+) \|([^|]*)\|", TEXT, flags=re.MULTILINE)

    assert {kind: set(re.findall(r"`(\w+)`", more)) for kind, _, more in rows} == fields_in_schema()
    assert {kind for kind, side, _ in rows if "page" in side} == of_side("FromPage")
    assert {kind for kind, side, _ in rows if "app" in side} == of_side("FromHost")


def test_the_simulator_knows_the_same_messages() -> None:
    assert of_side("FromPage") == TOLD_TO_HOSTS


# The channels


@pytest.mark.browser
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_is_found_and_every_message_is_as_written_down(
    channel: str, browser: Browser, phone: Phone, url: str
) -> None:
    with opened_in_app(browser, phone, url, channel) as view:
        view.waits_for("resized")
        view.hands_over()
        view.waits_for("ask-before-closing")
        view.commands(type="close")
        view.waits_for("closed")

    assert {"ready", "resized", "open-outside", "ask-before-closing", "ack", "closed"} == {
        w["type"] for w in view.heard
    }
    for word in view.heard:
        check(word)


@pytest.mark.browser
def test_nothing_but_ready_is_said_until_the_app_answers(browser: Browser, phone: Phone, url: str) -> None:
    with opened_in_app(browser, phone, url, answers=False) as view:
        view.waits_for("ready", 3)
        silent = {word["type"] for word in view.heard}
        view.page.evaluate("window.command({ reward: 1, type: 'ack', id: 0 })")
        view.waits_for("resized")

    assert silent == {"ready"}


@pytest.mark.browser
def test_where_no_app_answers_within_a_second_address_and_code_are_offered(
    browser: Browser, phone: Phone, url: str
) -> None:
    with opened_in_app(browser, phone, url, answers=False) as view:
        view.page.locator("[data-act=sign-in]").click()

        expect(view.page.locator("svg.qr")).to_be_visible()
        expect(view.page.locator("input.address")).to_be_visible()
        expect(view.page.locator("[data-act=copy-address]")).to_be_visible()


@pytest.mark.browser
def test_an_app_that_answers_but_opens_nothing_does_not_leave_the_person_stuck(in_app: InApp) -> None:
    in_app.waits_for("resized")
    in_app.page.locator("[data-act=sign-in]").click()
    expect(in_app.main).to_have_attribute("data-state", "waiting")
    expect(in_app.page.locator("svg.qr")).to_be_hidden()
    in_app.page.evaluate("window.reward.postMessage = function () {}")

    in_app.page.locator("[data-act=open-outside]").click()

    expect(in_app.page.locator("svg.qr")).to_be_visible()


@pytest.mark.browser
def test_an_address_is_copied_by_a_tap_where_the_view_has_no_clipboard(
    browser: Browser, phone: Phone, url: str
) -> None:
    with opened_in_app(browser, phone, url, answers=False) as view:
        view.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        view.page.locator("[data-act=sign-in]").click()
        view.page.locator("[data-act=copy-address]").click()

        expect(view.page.get_by_text("Copied")).to_be_visible()


# What the app says


@pytest.mark.browser
def test_the_app_says_theme_insets_and_language(in_app: InApp) -> None:
    html = in_app.page.locator("html")
    for word in (
        {"type": "theme", "theme": "dark"},
        {"type": "insets", "top": 12, "right": 0, "bottom": 34, "left": 0},
        {"type": "language", "language": "ar"},
    ):
        check({"reward": 1, "id": 1, **word}, "FromHost")
        in_app.commands(**word)

    expect(html).to_have_attribute("lang", "ar")
    expect(html).to_have_attribute("dir", "rtl")
    expect(html).to_have_attribute("data-theme", "dark")
    assert html.evaluate("it => it.style.getPropertyValue('--host-inset-bottom')") == "34px"
    assert len(in_app.loads) == 1


@pytest.mark.browser
@pytest.mark.parametrize(
    "word",
    [
        "nonsense",
        "null",
        "[1]",
        '{"reward": 2, "type": "close", "id": 1}',
        '{"reward": 1, "type": "constructor", "id": 1}',
        '{"reward": 1, "type": "insets", "id": 1, "top": "calc(1px)"}',
    ],
)
def test_words_that_are_none_break_nothing(in_app: InApp, word: str) -> None:
    in_app.waits_for("resized")
    in_app.page.evaluate("word => window.postMessage(word, '*')", word)
    in_app.commands(type="theme", theme="light")

    assert in_app.told("closed") == []
    expect(in_app.page.locator("html")).to_have_attribute("data-theme", "light")


@pytest.mark.browser
def test_a_container_without_cookies_goes_the_whole_way_by_its_ticket(
    browser: Browser, phone: Phone, app: flask.Flask, under_test: ServiceUnderTest
) -> None:
    def without_cookies(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ.pop("HTTP_COOKIE", None)
        return app.wsgi_app(environ, start)

    with serving(without_cookies) as url, opened_in_app(browser, phone, url) as view:
        view.waits_for("resized")
        number, address = view.hands_over()
        phone.signs_in(phone.names(number, address))
        phone.applies()

        expect(view.main).to_have_attribute("data-page", "applied")

    assert len(under_test.delivery.applied) == 1


@pytest.mark.browser
def test_whoever_stops_is_back_at_the_offer(in_app: InApp) -> None:
    in_app.waits_for("resized")
    in_app.hands_over()

    in_app.page.locator("[data-act=stop]").click()

    expect(in_app.main).to_have_attribute("data-page", "offer")


@pytest.mark.browser
def test_a_link_that_is_none_fails_to_load(browser: Browser, app: flask.Flask, url: str) -> None:
    with opened_in_app(browser, Phone(app, "/r/nonsense"), url) as view:
        view.waits_for("failed-to-load")

    check(view.told("failed-to-load")[0])


# The outcome


def seen_by_the_app(view: InApp) -> dict[str, Any]:
    """All that an app can hear and see of its view without reading the page, free of what is drawn at random."""
    words = json.dumps(view.heard)
    return {
        "words": re.sub(r"/h/[\w.-]+", "/h/CODE", words),
        "addresses": [re.sub(r"/r/[\w.-]+", "/r/TOKEN", load) for load in view.loads],
        "address": re.sub(r"/r/[\w.-]+", "/r/TOKEN", view.page.url),
        "title": view.page.title(),
        "history": view.page.evaluate("history.length"),
    }


@pytest.mark.browser
@pytest.mark.parametrize("channel", ["android", "ios"])
def test_v1_the_app_sees_the_same_of_whoever_redeemed_and_whoever_looked_and_left(
    channel: str, browser: Browser, app: flask.Flask, url: str, under_test: ServiceUnderTest
) -> None:
    seen, ways_back = [], []
    for redeems in (True, False):
        phone = Phone(app, a_reward_link(app, under_test))
        with opened_in_app(browser, phone, url, channel) as view:
            view.waits_for("resized")
            number, address = view.hands_over()
            to_amazon = phone.names(number, address)
            expect(view.main).to_have_attribute("data-state", "opened")
            last = phone.signs_in(to_amazon, "ann" if redeems else "bob")
            if redeems:
                last = phone.applies()
                expect(view.main).to_have_attribute("data-page", "applied")
            view.commands(type="close")
            view.waits_for("closed")
            seen.append(seen_by_the_app(view))
            ways_back.append(re.findall(r'href="([^"]*)" data-act="return"', last.text))

    assert len(under_test.delivery.applied) == 1
    assert seen[0] == seen[1]
    assert ways_back == [[RETURN_LINK], [RETURN_LINK]]


@pytest.mark.browser
def test_v1_a_used_reward_opened_again_tells_the_app_what_a_fresh_one_tells(
    browser: Browser, app: flask.Flask, url: str, under_test: ServiceUnderTest
) -> None:
    seen = []
    for redeems in (True, False):
        phone = Phone(app, a_reward_link(app, under_test))
        if redeems:
            phone.goes_the_whole_way()
        with opened_in_app(browser, phone, url) as view:
            view.waits_for("resized")
            view.commands(type="close")
            view.waits_for("closed")
            seen.append(seen_by_the_app(view))

    assert seen[0] == seen[1]
