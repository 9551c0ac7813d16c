"""Where the person is, as far as it can be told before sign-in (rule R5); the person's own word counts most."""

import re
from typing import Final

import flask

from redeem_app.web.visit import Visit

_CODE: Final = re.compile(r"[A-Za-z]{2}")


def country_of_visitor(header: str) -> str:
    """ISO 3166-1 alpha-2, or empty where nothing tells.

    In this order: what the person said on the page, the header that a proxy sets (`header` is its name, empty for
    none), the region of the browser's first language.
    """
    asked = flask.request
    first_language = next((tag for tag, _ in asked.accept_languages), "")
    hints = (
        asked.values.get("country", ""),
        Visit.country(),
        asked.headers.get(header, "") if header else "",
        first_language.rpartition("-")[2] if "-" in first_language else "",
    )
    return next((hint.upper() for hint in hints if _CODE.fullmatch(hint)), "")
