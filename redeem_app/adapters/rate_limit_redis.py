"""CallLimit in Redis, for several processes on several machines: one call of a script, by the clock of Redis."""

from typing import Final

from redeem_app.adapters.redis_script import RedisScript
from redeem_app.domain.limits import Rate, Ticks

_ADMITS: Final = """
local calls, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local now = tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
if tonumber(redis.call('LINDEX', KEYS[1], -1) or 0) > now then
  for at, passed in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
    if tonumber(passed) > now then redis.call('LSET', KEYS[1], at - 1, string.format('%.0f', now)) end
  end
end
local first = redis.call('LINDEX', KEYS[1], -calls)
if first and now - tonumber(first) <= window then return 0 end
if redis.call('RPUSH', KEYS[1], string.format('%.0f', now)) > calls then redis.call('LTRIM', KEYS[1], -calls, -1) end
redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000) + 60000)
return 1
"""
"""What `limits.admitted` says, where Redis runs it alone."""


class RedisLimit:
    """Without Redis nothing is let through: each call raises LimitUnavailable."""

    is_in_records = False

    def __init__(self, url: str, prefix: str = "redeem:calls:", ticks: Ticks | None = None) -> None:
        self._script = RedisScript(url, _ADMITS)
        self._prefix = prefix
        self._ticks = ticks

    def admits(self, name: str, rate: Rate) -> bool:
        now = "" if self._ticks is None else str(self._ticks())
        return bool(self._script([self._prefix + name], [rate.calls, rate.window, now]) == 1)
