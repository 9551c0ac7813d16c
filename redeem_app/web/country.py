"""Where the person is, as far as it can be told before sign-in (rule R5); the person's own word counts most."""

import re
from typing import Final

import flask
from werkzeug.datastructures import LanguageAccept

from redeem_app.web.visit import Visit

_CODE: Final = re.compile(r"[A-Za-z]{2}")


def country_of_visitor(header: str) -> str:
    """ISO 3166-1 alpha-2, or empty where nothing tells.

    In this order: what the person said on the page, the header that a proxy sets (`header` is its name, empty for
    none), the region of the browser's first language.
    """
    asked = flask.request
    return first_country(
        asked.values.get("country", ""),
        Visit.country(),
        asked.headers.get(header, "") if header else "",
        region_of(asked.accept_languages),
    )


def first_country(*hints: str) -> str:
    """The first hint that is a country's code, in capitals; empty where none is."""
    return next((hint.upper() for hint in hints if _CODE.fullmatch(hint)), "")


def region_of(accepted: LanguageAccept) -> str:
    """The country that the browser's first language names (`de-AT`: AT); empty if it names none."""
    first = next((tag for tag, _ in accepted), "")
    return first_country(first.rpartition("-")[2]) if "-" in first else ""
