"""CallLimit for limits of hundreds of calls: processes take calls out of Redis a 32nd part at a time.

Counting each call in Redis exactly, as `RedisLimit` does, costs more the more calls are allowed. Here a window begins
with its first call; a process takes a part of what it allows, and lets calls through until that is used up or the
window is over. So a busy key costs some dozens of calls to Redis in a window however many calls it makes, and no more
than allowed pass within one. What a process took and did not use is lost to the others: at most a part for each.
Without Redis nothing is taken, and each call raises LimitUnavailable.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from redeem_app.domain.limits import Rate

_PARTS: Final = 32
_MANY: Final = 10_000

TAKE: Final = """
local allowed, wanted = tonumber(ARGV[1]), tonumber(ARGV[2])
local taken = tonumber(redis.call('GET', KEYS[1]) or '0')
local share = math.max(0, math.min(wanted, allowed - taken))
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[3])
  redis.call('SET', KEYS[1], share, 'PX', left)
elseif share > 0 then
  redis.call('INCRBY', KEYS[1], share)
end
return {share, left}
"""
"""Takes calls of what is allowed; gives how many it got, and the milliseconds that the window has left."""

Take = Callable[[Sequence[str], Sequence[str | int]], Any]
"""The script, in the Redis of all processes."""


@dataclass(slots=True)
class _Lease:
    """Calls that may still pass here until the window ends; `is_last`: there are no more to be had in it."""

    left: int
    ends: float
    is_last: bool


class LeasedLimit:
    """At most `rate.calls` within a window of `rate.seconds`, over all processes that share the Redis."""

    is_in_records = False

    def __init__(
        self, take: Take, prefix: str = "redeem:leases:", seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._take = take
        self._prefix = prefix
        self._seconds = seconds
        self._leases: dict[str, _Lease] = {}
        self._turn = threading.Lock()

    def admits(self, name: str, rate: Rate) -> bool:
        now = self._seconds()
        with self._turn:
            lease = self._leases.get(name)
            if lease is not None and now < lease.ends:
                if lease.left:
                    lease.left -= 1
                    return True
                if lease.is_last:
                    return False
        return self._more(name, rate, now)

    def _more(self, name: str, rate: Rate, now: float) -> bool:
        """Ask for more; `now` is from before asking, so that a lease ends here no later than its window does there."""
        part = max(1, rate.calls // _PARTS)
        share, left = self._take([self._prefix + name], [rate.calls, part, rate.window // 1000])
        with self._turn:
            if len(self._leases) > _MANY:
                self._leases = {other: lease for other, lease in self._leases.items() if now < lease.ends}
            before = self._leases.get(name)
            kept = before.left if before is not None and now < before.ends else 0
            self._leases[name] = _Lease(kept + max(0, share - 1), now + left / 1000, is_last=share == 0)
        return bool(share)
