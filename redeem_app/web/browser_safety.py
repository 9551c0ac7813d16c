"""What every answer tells the browser to refuse, the cookie's flags, and the check of where a form came from."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import flask

from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.web.frames import allow_framing, frame_ancestors
from redeem_app.web.prepared_answer import PreparedAnswer

JSON_HEADERS = "JSON_HEADERS"
"""Name in the configuration of all headers that a JSON answer of the API has, but for its length."""
REDIRECT_HEADERS = "REDIRECT_HEADERS"
"""The same of an answer that sends the browser on, but for where to."""

_SAME_SITE_FETCHES = frozenset({"same-origin", "none"})


def content_security_policy(style_sources: Iterable[str], amazon: str, frame_origins: Iterable[str] = ()) -> str:
    """The policy of a page with these inline styles, named by their hashes, that these origins may frame.

    Forms may lead on to Amazon, because browsers hold the redirects after a form to `form-action` too.
    """
    styles = " ".join(style_sources) or "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {styles}",
            "script-src 'self'",
            "img-src 'self' data: https:",
            "connect-src 'self'",
            f"form-action 'self' {amazon}",
            frame_ancestors(frame_origins),
            "base-uri 'none'",
        )
    )


def install(app: flask.Flask, *, amazon: str, is_https: bool) -> None:
    """Set cookie flags, and headers on every answer."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-visit" if is_https else "visit",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=is_https,
        AMAZON_ORIGIN=amazon,
    )
    headers = {
        "Content-Security-Policy": content_security_policy((), amazon),
        # `no-referrer` would break the referrer check of forms on https; `same-origin` keeps tokens here all the same.
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }
    if is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    app.config[JSON_HEADERS] = [("Content-Type", "application/json"), *headers.items(), ("Cache-Control", "no-store")]
    app.config[REDIRECT_HEADERS] = [("Content-Length", "0"), *headers.items(), ("Cache-Control", "no-store")]

    @app.after_request
    def add_headers(answer: flask.Response) -> flask.Response:
        if isinstance(answer, PreparedAnswer):
            return answer
        for name, value in headers.items():
            answer.headers.setdefault(name, value)
        allow_framing(answer)
        if answer.mimetype in {"text/html", "application/json"}:
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer


def check_same_site(public_url: str) -> None:
    """For the one form without a CSRF token: it must come from our own page. Raises Refusal(FORM_EXPIRED)."""
    fetched_from = flask.request.headers.get("Sec-Fetch-Site")
    origin = flask.request.headers.get("Origin")
    if fetched_from is not None and fetched_from not in _SAME_SITE_FETCHES:
        raise Refusal(Reason.FORM_EXPIRED, site=fetched_from)
    if origin not in {None, "null"} and urlsplit(str(origin)).netloc not in {
        urlsplit(public_url).netloc,
        flask.request.host,
    }:
        raise Refusal(Reason.FORM_EXPIRED, origin=origin)
