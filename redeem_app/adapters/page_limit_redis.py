"""The count of pages that several processes share through Redis, which forgets by itself."""

from typing import Final

from redeem_app.adapters.page_limit import MINUTE
from redeem_app.adapters.redis_script import RedisScript

_ADD: Final = """
local total = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[2])
  redis.call('PEXPIRE', KEYS[1], left)
end
return {total, left}
"""


class RedisTogether:
    """Together in Redis, which forgets by itself."""

    def __init__(self, url: str, prefix: str = "redeem:pages:") -> None:
        self._script = RedisScript(url, _ADD)
        self._prefix = prefix

    def add(self, name: str, count: int) -> tuple[int, float]:
        total, left = self._script([self._prefix + name], [count, round(MINUTE * 1000)])
        return int(total), int(left) / 1000
