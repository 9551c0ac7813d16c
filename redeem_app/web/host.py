"""What opened the page, as far as its headers tell: a hint for the first step, never a condition for anything.

What a container can do is found out by the page's script at run time (static/redeem_app/host.js). The order of the
questions matters: bots name browsers, apps name Safari, and views name Chrome.
"""

import re
from enum import StrEnum
from typing import Final

from werkzeug.datastructures import Headers


class Container(StrEnum):
    """What a page seems to be opened in."""

    ROBOT = "robot"
    """A preview or scanner that says so, or nothing that says what it is."""
    TOOL = "tool"
    """A program that a team, or a tester, has written: it asks as people do, and is no person."""
    VIEW = "view"
    """A view inside an app."""
    MOBILE = "mobile"
    """A browser on a phone; Custom Tabs and SafariViewController are such browsers."""
    DESKTOP = "desktop"


_BARE: Final = re.compile(r"(Mozilla/5\.0)?\s*")
_ROBOT: Final = re.compile(
    r"bot\b|crawl|spider|preview|scan|slurp|externalhit|whatsapp/|linkexpanding|ms-office|microsoft office",
    re.IGNORECASE,
)
_TOOL: Final = re.compile(r"python|curl/|wget/|java/|go-http|node|undici|headlesschrome", re.IGNORECASE)
_APP: Final = re.compile(
    r"Instagram|FBAN|FBAV|FB_IAB|BytedanceWebview|musical_ly|GSA/|Snapchat|Line/|MicroMessenger|Pinterest/"
)
_ANDROID_VIEW: Final = re.compile(r"; wv\)|Version/4\.0 Chrome/")
_OLD_ANDROID_VIEW: Final = re.compile(r"Android [1-4]\..* Version/4\.0 (Mobile )?Safari/")
_BROWSERS: Final = ("com.android.chrome", "com.android.browser", "com.sec.android.app.sbrowser", "org.mozilla.")
"""Packages that send their own name and are browsers."""
_APPLE: Final = re.compile(r"(iPhone|iPad|iPod|Macintosh).*AppleWebKit/")
_MOBILE: Final = re.compile(r"Mobile|Android|iPhone|iPad|iPod")
_PACKAGE: Final = re.compile(r"[A-Za-z]\w*(\.\w+)+")


def container_of(headers: Headers) -> Container:
    """The likeliest container for these request headers."""
    agent = headers.get("User-Agent", "")
    if program := program_of(agent):
        return program
    if _APP.search(agent) or _is_android_view(agent, headers) or _is_apple_view(agent):
        return Container.VIEW
    return Container.MOBILE if _MOBILE.search(agent) else Container.DESKTOP


def program_of(agent: str) -> Container | None:
    """The program that a user agent names, or seems to be for want of a name; None for a person's browser or view."""
    if _BARE.fullmatch(agent) or _ROBOT.search(agent):
        return Container.ROBOT
    return Container.TOOL if _TOOL.search(agent) else None


def looks_ahead(headers: Headers) -> bool:
    """Whether a browser fetches the page before anybody asked for it."""
    purposes = (headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    return any(re.search("prefetch|prerender|preview", purpose) for purpose in purposes)


def _is_android_view(agent: str, headers: Headers) -> bool:
    if _ANDROID_VIEW.search(agent) or "Android WebView" in headers.get("Sec-CH-UA", ""):
        return True
    # Any app can send any value, and newer views send none.
    package = headers.get("X-Requested-With", "")
    if "Android" in agent and _PACKAGE.fullmatch(package):
        return not package.startswith(_BROWSERS)
    return bool(_OLD_ANDROID_VIEW.search(agent))


def _is_apple_view(agent: str) -> bool:
    """WebKit on Apple's systems without the `Safari/` that every browser there says."""
    return bool(_APPLE.search(agent)) and "Safari/" not in agent
