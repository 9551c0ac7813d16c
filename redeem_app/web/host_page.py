"""What a page says for the script that talks to hosts, and the way back to the app."""

import json
from typing import Final
from urllib.parse import urlsplit

import flask
from markupsafe import Markup

from redeem_app.web.hand_over_session import HandOverSession
from redeem_app.web.pages import Frame

_UNSAFE_SCHEMES: Final = frozenset({"", "javascript", "data", "vbscript", "file", "blob", "about", "content"})


def host_tags(frame: Frame | None) -> Markup:
    """For the head of a page: who may frame it, and how many items its campaign offers.

    Both are the same in every state of a reward, so that what the script tells a host is the same too (rule V1).
    """
    if frame is None:
        return Markup()
    facts = json.dumps({"origins": frame.frame_origins, "items": frame.item_count}, separators=(",", ":"))
    return Markup('<meta name="reward-host" content="{}">').format(facts)


def is_way_back() -> bool:
    """Whether this browser does the sign-in for a view in an app."""
    token = (flask.request.view_args or {}).get("token", "")
    return bool(token) and HandOverSession.took_over(token)


def app_link(written: str) -> str:
    """A registered link of an app, which may have a scheme of its own; nothing where it could run as script."""
    return "" if urlsplit(written).scheme.lower() in _UNSAFE_SCHEMES else written
