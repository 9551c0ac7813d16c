"""What was asked of the fake Amazon, for tests to read: kept in memory, the newest ten thousand, passwords left out."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode

_KEPT: Final = 10_000
_HIDDEN: Final = frozenset({"password"})


@dataclass(slots=True, kw_only=True)
class RequestSeen:
    """One request. `status` is None until it is answered, and stays so if the answer never leaves."""

    at: datetime
    operation: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str
    fault: str | None = None
    status: int | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """Those of the query and of a form body; the body wins."""
        pairs = parse_qsl(self.query, keep_blank_values=True)
        if "form-urlencoded" in self.headers.get("content-type", ""):
            pairs += parse_qsl(self.body, keep_blank_values=True)
        return dict(pairs)


class RequestsSeen:
    """The list of them, oldest first."""

    def __init__(self) -> None:
        self._seen: deque[RequestSeen] = deque(maxlen=_KEPT)

    def add(self, seen: RequestSeen) -> None:
        """Take note of a request, without the passwords in it."""
        if "form-urlencoded" in seen.headers.get("content-type", ""):
            seen.body = _without_passwords(seen.body)
        self._seen.append(seen)

    def all(self, operation: str | None = None) -> tuple[RequestSeen, ...]:
        """Those of one operation, or all."""
        return tuple(seen for seen in tuple(self._seen) if operation in (None, seen.operation))

    def clear(self) -> None:
        """Forget them."""
        self._seen.clear()


def _without_passwords(body: str) -> str:
    pairs = parse_qsl(body, keep_blank_values=True)
    if not any(name in _HIDDEN for name, _ in pairs):
        return body
    return urlencode([(name, "***" if name in _HIDDEN else value) for name, value in pairs])
