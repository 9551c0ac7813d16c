"""An answer that is finished but for its request id: status, headers and body as they will go out.

The framework's own response costs more than everything else that opening a link does. Whoever asks this one for its
headers gets real ones all the same, and what they change there goes out.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import flask
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class PreparedAnswer(flask.Response):
    """`fixed` are the headers that every answer of its kind has, their length among them."""

    def __init__(self, fixed: list[tuple[str, str]], body: bytes, status: str = "200 OK") -> None:
        # Not the framework's own beginning: it is what this class saves.
        self._fixed = fixed
        self._own: Headers | None = None
        self._status = status
        self._status_code = int(status[:3])
        self._body = [body]
        self.response = self._body
        self._on_close = []
        self.direct_passthrough = False

    @property
    def headers(self) -> Headers:  # type: ignore[override]
        """Made when first asked for; what is changed here goes out."""
        if self._own is None:
            self._own = Headers(self._fixed)
        return self._own

    def add(self, name: str, value: str) -> None:
        """One more header."""
        if self._own is None:
            self._fixed = [*self._fixed, (name, value)]
        else:
            self._own[name] = value

    def __call__(self, _: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        start_response(self._status, self._fixed if self._own is None else self._own.to_wsgi_list())
        return self._body
