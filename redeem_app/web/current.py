"""The request under way, taken past the framework's proxy: one look through that costs as much as signing a link."""

import flask
from flask.globals import request_ctx


def current_request() -> flask.Request:
    """The request, for what runs at every request. Raises RuntimeError outside of one."""
    return request_ctx._get_current_object().request  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001 - LocalProxy's own way
