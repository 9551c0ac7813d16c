"""The id of the visitor's request that is being answered, passed on to Amazon as `X-Request-Id`.

The web layer sets it at the start of a request; adapters read it, so that one id leads through all logs.
"""

from contextvars import ContextVar
from typing import Final

HEADER: Final = "X-Request-Id"

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Empty outside of a request (a command, a sweep that has set none)."""


def request_id_headers() -> dict[str, str]:
    """The header to add to a call to a partner; none where no request is being answered."""
    current = request_id.get()
    return {HEADER: current} if current else {}
