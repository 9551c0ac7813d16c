"""The check of posted forms: Flask-WTF's token, looked at the short way where it is plainly good.

What the short way does not find good goes the extension's own way, which refuses it in its words. The extension knows
the newest key only; a form that was made before the keys rotated is good all the same.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import flask
from flask_wtf import CSRFProtect
from itsdangerous import BadData

from redeem_app.web.current import current_request
from redeem_app.web.signed_values import PreparedSerializer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing: no route of ours answers any other than these and POST."""
_FIELD: Final = "csrf_token"


class FormTokens:
    """Tells a form that is plainly of a page that this browser's session was shown."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys` sign the tokens, the newest first."""
        self._signed = PreparedSerializer(keys[::-1], "wtf-csrf-token", key_derivation="django-concat")

    def are_in(self, form: Mapping[str, str], session: Mapping[str, Any], environ: "WSGIEnvironment") -> bool:
        """Whether the form has the token of the session; on https, whether it came from a page of ours too."""
        token = form.get(_FIELD)
        if not token or not _is_from_here(environ):
            return False
        try:
            value = self._signed.loads(token)
        except BadData:
            return False
        return isinstance(value, str) and hmac.compare_digest(value, str(session.get(_FIELD, "")))


def _is_from_here(environ: "WSGIEnvironment") -> bool:
    """What the extension asks on https: the page that the browser says it was on is of the host that it asks."""
    if environ["wsgi.url_scheme"] != "https":
        return True
    return bool(environ.get("HTTP_REFERER", "").startswith(f"https://{environ.get('HTTP_HOST', '')}/"))


def install(app: flask.Flask, tokens: FormTokens, *, is_api: Callable[[str], bool]) -> CSRFProtect:
    """Check every form. A call of the API has its key instead."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # asked for here, by the method first
    csrf = CSRFProtect(app)

    @app.before_request
    def check_form() -> None:
        request = current_request()
        if request.method in _SAFE or is_api(request.path) or not app.config["WTF_CSRF_ENABLED"]:
            return
        if not tokens.are_in(request.form, flask.session, request.environ):
            csrf.protect(apply_exemptions=True)

    return csrf
