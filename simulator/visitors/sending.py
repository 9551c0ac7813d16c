"""How a visitor's requests get out: a port, so that load sends them with Locust's client and drills with httpx."""

from abc import ABC, abstractmethod
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


@dataclass(frozen=True, slots=True)
class Request:
    """One hop."""

    method: str
    url: str
    headers: Mapping[str, str]
    form: Mapping[str, str] | None = None
    json: Any = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back for one hop; `onward` is its `Location`."""

    status: int
    text: str
    onward: str = ""


class FollowingSender(ABC):
    """A sender that goes the redirects itself, as a browser does; how one hop is made is its own."""

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
        """One request with its redirects."""
        request = Request(method, url, headers or {}, form, json)
        for _ in range(HOPS_AT_MOST):
            heard = self._once(step, request)
            if heard.status not in REDIRECTS:
                return Answer(request.url, heard.status, heard.text)
            step = f"{step.removesuffix(', then')}, then"
            request = Request("GET", urljoin(request.url, heard.onward), request.headers)
        raise NotHeard(f"{place(url)}: {HOPS_AT_MOST} redirects and no page")

    @abstractmethod
    def _once(self, step: str, request: Request) -> Heard:
        """Make one hop. Raises NotHeard."""


class HttpxSender(FollowingSender):
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

    def _once(self, step: str, request: Request) -> Heard:  # noqa: ARG002 - for those who count
        try:
            answer = self._client.request(
                request.method, request.url, data=request.form, json=request.json, headers=request.headers
            )
        except httpx.HTTPError as lost:
            raise NotHeard(f"{place(request.url)}: {type(lost).__name__}") from lost
        return Heard(answer.status_code, answer.text, answer.headers.get("location", ""))


def place(url: str) -> str:
    """An address as tables may show it: without the secrets that paths and queries carry."""
    parts = urlsplit(url)
    first = parts.path.split("/")[1] if parts.path.count("/") else ""
    return f"{parts.netloc}/{'r/…' if first == 'r' else parts.path.lstrip('/')}"
