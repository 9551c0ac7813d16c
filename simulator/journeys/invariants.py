"""What holds at the end of every journey, whatever its scenario expects: the books agree, and no secret has got about.

Looks only at what the world outside the service can see: its operator's command, its log, what Amazon was asked and
did, and what the pages told the apps around them.
"""

import json
from collections.abc import Iterator
from typing import Final

from simulator.fake_amazon.requests_seen import RequestSeen
from simulator.journeys.stage import Stage
from simulator.service import ServiceFailed

TOLD_TO_HOSTS: Final = frozenset(
    {"ready", "resized", "open-outside", "ask-before-closing", "closed", "failed-to-load", "ack"}
)
"""All that a page ever tells the app around it; none of it says whether somebody redeemed (rule V1)."""

_SECRET_LENGTH: Final = 16
"""Shorter values are no secrets that could be told from ordinary words."""


def broken(stage: Stage) -> list[str]:
    """A sentence for everything that does not hold; empty where all is well."""
    return [*_books(stage), *_tokens_abroad(stage), *_secrets_in_the_log(stage), *_outcomes_told(stage)]


def _books(stage: Stage) -> Iterator[str]:
    """Issued = redeemed + expired + open, ledger and counters agree, and Amazon applied what the service says."""
    try:
        books = json.loads(stage.world.operate("books", "--json"))
    except ServiceFailed as failure:
        yield str(failure)
        return
    redeemed = sum(book["redeemed"] for book in books["books"])
    unheard = sum(book["open"] for book in books["books"])
    applied = sum(not done.undone for done in stage.world.amazon.applications())
    if not redeemed <= applied <= redeemed + unheard:
        yield f"Amazon applied {applied} rewards; the service knows of {redeemed}, and {unheard} are open."


def _tokens_abroad(stage: Stage) -> Iterator[str]:
    """A reward link is a bearer secret: no other site may see it, not even in a referrer."""
    tokens = {link.rpartition("/r/")[2] for link in stage.links if "/r/" in link}
    for request in stage.world.amazon.requests_seen:
        text = _as_text(request)
        if any(token in text for token in tokens):
            yield f"A reward link's token reached Amazon with {request.method} {request.path}."


def _secrets_in_the_log(stage: Stage) -> Iterator[str]:
    log = stage.world.service.whole_log()
    for kind, secrets in _secrets(stage).items():
        if any(secret in log for secret in secrets):
            yield f"The service's log holds {kind}."


def _secrets(stage: Stage) -> dict[str, set[str]]:
    amazon = stage.world.amazon
    tokens = {link.rpartition("/r/")[2] for link in stage.links if "/r/" in link}
    shown = {request.headers.get("authorization", "").removeprefix("Bearer ") for request in amazon.requests_seen}
    codes = {request.parameters.get("code", "") for request in amazon.requests_of("token")}
    found = {
        "a reward link's token": tokens,
        "an access token of Amazon's": {value for value in shown if value.startswith("Atza|")},
        "an authorization code": codes,
        "an API key": {app.api_key for app in stage.world.apps.values()},
    }
    return {kind: {value for value in values if len(value) >= _SECRET_LENGTH} for kind, values in found.items()}


def _outcomes_told(stage: Stage) -> Iterator[str]:
    for said in stage.heard():
        try:
            kind = json.loads(said).get("type", "")
        except (ValueError, AttributeError):
            kind = said
        if kind not in TOLD_TO_HOSTS:
            yield f"A page told the app around it {kind!r}, which no page may say."


def _as_text(request: RequestSeen) -> str:
    headers = " ".join(f"{name}: {value}" for name, value in request.headers.items())
    return f"{request.path}?{request.query} {headers} {request.body}"
