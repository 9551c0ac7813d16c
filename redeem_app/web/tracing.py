"""A span for each request, where an operator wants traces; without, nothing is installed and nothing is paid."""

from collections.abc import Callable
from typing import Protocol

import flask


class RequestSpans(Protocol):
    """Where spans of requests are made."""

    def begin(self, name: str, route: str, method: str) -> Callable[[int, str], None]:
        """Begin a span; what is returned ends it, with the status of the answer and the refusal if there was one."""
        ...


def install(app: flask.Flask, spans: RequestSpans | None) -> None:
    """Trace every request by its route, never by its path, which carries a token."""
    if spans is None:
        return

    @app.before_request
    def begin() -> None:
        request = flask.request
        route = request.url_rule.rule if request.url_rule else "none"
        flask.g.end_span = spans.begin(f"{request.method} {request.endpoint or 'none'}", route, request.method)

    @app.after_request
    def note(answer: flask.Response) -> flask.Response:
        flask.g.answer_status = answer.status_code
        return answer

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        if ending := flask.g.pop("end_span", None):
            ending(flask.g.get("answer_status", 500), flask.g.get("refused", ""))
