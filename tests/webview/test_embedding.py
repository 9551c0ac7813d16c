"""The custom element on a web site of another origin, and the bridge doctor, in a browser engine."""

from collections.abc import Iterator
from contextlib import contextmanager

import flask
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from redeem_app.app import create_app
from redeem_app.web.embedding_files import FRAME_SCRIPT
from tests.pages.axe import findings
from tests.pages.page_server import serving
from tests.pages.variants import PHONE, VARIANTS, opened
from tests.service_under_test import ServiceUnderTest
from tests.webview.conftest import a_live_app
from tests.webview.in_an_app import CHANNELS, opened_in_app
from tests.webview.on_a_phone import Phone, a_reward_link, main_of

SITE = """<!doctype html><title>Site</title>
<script src="{{ service }}{{ script }}" crossorigin="anonymous"></script>
<reward-frame src="{{ service }}{{ link }}" theme="dark" lang="de"></reward-frame>
<script>
  const heard = [];
  const it = document.querySelector("reward-frame");
  for (const name of ["ready", "resized", "open-outside", "ask-before-closing", "closed", "failed-to-load"]) {
    it.addEventListener(name, (event) => heard.push(event));
  }
</script>"""

pytestmark = pytest.mark.browser


def a_web_site() -> flask.Flask:
    """The app's own site, with one page."""
    site = flask.Flask("site", static_folder=None)
    site.add_url_rule("/", view_func=lambda: flask.render_template_string(SITE, **flask.request.args))
    return site


@contextmanager
def framed(browser: Browser, under_test: ServiceUnderTest, *, allowed: bool) -> Iterator[tuple[Page, Phone]]:
    """The reward on the site, whose origin is registered or is not; its cookies are another site's there."""
    with serving(a_web_site()) as address:
        origin = address.replace("127.0.0.1", "localhost")
        app = a_live_app(under_test, frame_origins=(origin if allowed else "https://hop.example",))
        phone = Phone(app, a_reward_link(app, under_test))
        with serving(app) as service:
            context = browser.new_context(user_agent=PHONE, locale="en")
            try:
                page = context.new_page()
                page.goto(f"{origin}/?service={service}&link={phone.link}&script={FRAME_SCRIPT}")
                yield page, phone
            finally:
                context.close()


def inside(page: Page) -> FrameLocator:
    return page.frame_locator("reward-frame iframe")


def waits_for(page: Page, event: str) -> None:
    page.wait_for_function("name => heard.some((event) => event.type === name)", arg=event)


def test_a_registered_site_frames_sizes_and_colours_the_page(browser: Browser, under_test: ServiceUnderTest) -> None:
    with framed(browser, under_test, allowed=True) as (page, _):
        waits_for(page, "resized")
        wanted = page.evaluate("heard.find((event) => event.type === 'resized').detail.height")
        shown = inside(page).locator("html")

        expect(shown).to_have_attribute("data-theme", "dark")
        expect(shown).to_have_attribute("lang", "de")
        assert page.evaluate("it.shadowRoot.querySelector('iframe').offsetHeight") == wanted
        page.evaluate("it.setAttribute('theme', 'light'); it.setAttribute('lang', 'ar')")
        expect(shown).to_have_attribute("data-theme", "light")
        expect(shown).to_have_attribute("lang", "ar")


def test_in_a_frame_sign_in_happens_in_a_window_of_its_own(browser: Browser, under_test: ServiceUnderTest) -> None:
    with framed(browser, under_test, allowed=True) as (page, phone):
        waits_for(page, "resized")
        shown = inside(page)
        shown.locator("[data-act=sign-in]").click()
        number = shown.locator("[data-number]").text_content() or ""
        with page.context.expect_page():
            shown.locator("[data-act=open-outside]").click()
        waits_for(page, "ask-before-closing")
        address = page.evaluate("heard.find((event) => event.type === 'open-outside').detail.url")
        phone.signs_in(phone.names(number, "/h/" + address.rsplit("/", 1)[1]))
        phone.applies()

        expect(shown.locator("main")).to_have_attribute("data-page", "applied")
        page.evaluate("it.close()")
        waits_for(page, "closed")

    assert len(under_test.delivery.applied) == 1


def test_a_site_that_is_not_registered_frames_nothing(browser: Browser, under_test: ServiceUnderTest) -> None:
    with framed(browser, under_test, allowed=False) as (page, _):
        [frame] = page.main_frame.child_frames
        frame.wait_for_load_state()

        assert frame.locator("main").count() == 0
        assert page.evaluate("heard.length") == 0


def test_without_script_a_framed_sign_in_leaves_the_frame_too(under_test: ServiceUnderTest) -> None:
    phone = Phone(app := a_live_app(under_test), "")
    phone.link = a_reward_link(app, under_test)
    phone.browser.headers["Sec-Fetch-Dest"] = "iframe"

    pressed = phone.browser.sends("/reward/sign-in", link=phone.token, item="lamp")

    assert main_of(pressed)["page"] == "hand-over"


# The doctor


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_doctor_finds_every_channel_and_that_the_app_answers(
    channel: str, browser: Browser, app: flask.Flask, url: str
) -> None:
    doctor = Phone(app, "/bridge-doctor")
    with opened_in_app(browser, doctor, url, channel) as view:
        for check in ("bridge", "answer"):
            expect(view.page.locator(f"[data-check={check}]")).to_have_attribute("data-finding", "good")
        view.page.locator("#outside").click()
        expect(view.page.locator("[data-check=browser]")).to_have_attribute("data-finding", "good")
        view.commands(type="theme", theme="dark")
        expect(view.page.locator("#heard li")).to_have_count(1)


def test_the_doctor_names_the_line_that_mends_a_silent_app(browser: Browser, app: flask.Flask, url: str) -> None:
    with opened_in_app(browser, Phone(app, "/bridge-doctor"), url, answers=False) as view:
        answer = view.page.locator("[data-check=answer]")

        expect(answer).to_have_attribute("data-finding", "mend")
        expect(answer.locator("code")).to_contain_text('type: "ack"')


@pytest.mark.parametrize("variant", ["light", "dark", "narrow-large"])
def test_everybody_can_read_the_doctor(variant: str, browser: Browser, url: str) -> None:
    with opened(browser, VARIANTS[variant]) as page:
        page.goto(f"{url}/bridge-doctor")
        expect(page.locator("[data-check=bridge]")).to_have_attribute("data-finding", "mend")

        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_doctor_loads_nothing_from_elsewhere_and_no_other_file(under_test: ServiceUnderTest) -> None:
    client = create_app(service=under_test.service).test_client()
    answer = client.get("/bridge-doctor")

    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert client.get("/bridge-doctor/bridge-doctor.js").status_code == 200
    assert client.get("/bridge-doctor/page.js").status_code == 404
