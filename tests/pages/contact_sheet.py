"""Pictures of every page in every state and variant, on one sheet: `python -m tests.pages.contact_sheet`.

It writes `index.html`, one file with all pictures inside, and each picture beside it.
"""

import argparse
import base64
import html
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from simulator import browsers
from tests.pages.page_server import an_app, serving, states_with_banner
from tests.pages.variants import VARIANTS, Variant, opened

_STYLE = """
body{font:14px/1.4 system-ui,sans-serif;margin:24px;background:#e9e9ec;color:#111}
section{display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start;margin:0 0 32px}
h2{margin:24px 0 8px}figure{margin:0}figcaption{padding:4px 0}
img{display:block;max-width:420px;border:1px solid #999;background:#fff}
"""


_LOW = 600
"""A screen lower than this has a layout of its own, which a longer one would undo."""


def pictures(
    browser: Browser, base: str, variants: Sequence[Variant], states: Sequence[str]
) -> Iterator[tuple[Variant, str, bytes]]:
    """Each page as a picture (PNG bytes), variant by variant."""
    for variant in variants:
        with opened(browser, variant) as page:
            for state in states:
                page.goto(f"{base}/state/{state}", wait_until="load")
                yield variant, state, _whole(page, variant)


def _whole(page: Page, variant: Variant) -> bytes:
    """The whole page as if the screen were that long, so that what sticks to the screen's edge is where it ends up."""
    if variant.height < _LOW:
        return page.screenshot(full_page=True, animations="disabled")
    length = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": variant.width, "height": max(length, variant.height)})
    try:
        return page.screenshot(animations="disabled")
    finally:
        page.set_viewport_size({"width": variant.width, "height": variant.height})


def sheet(taken: Sequence[tuple[Variant, str, bytes]]) -> str:
    """One HTML file with all pictures inside."""
    parts = [f"<!doctype html><meta charset=utf-8><title>Every page</title><style>{_STYLE}</style>"]
    for state in dict.fromkeys(name for _, name, _ in taken):
        parts.append(f"<h2>{html.escape(state)}</h2><section>")
        parts += [_figure(variant, content) for variant, name, content in taken if name == state]
        parts.append("</section>")
    return "\n".join(parts)


def _figure(variant: Variant, content: bytes) -> str:
    inside = base64.b64encode(content).decode()
    return f'<figure><img src="data:image/png;base64,{inside}" alt=""><figcaption>{variant.name}</figcaption></figure>'


def make(folder: Path, variants: Sequence[Variant], states: Sequence[str]) -> int:
    """Take the pictures and write them; gives how many there are."""
    taken = []
    with (
        sync_playwright() as playwright,
        serving(an_app()) as base,
        browsers.find(playwright).launch(playwright.chromium) as browser,
    ):
        for variant, state, content in pictures(browser, base, variants, states):
            target = folder / variant.name / f"{state}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            taken.append((variant, state, content))
            sys.stderr.write(f"\r{len(taken)} of {len(variants) * len(states)} pictures")
    (folder / "index.html").write_text(sheet(taken), "utf-8")
    sys.stderr.write("\n")
    return len(taken)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.pages.contact_sheet", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("reports/pages"), help="folder to write to")
    parser.add_argument("--variant", action="append", choices=VARIANTS, help="only this one (may repeat)")
    parser.add_argument("--state", action="append", help="only states whose name starts so (may repeat)")
    asked = parser.parse_args(arguments)
    variants = [VARIANTS[name] for name in asked.variant or VARIANTS]
    states = [name for name in states_with_banner() if not asked.state or name.startswith(tuple(asked.state))]
    count = make(asked.out, variants, states)
    sys.stdout.write(f"{count} pictures: {asked.out / 'index.html'}\n")


if __name__ == "__main__":
    main()
