"""The pictures of the README, from the pages as they are: `python -m tests.pages.readme_pictures`.

It writes small WebP files to `docs/pictures`, and beside them what they were made from, so that a test can say when a
page looks different from its picture.
"""

import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import flask
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from simulator import browsers
from simulator.play.playground import Playground, origin
from simulator.ports import reserved_port
from simulator.world import LOOPBACK, World, WorldPlan
from tests.pages.page_server import an_app, serving, states_with_banner
from tests.pages.page_states import TEMPLATE_OF
from tests.pages.variants import VARIANTS, Variant, opened

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "docs" / "pictures"
MADE_FROM: Final = FOLDER / "made-from.json"
MOST_BYTES: Final = 400_000
"""Of all pictures together."""

PAGES: Final = {
    "offer": ("offer-choice", "light"),
    "success": ("applied", "light"),
    "alternative": ("offer-alternative", "light"),
    "dark": ("confirm", "dark"),
    "arabic": ("offer-arabic", "rtl"),
    "refusal": ("refusal-reward-expired", "light"),
}
"""By the picture's name: which state, in which variant."""
WIDE: Final = Variant("wide", width=1280, height=800)
SCENARIO: Final = "out-of-stock-alternative"
_SIMULATOR_FILES: Final = {
    "playground": ("templates/simulator/playground", "static/simulator/playground.css"),
    "report": ("templates/simulator/report",),
}
_LOOK: Final = re.compile(r"<style>.*?</style>|<body>.*</body>", re.DOTALL)


def made_from() -> dict[str, str]:
    """For each picture a hash of what decides how it looks."""
    app = an_app()
    sources = {}
    for name, (state, variant) in PAGES.items():
        page = states_with_banner()[state]
        with app.test_request_context(f"/?lang={VARIANTS[variant].language}"):
            html = flask.render_template(TEMPLATE_OF[type(page)], page=page)
        # What is signed anew each time can't be seen, nor can spaces between elements.
        seen = re.sub(r'name="csrf_token" value="[^"]*"', "", "".join(_LOOK.findall(html)))
        sources[name] = re.sub(r"\s+", "", seen)
    for name, places in _SIMULATOR_FILES.items():
        sources[name] = "".join(path.read_text("utf-8") for place in places for path in _files(ROOT / place))
    return {name: hashlib.sha256(source.encode()).hexdigest()[:16] for name, source in sources.items()}


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())


def pictures(browser: Browser) -> Iterator[tuple[str, bytes]]:
    """Each by its name, as PNG."""
    with serving(an_app()) as base:
        for name, (state, variant) in PAGES.items():
            with opened(browser, VARIANTS[variant], scale=1.5) as page:
                page.goto(f"{base}/state/{state}?lang={VARIANTS[variant].language}", wait_until="networkidle")
                yield name, page.screenshot(animations="disabled")
    with opened(browser, WIDE) as page:
        yield "playground", _playground(page)
        yield "report", _report(page)


def _playground(page: Page) -> bytes:
    with reserved_port() as port, World(WorldPlan(seed=1, shown_at=origin(LOOPBACK, port))) as world:
        playground = Playground(world, port)
        playground.start()
        try:
            page.goto(playground.url, wait_until="networkidle")
            return page.screenshot(animations="disabled")
        finally:
            playground.stop()


def _report(page: Page) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"  # with none beside it that it would be compared with
        command = [sys.executable, "-m", "simulator", "run", SCENARIO, "--report", str(report), "--no-stay"]
        subprocess.run(command, check=True, cwd=folder, capture_output=True)
        page.goto((report / "report.html").as_uri(), wait_until="load")
        return page.screenshot(animations="disabled")


def main() -> None:
    """The command line."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, browsers.find(playwright).launch(playwright.chromium) as browser:
        for name, png in pictures(browser):
            Image.open(io.BytesIO(png)).convert("RGB").save(FOLDER / f"{name}.webp", quality=75, method=6)
    MADE_FROM.write_text(json.dumps(made_from(), indent=2) + "\n", "utf-8")
    total = sum(path.stat().st_size for path in FOLDER.glob("*.webp"))
    sys.stdout.write(f"{len(PAGES) + len(_SIMULATOR_FILES)} pictures in {FOLDER}, {total:,} bytes\n")


if __name__ == "__main__":
    main()
