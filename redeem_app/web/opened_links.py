"""Links opened by unknown visitors, answered from the bare request with a prepared page.

The framework's own part of it costs as much as all the rest. What is not such a visitor with a link to an offer goes
the long way through the route, which says what is the matter; nothing was changed here but the count of the visitor's
pages, in which a page counts once.
"""

import time
from typing import TYPE_CHECKING, Final

from redeem_app.web import observing, page_limits, short_way, tracing
from redeem_app.web.prepared_pages import PreparedPages
from redeem_app.web.use_cases import UseCases

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PATH: Final = "/r/"
ENDPOINT: Final = "open_link"
RULE: Final = "/r/<token>"


class OpenedLinks:
    """Answers `GET /r/<token>` where a prepared page is the answer."""

    def __init__(self, use: UseCases, pages: PreparedPages) -> None:
        self._use = use
        self._pages = pages

    def answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes] | None:
        """The body, once the headers are told; None for what goes the long way."""
        path: str = environ["PATH_INFO"]
        if not path.startswith(_PATH) or environ["REQUEST_METHOD"] != "GET" or environ.get("SCRIPT_NAME"):
            return None
        use, token = self._use, path[len(_PATH) :]
        request_id, began = observing.identify(environ, use.bind_request_id)
        end_span = tracing.begin(use.request_spans, environ, ENDPOINT, RULE)
        if page_limits.seconds_to_wait(use.page_limits, environ, token):
            return None
        page = self._page(environ, token)
        if page is None:
            return None
        headers, body = page
        use.meter.opened()
        start_response("200 OK", [*headers, (observing.REQUEST_ID, request_id)])
        observing.note_slow(ENDPOINT, time.monotonic() - began, request_id)
        if end_span is not None:
            end_span(200, "")
        return [body]

    def _page(self, environ: "WSGIEnvironment", token: str) -> tuple[list[tuple[str, str]], bytes] | None:
        try:
            return self._pages.page(environ, token)
        except Exception as fault:  # noqa: BLE001 - the long way raises it
            environ[short_way.FAULT] = fault
            return None
