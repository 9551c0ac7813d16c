"""One script in Redis, given little time to answer, and left alone for a while after it did not.

Whoever counts there must not hold a thread of the service for long: while Redis hangs, one caller at a time looks
whether it is back, and all others are told at once that it is not.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from redeem_app import cooperative
from redeem_app.domain.limits import LimitUnavailable

_PATIENCE: Final = 0.5
"""Seconds; a limit that is slow to answer holds a worker."""

_REST: Final = 1.0
"""Seconds between two looks at a Redis that did not answer."""


class RedisScript:
    """Call it as a function; whatever Redis does wrong is a LimitUnavailable."""

    def __init__(self, url: str, text: str, seconds: Callable[[], float] = time.monotonic) -> None:
        # One more try, for a connection that Redis closed; a call that is then counted twice errs on the strict side.
        again = Retry(NoBackoff(), 1)
        client = redis.Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=again)
        self._script = client.register_script(text)
        self._seconds = seconds
        self._is_away = False
        self._rests_until = 0.0

    def __call__(self, keys: Sequence[str], args: Sequence[str | int]) -> Any:
        if self._is_away:
            now = self._seconds()
            if now < self._rests_until:
                raise LimitUnavailable("Redis did not answer a moment ago")
            self._rests_until = now + _REST  # this caller looks; the others go on resting
        try:
            answer = cooperative.in_thread(lambda: self._script(keys=list(keys), args=list(args)))
        except redis.RedisError as fault:
            self._rests_until = self._seconds() + _REST
            self._is_away = True
            raise LimitUnavailable(f"Redis: {type(fault).__name__}") from fault
        self._is_away = False
        return answer


def redis_problem(url: str) -> str:
    """What is wrong with the Redis at the URL; empty if it answers."""
    try:
        with redis.Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE) as client:
            client.ping()
    except redis.RedisError as fault:
        return f"Redis does not answer ({type(fault).__name__}): calls of the API are refused, pages are open"
    return ""
