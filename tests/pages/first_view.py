"""Measures the first view of a page on a slow phone: `python -m tests.pages.first_view [URL]`.

Slow 4G and a processor four times as slow are really applied (by the browser's own tools), not computed afterwards.
Without a URL it measures the offer as the page tests serve it, compressed. Exit code 1 when the budget is broken.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import brotli
import flask
from playwright.sync_api import Browser, sync_playwright

from simulator import browsers
from tests.pages.page_server import an_app, serving
from tests.pages.variants import VARIANTS, opened

MOST_BYTES: Final = 14_600
"""Of the first response, headers included: one TCP flight."""
MOST_SECONDS: Final = 0.80
SLOW_4G: Final = {"offline": False, "latency": 562.5, "downloadThroughput": 188_743, "uploadThroughput": 86_400}
SLOWER_PROCESSOR: Final = 4

_LARGEST_PAINT: Final = """
() => new Promise((done) => {
  let last = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) last = entry.startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done(last / 1000), 500);
})
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One load of the page with an empty cache."""

    first_bytes: int
    """On the wire: status line, headers and body as sent."""
    requests: int
    seconds: float
    """Largest contentful paint."""


def look(browser: Browser, url: str) -> Look:
    """Open the address once, as a new visitor."""
    with opened(browser, VARIANTS["light"], scale=2) as page:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_4G)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        answer = page.goto(url, wait_until="networkidle")
        if answer is None or not answer.ok:
            raise SystemExit(f"{url} does not answer with a page.")
        sizes = answer.request.sizes()
        seconds = float(page.evaluate(_LARGEST_PAINT))
        web = [one for one in asked if one.startswith("http")]
        return Look(sizes["responseHeadersSize"] + sizes["responseBodySize"], len(web), seconds)


@contextmanager
def own_page() -> Iterator[str]:
    """The offer of the page tests, sent as brotli."""
    app = an_app()

    @app.after_request
    def compressed(answer: flask.Response) -> flask.Response:
        if answer.mimetype == "text/html":
            answer.set_data(brotli.compress(answer.get_data(), quality=5))
            answer.headers["Content-Encoding"] = "br"
        return answer

    with serving(app) as base:
        yield f"{base}/state/offer"


def measure(url: str, rounds: int) -> tuple[list[Look], list[Look]]:
    """Open the address several times, and after each a page of one word, which tells what this machine costs."""
    app = flask.Flask("bare", static_folder=None)
    app.add_url_rule("/", view_func=lambda: "<!doctype html><title>bare</title><h1>word</h1>")
    with (
        sync_playwright() as playwright,
        browsers.find(playwright).launch(playwright.chromium) as browser,
        serving(app) as bare,
    ):
        pairs = [(look(browser, url), look(browser, bare)) for _ in range(rounds)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def report(looks: Sequence[Look], bare: Sequence[Look]) -> bool:
    """Print what was measured; whether it is within the budget."""
    seconds = statistics.median(one.seconds for one in looks)
    most = max(one.first_bytes for one in looks)
    sys.stdout.write(
        f"first response  {most:,} bytes (at most {MOST_BYTES:,})\n"
        f"requests        {max(one.requests for one in looks)}\n"
        f"largest paint   {seconds:.2f} s, median of {len(looks)} (at most {MOST_SECONDS:.2f} s); "
        f"{min(one.seconds for one in looks):.2f} to {max(one.seconds for one in looks):.2f}\n"
        f"a bare page     {statistics.median(one.seconds for one in bare):.2f} s in the same rounds\n"
    )
    return most <= MOST_BYTES and seconds <= MOST_SECONDS


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.pages.first_view", description=__doc__)
    parser.add_argument("url", nargs="?", help="a reward URL of a running service")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    if asked.url:
        sys.exit(0 if report(*measure(asked.url, asked.rounds)) else 1)
    with own_page() as url:
        sys.exit(0 if report(*measure(url, asked.rounds)) else 1)


if __name__ == "__main__":
    main()
