"""The road to Amazon that all its adapters share: pooled connections, time-outs, a circuit breaker for each host.

It tells apart what matters for money: a request that was surely not sent, and one whose answer did not
come. It knows no protocol of Amazon's; and it never follows a redirect, since none of Amazon's endpoints
answers with one that a server should follow.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from redeem_app.adapters.circuit_breaker import BreakerState, CircuitBreaker
from redeem_app.adapters.request_id import request_id_headers

_log = logging.getLogger(__name__)

LARGEST_ANSWER: Final = 256 * 1024
"""Bytes; Amazon's answers have a few hundred."""

_CONNECTIONS: Final = 32
"""At most this many calls of one adapter are under way; the rest are refused after a second's wait."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. The body may hold tokens or claim codes, so it is in no repr."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class CallFailed(Exception):
    """A call without an answer; its text names the host and the fault, never what was sent."""


class NotSent(CallFailed):
    """No byte of the request reached Amazon: nothing can have come of it."""


class NoAnswer(CallFailed):
    """The request may have reached Amazon; whether it was carried out is not known."""


class AmazonHttp:
    """A pooled client for one adapter; safe to share between threads."""

    def __init__(
        self,
        *,
        seconds_allowed: float,
        connect_seconds: float = 2.0,
        breaker: Callable[[], CircuitBreaker] = CircuitBreaker,
        steady: Callable[[], float] = time.monotonic,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """An answer must be complete within `seconds_allowed`, checked as each piece of it arrives."""
        self._seconds_allowed = seconds_allowed
        self._steady = steady
        self._new_breaker = breaker
        self._breakers: dict[str, CircuitBreaker] = {}
        self._lock = threading.Lock()
        self._client = httpx.Client(
            timeout=httpx.Timeout(seconds_allowed, connect=min(connect_seconds, seconds_allowed), pool=1.0),
            limits=httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
            headers={"User-Agent": "redeem-app"},
            follow_redirects=False,
            transport=transport,
        )

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Answer:
        """One request, one answer of any status. Raises NotSent or NoAnswer."""
        request = self._client.build_request(
            method, url, headers={**(headers or {}), **request_id_headers()}, content=content
        )
        breaker = self.breaker_of(request.url)
        permit = breaker.admit()
        if permit is None:
            raise NotSent(f"{request.url.host} has not answered lately; not asked again yet")
        outcome = self._attempt(request)
        if isinstance(outcome, Answer) and outcome.status < httpx.codes.INTERNAL_SERVER_ERROR:
            if breaker.succeeded(permit):
                _log.warning("%s answers again", request.url.host)
        elif breaker.failed(permit):
            _log.warning("%s does not answer; it is left alone for a while", request.url.host)
        if isinstance(outcome, Answer):
            return outcome
        raise outcome

    def breaker_of(self, url: httpx.URL | str) -> CircuitBreaker:
        """The breaker of the URL's host and port."""
        host = httpx.URL(url).netloc.decode("ascii")
        with self._lock:
            return self._breakers.setdefault(host, self._new_breaker())

    def resting_hosts(self) -> list[str]:
        """Hosts that are not called at present, because they did not answer."""
        with self._lock:
            breakers = dict(self._breakers)
        return sorted(host for host, breaker in breakers.items() if breaker.state is not BreakerState.CLOSED)

    def close(self) -> None:
        """Give back the pooled connections."""
        self._client.close()

    def _attempt(self, request: httpx.Request) -> Answer | CallFailed:
        """Returns failures, so that they are raised without a context: httpx's own errors carry the request."""
        host = request.url.host
        try:
            return self._exchange(request)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
        ) as fault:
            return NotSent(f"{host}: {type(fault).__name__}")
        except (httpx.HTTPError, _AnswerTooLate, _AnswerTooLarge) as fault:
            return NoAnswer(f"{host}: {type(fault).__name__.removeprefix('_')}")

    def _exchange(self, request: httpx.Request) -> Answer:
        """Read piece by piece: httpx limits the wait for each piece, not for all of them together."""
        give_up_at = self._steady() + self._seconds_allowed
        response = self._client.send(request, stream=True)
        try:
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise _AnswerTooLarge
                if self._steady() > give_up_at:
                    raise _AnswerTooLate
            return Answer(response.status_code, response.headers, bytes(body))
        finally:
            response.close()


class _AnswerTooLate(Exception):
    """The answer came in pieces, and the last one too late."""


class _AnswerTooLarge(Exception):
    """The answer is larger than any that Amazon gives."""
