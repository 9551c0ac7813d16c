"""How large a request may be, for the application; what the server itself refuses is in `http_server`.

A body that trickles in is kept away by the proxy in front, which must take bodies in whole before it passes them on, as
nginx does by itself and operations/Caddyfile says; what reaches the service all the same is ended by `whole_bodies`.
"""

from typing import Final

import flask

from redeem_app.web import api_input
from redeem_app.web.api_routes import is_api
from redeem_app.web.current import current_request
from redeem_app.web.posted_forms import LARGEST_FORM

LARGEST_BODY: Final = api_input.LARGEST_BODY
"""Bytes of any body; forms of the pages have less."""

FORM_FIELDS: Final = 50


def install(app: flask.Flask) -> None:
    """For the application: what a body may hold, and less of it for forms of the pages."""
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_FORM, MAX_FORM_PARTS=FORM_FIELDS)

    @app.before_request
    def allow_less_for_forms() -> None:
        request = current_request()
        if request.method != "GET" and not is_api(request.path):
            request.max_content_length = LARGEST_FORM
