"""Tells an app's embedded webview from a browser, by what the request says of itself.

A hint and no proof: a webview can pretend. Custom Tabs and SafariViewController are browsers and look like them.
"""

import re
from collections.abc import Mapping
from typing import Final

_APP_TOKENS: Final = ("Instagram", "FBAN", "FBAV", "FB_IAB", "BytedanceWebview", "GSA/", "Line/", "MicroMessenger")
_ANDROID: Final = re.compile(r"; wv\)|Version/4\.0 Chrome/")
_APPLE: Final = re.compile(r"AppleWebKit/[\d.]+ \(KHTML, like Gecko\)(?: Mobile/\w+)?$")


def is_embedded(headers: Mapping[str, str]) -> bool:
    """Whether the request seems to come from a webview; header names as in `User-Agent`."""
    agent = headers.get("User-Agent", "")
    if any(token in agent for token in _APP_TOKENS) or _ANDROID.search(agent):
        return True
    if "Android WebView" in headers.get("Sec-Ch-Ua", ""):
        return True
    if "Android" in agent and "." in headers.get("X-Requested-With", ""):
        return True
    return bool(_APPLE.search(agent.strip()))
