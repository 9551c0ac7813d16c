"""Whether the process lives, whether it can serve, and the figures for operators."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

import flask
from flask.typing import ResponseReturnValue

from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.watching import Figures, Watching


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the health pages ask."""

    checks: dict[str, Callable[[], str]]
    """Name to a check that gives an empty string, or a sentence on what is wrong; these stop the traffic."""
    notes: dict[str, Callable[[], str]] = field(default_factory=dict)
    """The same for what does not stop the traffic: no other process would fare better."""
    watching: Watching
    exposition: Callable[[Figures], bytes]
    metrics_token: str
    """Who may read `/metrics` sends it as a bearer token; empty: nobody."""
    metrics_are_open: bool = False
    """True in a sandbox."""


def healthz() -> ResponseReturnValue:
    """GET /healthz: the process answers."""
    return flask.jsonify({"status": "ok"})


def readyz(health: Health) -> ResponseReturnValue:
    """GET /readyz: 503 with the reason where the process can't serve.

    Troubles at the partner are told, and do not take the process out of service: no other one would fare better.
    """
    found = {name: _outcome(check) for name, check in health.checks.items()}
    noted = {name: _outcome(check) for name, check in health.notes.items()}
    is_wrong = any(found.values())
    troubles = () if is_wrong else health.watching.troubles()
    body = {
        "status": "unready" if is_wrong else "degraded" if troubles or any(noted.values()) else "ready",
        "checks": {name: sentence or "ok" for name, sentence in (found | noted).items()},
        "amazon": [{"problem": t.problem, "seenAt": t.seen_at.isoformat()} for t in troubles],
    }
    return flask.jsonify(body), 503 if is_wrong else 200


def _outcome(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as fault:  # noqa: BLE001 - whatever a check raises is the reason that is told
        return f"{type(fault).__name__}"


def metrics(health: Health) -> ResponseReturnValue:
    """GET /metrics, for those who have the token: how much is redeemed is not for developers (rule V1)."""
    given = flask.request.headers.get("Authorization", "").removeprefix("Bearer ")
    allowed = bool(health.metrics_token) and hmac.compare_digest(given.encode(), health.metrics_token.encode())
    if not (allowed or health.metrics_are_open):
        raise Refusal(Reason.PAGE_NOT_FOUND)
    text = health.exposition(health.watching.figures())
    return flask.Response(text, mimetype="text/plain; version=0.0.4")
