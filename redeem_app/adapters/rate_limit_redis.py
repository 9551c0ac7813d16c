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


class RedisLimit:
    """Without Redis nothing is let through: each call raises LimitUnavailable."""

    def __init__(self, url: str, prefix: str = "redeem:calls:", ticks: Ticks | None = None) -> None:
        self._script = RedisScript(url, _ADMITS)
        self._prefix = prefix
        self._ticks = ticks

    def admits(self, name: str, rate: Rate) -> bool:
        now = "" if self._ticks is None else str(self._ticks())
        return bool(self._script([self._prefix + name], [rate.calls, rate.window, now]) == 1)
