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
        fields = parse_qsl(body.decode(), keep_blank_values=True) if len(body) == int(length) else []
    except ValueError:
        return {}
    return dict(reversed(fields))
