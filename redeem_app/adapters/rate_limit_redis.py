"""CallLimit in Redis, for several processes on several machines: one call of a script, by the clock of Redis.

Calls that arrive while Redis is being asked are counted together by the next call of the script.
"""

from collections.abc import Sequence
from typing import Final

from redeem_app import cooperative
from redeem_app.adapters.gathering import Gathering
from redeem_app.adapters.redis_script import RedisScript
from redeem_app.domain.limits import Rate, Ticks

_ADMITS: Final = """
local calls, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local now = tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local function admits(key)
  if tonumber(redis.call('LINDEX', key, -1) or 0) > now then
    for at, passed in ipairs(redis.call('LRANGE', key, 0, -1)) do
      if tonumber(passed) > now then redis.call('LSET', key, at - 1, string.format('%.0f', now)) end
    end
  end
  local first = redis.call('LINDEX', key, -calls)
  if first and now - tonumber(first) <= window then return 0 end
  if redis.call('RPUSH', key, string.format('%.0f', now)) > calls then redis.call('LTRIM', key, -calls, -1) end
  redis.call('PEXPIRE', key, math.ceil(window / 1000) + 60000)
  return 1
end
local answers = {}
for place, key in ipairs(KEYS) do answers[place] = admits(key) end
return answers
"""
"""What `limits.admitted` says of one call after the other, where Redis runs it alone."""


class RedisLimit:
    """Without Redis nothing is let through: each call raises LimitUnavailable."""

    is_in_records = False

    def __init__(self, url: str, prefix: str = "redeem:calls:", ticks: Ticks | None = None) -> None:
        self._script = RedisScript(url, _ADMITS)
        self._prefix = prefix
        self._ticks = ticks
        self._counting = Gathering(self._count_together, in_the_way=())

    def admits(self, name: str, rate: Rate) -> bool:
        return cooperative.in_thread(lambda: self._counting.do(rate, name))

    def _count_together(self, rate: Rate, names: Sequence[str]) -> list[bool]:
        now = "" if self._ticks is None else str(self._ticks())
        answers = self._script([self._prefix + name for name in names], [rate.calls, rate.window, now])
        return [answer == 1 for answer in answers]
