"""How each drill breaks something under load and mends it; each gives the seconds until the stand served again.

There is one figure for each time that it was broken.
"""

import random
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from typing import Final

from simulator.drill.amazon import until
from simulator.drill.stand import SERVES_AGAIN_WITHIN, Stand, StandPlan
from simulator.service import Service, ServiceFailed

UNAVAILABLE: Final = 503
LEASE: Final = timedelta(seconds=31)
"""After this the sweeper asks again."""


def service_killed(stand: Stand) -> list[float]:
    """Before Amazon hears, after Amazon has done it, and at moments that the seed draws."""
    back = []
    for applied in (False, True):
        stand.amazon.holds_deliveries(applied=applied)
        stand.amazon.wait_until_held(1 + applied)
        back.append(_killed(stand, stand.service))
    chance = random.Random(stand.plan.seed)  # noqa: S311 - repeatable on purpose
    for _ in range(3):
        time.sleep(chance.uniform(0.05, 0.6))
        back.append(_killed(stand, stand.service))
    return back


def _killed(stand: Stand, service: Service) -> float:
    began = time.monotonic()
    service.kill()
    service.start()
    return stand.serves_again(began)


def sweeper_killed(stand: Stand) -> list[float]:
    """While it asks Amazon again about what was not heard, and once more at its next try."""
    back = []
    stand.amazon.holds_deliveries(applied=True)
    stand.amazon.wait_until_held()
    stand.service.kill()  # so that nobody but the sweeper can hear of it
    for held in (2, 3):
        stand.amazon.holds_deliveries(applied=True)
        stand.pass_time(LEASE * 2**held)
        stand.amazon.wait_until_held(held)
        began = time.monotonic()
        stand.sweeper.kill()
        stand.sweeper.start()
        back.append(time.monotonic() - began)
    began = time.monotonic()
    stand.service.start()
    return [*back, stand.serves_again(began)]


def amazon_killed(stand: Stand) -> list[float]:
    """Three times, at moments that the seed draws."""
    back, chance = [], random.Random(stand.plan.seed)  # noqa: S311 - repeatable on purpose
    for _ in range(3):
        time.sleep(chance.uniform(0.1, 0.7))
        began = time.monotonic()
        stand.amazon.process.kill()
        stand.amazon.start()
        back.append(stand.serves_again(began))
    return back


def database_restarted(stand: Stand) -> list[float]:
    """Crashed and started again, then stopped with all connections cut and started again."""
    back = []
    for mode in ("immediate", "fast"):
        if stand.cluster is None:
            raise ServiceFailed("This drill needs PostgreSQL.")
        time.sleep(0.5)
        began = time.monotonic()
        stand.cluster.stop(mode)
        stand.cluster.start()
        back.append(stand.serves_again(began))
    return back


def database_locked(stand: Stand) -> list[float]:
    """Another program holds the file for itself for two seconds."""
    path = stand.folder / "drill.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(2.0)
        began = time.monotonic()
        other.execute("ROLLBACK")
    return [stand.serves_again(began)]


def redis_gone(stand: Stand) -> list[float]:
    """Closed for what costs money, open for pages; and back when Redis is back."""
    if stand.redis is None:
        raise ServiceFailed("This drill needs Redis.")
    stand.redis.process.kill()
    _refuses(stand)
    event = stand.event().status_code
    if event != UNAVAILABLE:
        raise ServiceFailed(f"Without Redis an event is answered with {event}; it has to be refused with 503.")
    page = stand.status_of("/r/not-a-link")
    if page >= UNAVAILABLE:
        raise ServiceFailed(f"Without Redis pages answer {page}; they have to stay open.")
    began = time.monotonic()
    stand.redis.start()
    return [stand.serves_again(began)]


def _refuses(stand: Stand) -> None:
    """Wait until GetReward says 503. Raises ServiceFailed where it goes on giving, or breaks with another status."""
    until(lambda: stand.get_reward().status_code == UNAVAILABLE, "GetReward is refused with 503", SERVES_AGAIN_WITHIN)


def clock_jumps(stand: Stand) -> list[float]:
    """The service's clock alone: an hour ahead, two hours back, and right again."""
    back = []
    for jump in (timedelta(hours=1), timedelta(hours=-2), timedelta(hours=1)):
        time.sleep(0.7)
        began = time.monotonic()
        stand.clock.advance(jump)
        back.append(stand.serves_again(began))
    return back


def amazon_gone_an_hour(stand: Stand) -> list[float]:
    """Its process is gone, so that connections are refused, while an hour passes in steps."""
    stand.amazon.process.kill()
    for _ in range(12):
        stand.pass_time(timedelta(minutes=5))
        time.sleep(0.25)
    began = time.monotonic()
    stand.amazon.start()
    return [stand.serves_again(began)]


def two_releases(stand: Stand) -> list[float]:
    """The old release serves; the new one migrates, serves beside it, and then alone."""
    old = stand.service
    new = stand.a_service("new-release", program=StandPlan().program)
    new.operate("migrate")
    began = time.monotonic()
    migrated = stand.serves_again(began)
    new.start()
    stand.front.pass_on_to(old.url, new.url)
    began = time.monotonic()
    time.sleep(2.0)
    both = stand.serves_again(began + 2.0)
    began = time.monotonic()
    stand.front.pass_on_to(new.url)
    old.stop()
    stand.service = new
    return [migrated, both, stand.serves_again(began)]
