"""Spans of time as files of scenarios and loads write them: `31 days`, `2 hours`, `90 seconds`."""

import re
from datetime import timedelta
from typing import Annotated, Final

from pydantic import AfterValidator

_SPAN: Final = re.compile(r"(\d+) (second|minute|hour|day)s?")


def span(text: str) -> timedelta:
    """A span of time from words; none from an empty text. Raises ValueError."""
    if not text:
        return timedelta(0)
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f'{text!r} is not a span of time such as "31 days", "2 hours" or "90 seconds"')
    return timedelta(**{f"{match[2]}s": int(match[1])})


def _checked(text: str) -> str:
    span(text)
    return text


Span = Annotated[str, AfterValidator(_checked)]
"""The words of a span, in a form; wrong words are told with their place."""
