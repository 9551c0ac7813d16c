"""What the first view weighs, and that it stands still while the rest arrives."""

import gzip
import re

import flask
import pytest
from playwright.sync_api import Browser, Route

from redeem_app.web import compression, page_assets
from tests.pages.page_server import states_with_banner
from tests.pages.variants import VARIANTS, opened

ONE_FLIGHT = 14_600
HEADERS = 1_600
"""Room for status line and headers, the security policy and a session cookie among them."""
SHIFTS = """
() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().map((entry) => entry.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done([]), 300);
})
"""


@pytest.mark.parametrize("state", states_with_banner())
@pytest.mark.parametrize("tag", ["en", "ru", "hi"])
def test_the_whole_first_view_fits_into_one_flight(state: str, tag: str, pages_app: flask.Flask) -> None:
    html = pages_app.test_client().get(f"/state/{state}?lang={tag}").data

    assert len(compression.gzipped(html)) + HEADERS <= ONE_FLIGHT


def test_nothing_in_the_page_blocks_rendering(pages_app: flask.Flask) -> None:
    html = pages_app.test_client().get("/state/offer-choice").text

    assert "stylesheet" not in html
    assert "@import" not in html
    assert re.findall(r"<script[^>]*>", html) == [f'<script defer src="{page_assets.script_url()}">']


def test_the_script_is_small_and_kept_for_good(pages_app: flask.Flask) -> None:
    answer = pages_app.test_client().get(page_assets.script_url())

    assert len(gzip.compress(answer.data)) <= 5_000
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert pages_app.test_client().get("/assets/page.000000000000.js").status_code == 404


def test_the_style_can_be_named_by_its_hash(pages_app: flask.Flask) -> None:
    html = pages_app.test_client().get("/state/offer").text
    policy = pages_app.test_client().get("/state/offer").headers["Content-Security-Policy"]

    for style in re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL):
        assert page_assets.source_expression(style) in policy


@pytest.mark.browser
@pytest.mark.parametrize("name", ["light", "no-script"])
def test_the_sharper_banner_comes_without_moving_anything(name: str, browser: Browser, base_url: str) -> None:
    held: list[Route] = []

    with opened(browser, VARIANTS[name], scale=2) as page:
        page.route("**/media/banner-*", lambda route: held.append(route))  # noqa: PLW0108 - wants a function of Python
        page.goto(f"{base_url}/state/offer", wait_until="commit")
        page.locator("footer").wait_for()
        before = page.locator("h1").bounding_box()
        with page.expect_response("**/media/banner-*") as come:
            held[0].continue_()
        come.value.finished()

        assert page.locator("h1").bounding_box() == before
        assert name == "no-script" or page.evaluate(SHIFTS) == []
        assert len(come.value.body()) <= 30_000
        assert come.value.headers["content-type"] == "image/avif"


@pytest.mark.browser
def test_the_first_view_asks_for_nothing_but_page_script_and_banner(browser: Browser, base_url: str) -> None:
    asked: list[str] = []

    with opened(browser, VARIANTS["light"], scale=2) as page:
        page.on("request", lambda request: asked.append(request.url.removeprefix(base_url)))
        page.goto(f"{base_url}/state/offer", wait_until="networkidle")

    shapes = [re.sub(r"\.[0-9a-f]{12,}\.", ".HASH.", url) for url in asked if url.startswith("/")]
    assert sorted(shapes) == ["/assets/page.HASH.js", "/media/banner-828.HASH.avif", "/state/offer"]
