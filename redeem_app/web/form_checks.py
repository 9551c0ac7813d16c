"""The check of posted forms: Flask-WTF's token, looked at the short way where it is plainly good.

What the short way does not find good goes the extension's own way, which refuses it in its words. The extension knows
the newest key only; a form that was made before the keys rotated is good all the same.
"""

import hmac
from collections.abc import Callable, Sequence
from typing import Final

import flask
from flask_wtf import CSRFProtect
from itsdangerous import BadData

from redeem_app.web.current import current_request
from redeem_app.web.posted_forms import FORM
from redeem_app.web.signed_values import PreparedSerializer

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing: no route of ours answers any other than these and POST."""
_FIELD: Final = "csrf_token"


def install(app: flask.Flask, keys: Sequence[str], *, is_api: Callable[[str], bool]) -> CSRFProtect:
    """Check every form; `keys` sign the tokens, the newest first. A call of the API has its key instead."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # asked for here, by the method first
    csrf = CSRFProtect(app)
    tokens = PreparedSerializer(keys[::-1], "wtf-csrf-token", key_derivation="django-concat")

    @app.before_request
    def check_form() -> None:
        request = current_request()
        if request.method in _SAFE or is_api(request.path) or not app.config["WTF_CSRF_ENABLED"]:
            return
        if not _is_plainly_ours(request, tokens):
            csrf.protect(apply_exemptions=True)

    return csrf


def _is_plainly_ours(request: flask.Request, tokens: PreparedSerializer) -> bool:
    """Whether the form has the token of this browser's session; on https, whether it came from a page of ours too."""
    token = request.form.get(_FIELD) if request.environ.get("CONTENT_TYPE") == FORM else None
    if not token or (request.is_secure and not request.headers.get("Referer", "").startswith(request.host_url)):
        return False
    try:
        value = tokens.loads(token)
    except BadData:
        return False
    return isinstance(value, str) and hmac.compare_digest(value, str(flask.session.get(_FIELD, "")))
