"""The page inside a frame of an app's web site: cookies of its own, and the word of which sites may frame it.

Browsers keep cookies of a framed page apart from those of the page opened by itself, or refuse them. A framed visit
therefore gets a partitioned cookie, which only comes back inside the same site's frame. It is never signed in:
sign-in happens in a window of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import flask
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

from redeem_app.web.prepared_answer import PreparedAnswer
from redeem_app.web.signed_values import PreparedSerializer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_FRAMED: Final = "framed"
_LASTS: Final = 31 * 24 * 60 * 60
"""Seconds: the framework's own, for a cookie that a browser keeps as long as it is open."""
_FRAMES: Final = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})


def is_framed() -> bool:
    """Whether this visit happens in a frame: the browser says so, the page's script does, or it began so."""
    return (
        flask.request.headers.get("Sec-Fetch-Dest") in _FRAMES
        or flask.request.form.get("inline") == "frame"
        or _FRAMED in flask.session
    )


class FramedSessions(SecureCookieSessionInterface):
    """Session cookies that suit where the page is: `Lax` by itself, partitioned in a frame (on https only)."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys` sign the cookies, the newest first."""
        self._serializer = PreparedSerializer(
            keys[::-1], self.salt, key_derivation=self.key_derivation, serializer=self.serializer
        )

    def get_signing_serializer(self, app: flask.Flask) -> URLSafeTimedSerializer:  # noqa: ARG002 - asked so by Flask
        return self._serializer

    def open_session(self, app: flask.Flask, request: flask.Request) -> SecureCookieSession | None:
        return self.session_class(self.read(request.environ, app.config["SESSION_COOKIE_NAME"]))

    def read(self, environ: "WSGIEnvironment", cookie_name: str) -> Mapping[str, Any]:
        """What the browser's cookie holds; empty where it has none, or none of ours."""
        # Most visitors have none, and looking for one in the framework's way costs more than finding their page.
        written = _cookie(environ.get("HTTP_COOKIE", ""), cookie_name)
        if not written:
            return {}
        try:
            kept: Mapping[str, Any] = self._serializer.loads(written, max_age=_LASTS)
        except BadSignature:
            return {}
        return kept

    def save_session(self, app: flask.Flask, session: flask.sessions.SessionMixin, response: flask.Response) -> None:
        if not session.modified and (isinstance(response, PreparedAnswer) or not session.accessed):
            return
        if session.modified and self.get_cookie_secure(app) and is_framed():
            session[_FRAMED] = True
        super().save_session(app, session, response)

    def get_cookie_samesite(self, app: flask.Flask) -> str | None:
        return "None" if _FRAMED in flask.session else super().get_cookie_samesite(app)

    def get_cookie_partitioned(self, app: flask.Flask) -> bool:
        return _FRAMED in flask.session or super().get_cookie_partitioned(app)


def _cookie(header: str, name: str) -> str:
    """The first cookie of that name, as we write it: without quotes."""
    for cookie in header.split(";") if name in header else ():
        if cookie.strip().startswith(f"{name}="):
            return cookie.strip()[len(name) + 1 :]
    return ""


def frame_ancestors(origins: Iterable[str]) -> str:
    """The directive of a content security policy: who may frame the page."""
    named = " ".join(origins) or "'none'"
    return f"frame-ancestors {named}"


def allow_framing(answer: flask.Response) -> None:
    """Take the older header away where the policy names origins, which the older header can't."""
    if "frame-ancestors 'none'" not in answer.headers.get("Content-Security-Policy", "frame-ancestors 'none'"):
        answer.headers.pop("X-Frame-Options", None)
