"""The ways in which a person may meet a page: language, theme, size, text size, and the like."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, Page


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to look at a page."""

    name: str
    width: int = 390
    height: int = 844
    language: str = "en"
    colours: Literal["light", "dark"] = "light"
    text: int = 100
    """Per cent of the ordinary text size, as a person sets it in the browser."""
    forced_colours: bool = False
    reduced_motion: bool = False
    script: bool = True
    paper: bool = False


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant("light"),
        Variant("dark", colours="dark"),
        Variant("rtl", language="ar"),
        Variant("narrow", width=320, height=640),
        Variant("large-text", text=200),
        Variant("narrow-large", width=320, height=640, text=200),
        Variant("landscape", width=844, height=390),
        Variant("tablet", width=820, height=1180),
        Variant("forced-colours", colours="dark", forced_colours=True),
        Variant("no-script", script=False),
        Variant("german-narrow", width=320, height=640, language="de"),
        Variant("japanese", language="ja"),
        Variant("print", paper=True),
    )
}


PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Mobile Safari/537.36"  # noqa: E501
"""A browser on trial says that it is headless, and would get the robots' card."""


@contextmanager
def opened(browser: Browser, variant: Variant, *, scale: float = 1) -> Iterator[Page]:
    """A browser page that looks the variant's way."""
    context = browser.new_context(
        viewport={"width": variant.width, "height": variant.height},
        device_scale_factor=scale,
        locale=variant.language,
        user_agent=PHONE,
        color_scheme=variant.colours,
        forced_colors="active" if variant.forced_colours else "none",
        reduced_motion="reduce" if variant.reduced_motion else "no-preference",
        java_script_enabled=variant.script,
        has_touch=True,
    )
    try:
        page = context.new_page()
        if variant.text != 100:
            session = context.new_cdp_session(page)
            session.send("Page.setFontSizes", {"fontSizes": {"standard": 16 * variant.text // 100, "fixed": 13}})
        if variant.paper:
            page.emulate_media(media="print")
        yield page
    finally:
        context.close()
