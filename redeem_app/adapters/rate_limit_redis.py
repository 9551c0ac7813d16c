"""CallLimit in Redis, for several processes on several machines: one call of a script, by the clock of Redis."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import redis
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

from redeem_app.domain.limits import LimitUnavailable, Rate, Ticks

_PATIENCE: Final = 0.5
"""Seconds; a limit that is slow to answer holds a worker."""

_ADMITS: Final = """
local calls, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local now = tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local known, set_back = {}, false
for _, passed in ipairs(redis.call('LRANGE', KEYS[1], -calls, -1)) do
  local moment = tonumber(passed)
  if moment > now then moment, set_back = now, true end
  table.insert(known, string.format('%.0f', moment))
end
local passes = #known < calls or now - tonumber(known[1]) > window
if passes then table.insert(known, string.format('%.0f', now)) end
if passes or set_back then
  redis.call('DEL', KEYS[1])
  redis.call('RPUSH', KEYS[1], unpack(known, math.max(1, #known - calls + 1)))
  redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000) + 60000)
end
return passes and 1 or 0
"""
"""What `limits.admitted` says, where Redis runs it alone."""


def redis_script(url: str, text: str) -> Script:
    """A script in the Redis at the URL, which is given little time to answer."""
    # One more try, for a connection that Redis closed; a call that is then counted twice errs on the strict side.
    again = Retry(NoBackoff(), 1)
    client = redis.Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=again)
    return client.register_script(text)


@contextmanager
def unavailable_without_redis() -> Iterator[None]:
    """Whatever Redis does wrong is a LimitUnavailable."""
    try:
        yield
    except redis.RedisError as fault:
        raise LimitUnavailable(f"Redis: {type(fault).__name__}") from fault


def redis_problem(url: str) -> str:
    """What is wrong with the Redis at the URL; empty if it answers."""
    try:
        with redis.Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE) as client:
            client.ping()
    except redis.RedisError as fault:
        return f"Redis does not answer ({type(fault).__name__}): GetReward is refused, pages are open"
    return ""


class RedisLimit:
    """Without Redis nothing is let through: each call raises LimitUnavailable."""

    def __init__(self, url: str, prefix: str = "redeem:calls:", ticks: Ticks | None = None) -> None:
        self._script = redis_script(url, _ADMITS)
        self._prefix = prefix
        self._ticks = ticks

    def admits(self, name: str, rate: Rate) -> bool:
        now = "" if self._ticks is None else str(self._ticks())
        with unavailable_without_redis():
            answer = self._script(keys=[self._prefix + name], args=[rate.calls, rate.window, now])
        return bool(answer == 1)
