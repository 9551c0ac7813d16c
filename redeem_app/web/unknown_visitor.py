"""What a visitor of whom nothing is known asks for, read from the bare request as cheaply as can be.

Most who open a link come for the first time, from a message: no cookie, nothing in the address but the link. Whoever
brings more than that (a visit, a ticket of a hand-over, a country they named, a robot's name) is not unknown, and is
answered the long way.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from redeem_app.web.country import first_country, region_of
from redeem_app.web.host import program_of
from redeem_app.web.languages import ENGLISH, known_tag, preferred_tag

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_TELLING: Final = frozenset(
    {"HTTP_X_HAND_OVER", "HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ", "HTTP_RANGE"}
)
_THEMES: Final = frozenset({"light", "dark"})
_LONGEST: Final = 500
"""Characters of a header that is worth remembering; who sends more is answered the long way."""
_KEPT: Final = 4_096
"""Different values of a header that are remembered."""


class Asked(NamedTuple):
    """All that an unknown visitor's page depends on, beside the link."""

    language: str
    """Tag of ours."""
    chosen: str
    """The same if the person picked it (`?lang=`), else empty."""
    theme: str
    country: str


def asked_by_unknown(environ: "WSGIEnvironment", session_cookie: str, country_header: str) -> Asked | None:
    """None for a visitor of whom more is known. `country_header` as in CGI (`HTTP_…`); empty for none."""
    if environ["REQUEST_METHOD"] != "GET" or not _TELLING.isdisjoint(environ):
        return None
    if session_cookie in environ.get("HTTP_COOKIE", ""):
        return None
    agent, accepted = environ.get("HTTP_USER_AGENT", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
    query = environ.get("QUERY_STRING", "")
    if len(agent) + len(accepted) + len(query) > _LONGEST or _program_of(agent):
        return None
    picked = _picked(query)
    if picked is None:
        return None
    language, region = _languages(accepted)
    country = first_country(environ.get(country_header, ""), region) if country_header else region
    return Asked(picked[0] or language, *picked, country)


def accepts_gzip(environ: "WSGIEnvironment") -> bool:
    """Whether the visitor's browser takes gzip."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return len(accepted) <= _LONGEST and _has_gzip(accepted)


_program_of = lru_cache(_KEPT)(program_of)


@lru_cache(_KEPT)
def _has_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted)["gzip"] > 0


@lru_cache(_KEPT)
def _picked(query: str) -> tuple[str, str] | None:
    """Language and theme in the address; None where it holds anything else."""
    pairs = parse_qsl(query, keep_blank_values=True)
    found = dict(pairs)
    if len(found) != len(pairs) or not found.keys() <= {"lang", "theme"}:
        return None
    theme = found.get("theme", "")
    return known_tag(found.get("lang", "")[:35]), theme if theme in _THEMES else ""


@lru_cache(_KEPT)
def _languages(accepted: str) -> tuple[str, str]:
    """The language to write in, and the country that the first language names."""
    languages = parse_accept_header(accepted, LanguageAccept)
    return preferred_tag(languages) or ENGLISH, region_of(languages)
