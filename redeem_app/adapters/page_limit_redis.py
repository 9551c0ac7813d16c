"""The count of pages that several processes share through Redis, which forgets by itself."""

from typing import Final

from redeem_app.adapters.page_limit import MINUTE
from redeem_app.adapters.rate_limit_redis import redis_script, unavailable_without_redis

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
        self._script = redis_script(url, _ADD)
        self._prefix = prefix

    def add(self, name: str, count: int) -> tuple[int, float]:
        with unavailable_without_redis():
            total, left = self._script(keys=[self._prefix + name], args=[count, round(MINUTE * 1000)])
        return int(total), int(left) / 1000
