"""Reads the small forms of our own pages from the bare request."""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FORM: Final = "application/x-www-form-urlencoded"
"""As browsers write it, without parameters."""

LARGEST_FORM: Final = 16 * 1024
"""Bytes of a page's form, which holds a token, a choice and a CSRF token."""


def small_form(environ: "WSGIEnvironment") -> Mapping[str, str]:
    """The first value of each field; empty for what is no plain form of a told and small length.

    The body can be read again.
    """
    length = environ.get("CONTENT_LENGTH", "")
    if environ.get("CONTENT_TYPE") != FORM or not length.isdecimal() or len(length) > len(str(LARGEST_FORM)):
        return {}
    if int(length) > LARGEST_FORM:
        return {}
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    try:
        fields = _fields(body.decode()) if len(body) == int(length) else []
    except ValueError:
        return {}
    return dict(reversed(fields))


def _fields(written: str) -> list[tuple[str, str]]:
    """Names and values, blank ones too; tokens and ids need no unquoting, which costs more than all the rest."""
    if "%" in written or "+" in written:
        return parse_qsl(written, keep_blank_values=True)
    return [(name, value) for name, _, value in (pair.partition("=") for pair in written.split("&") if pair)]
