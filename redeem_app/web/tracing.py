"""A span for each request, where an operator wants traces; without, nothing is installed and nothing is paid."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

import flask

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SPAN: Final = "redeem.span"


class RequestSpans(Protocol):
    """Where spans of requests are made."""

    def begin(self, name: str, route: str, method: str) -> Callable[[int, str], None]:
        """Begin a span; what is returned ends it, with the status of the answer and the refusal if there was one."""
        ...


def begin(
    spans: RequestSpans | None, environ: "WSGIEnvironment", endpoint: str, route: str
) -> Callable[[int, str], None] | None:
    """Begin the request's span, unless it has one; what is returned ends it. None where nobody wants traces."""
    if spans is None:
        return None
    end: Callable[[int, str], None] | None = environ.get(_SPAN)
    if end is None:
        method = environ["REQUEST_METHOD"]
        end = environ[_SPAN] = spans.begin(f"{method} {endpoint}", route, method)
    return end


def install(app: flask.Flask, spans: RequestSpans | None) -> None:
    """Trace every request by its route, never by its path, which carries a token."""
    if spans is None:
        return

    @app.before_request
    def begin_request() -> None:
        request = flask.request
        rule = request.url_rule.rule if request.url_rule else "none"
        flask.g.end_span = begin(spans, request.environ, request.endpoint or "none", rule)

    @app.after_request
    def note(answer: flask.Response) -> flask.Response:
        flask.g.answer_status = answer.status_code
        return answer

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        if ending := flask.g.pop("end_span", None):
            ending(flask.g.get("answer_status", 500), flask.g.get("refused", ""))
