"""How a visitor's requests get out: a port, so that load sends them with Locust's client and drills with httpx."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self
from urllib.parse import urljoin, urlsplit

import httpx

HOPS_AT_MOST: Final = 12
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
TIMEOUT_SECONDS: Final = 30.0


class NotHeard(Exception):
    """No answer came; whether the request took effect is not known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer of a chain of redirects. `url` is where it came from."""

    url: str
    status: int
    text: str


class Sender(Protocol):
    """Sends one request and follows redirects; remembers cookies for one visitor. Raises NotHeard."""

    def send(  # noqa: PLR0913 - what a request can carry
        self,
        step: str,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """`step` is what the visitor is doing, for tables."""
        ...


class HttpxSender:
    """A sender with a client of its own."""

    def __init__(
        self,
        headers: Mapping[str, str] | None = None,
        timeout: float = TIMEOUT_SECONDS,
        client: httpx.Client | None = None,
    ) -> None:
        self._client = client or httpx.Client(headers=dict(headers or {}), timeout=timeout, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send(  # noqa: PLR0913 - what a request can carry
        self,
        step: str,  # noqa: ARG002 - for those who count
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request with its redirects."""
        try:
            answer = self._client.request(method, url, data=form, json=json, headers=headers)
            for _ in range(HOPS_AT_MOST):
                if answer.status_code not in REDIRECTS:
                    return Answer(str(answer.url), answer.status_code, answer.text)
                answer = self._client.get(urljoin(str(answer.url), answer.headers["location"]))
        except httpx.HTTPError as lost:
            raise NotHeard(f"{place(url)}: {type(lost).__name__}") from lost
        raise NotHeard(f"{place(url)}: {HOPS_AT_MOST} redirects and no page")


def place(url: str) -> str:
    """An address as tables may show it: without the secrets that paths and queries carry."""
    parts = urlsplit(url)
    first = parts.path.split("/")[1] if parts.path.count("/") else ""
    return f"{parts.netloc}/{'r/…' if first == 'r' else parts.path.lstrip('/')}"
