"""The button pressed by a person who signed in, answered from the bare request where nothing is in the way.

The framework's own part of it costs as much as applying the reward does. Whatever is not a good form of this browser's
visit goes the long way through the route, and so does what was refused: it is raised there, so that nobody is asked
twice.
"""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from redeem_app.domain.ids import VisitId
from redeem_app.web import observing, page_limits, short_way, tracing
from redeem_app.web.form_checks import FormTokens
from redeem_app.web.open_link import PLAIN_TOKEN, chosen_in
from redeem_app.web.posted_forms import small_form
from redeem_app.web.use_cases import UseCases
from redeem_app.web.visit import VISIT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATH: Final = "/reward/apply"
_ENDPOINT: Final = "apply_code"


class PressedButtons:
    """Answers `POST /reward/apply` where the reward was applied, or its outcome is not known yet."""

    def __init__(
        self,
        use: UseCases,
        session: Callable[["WSGIEnvironment"], Mapping[str, Any]],
        tokens: FormTokens,
        headers: list[tuple[str, str]],
    ) -> None:
        """`headers` are those that every answer has, but for where it leads and its request id."""
        self._use = use
        self._session = session
        self._tokens = tokens
        self._headers = headers

    def answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes] | None:
        """An empty body, once the headers are told; None for what goes the long way."""
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST" or environ.get("SCRIPT_NAME"):
            return None
        form, session = small_form(environ), self._session(environ)
        token, visit = form.get("link", ""), session.get(VISIT)
        if not isinstance(visit, str) or not PLAIN_TOKEN.fullmatch(token):
            return None
        if not self._tokens.are_in(form, session, environ):
            return None
        use = self._use
        request_id, began = observing.identify(environ, use.bind_request_id)
        end_span = tracing.begin(use.request_spans, environ, _ENDPOINT, PATH)
        if page_limits.seconds_to_wait(use.page_limits, environ, token):
            return None
        try:
            use.applying.apply(token, VisitId(visit), chosen_in(form))
        except Exception as fault:  # noqa: BLE001 - the long way raises it
            environ[short_way.FAULT] = fault
            return None
        headers = [*self._headers, ("Location", f"/r/{token}"), (observing.REQUEST_ID, request_id)]
        start_response("303 See Other", headers)
        observing.note_call(_ENDPOINT, 303, time.monotonic() - began, request_id)
        if end_span is not None:
            end_span(303, "")
        return [b""]
