"""The drills: each breaks one thing of a stand under load, mends it, and tells in how many seconds it served again."""

import os
import random
import resource
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from simulator.drill import old_release
from simulator.drill.amazon import until
from simulator.drill.stand import SERVES_AGAIN_WITHIN, Stand, StandPlan
from simulator.service import Service, ServiceFailed

Broken = Callable[[Stand], list[float]]
"""Breaks and mends; gives the seconds until it served again, one for each time that it was broken."""
UNAVAILABLE: Final = 503
FAULT: Final = 500
LEASE: Final = timedelta(seconds=31)
"""After this the sweeper asks again."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill: what it does in words, what of it is real, and how it is done."""

    does: str
    real: str
    broken: Broken
    plan: StandPlan


def _service_killed(stand: Stand) -> list[float]:
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


def _sweeper_killed(stand: Stand) -> list[float]:
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


def _amazon_killed(stand: Stand) -> list[float]:
    back, chance = [], random.Random(stand.plan.seed)  # noqa: S311 - repeatable on purpose
    for _ in range(3):
        time.sleep(chance.uniform(0.1, 0.7))
        began = time.monotonic()
        stand.amazon.process.kill()
        stand.amazon.start()
        back.append(stand.serves_again(began))
    return back


def _database_restarted(stand: Stand) -> list[float]:
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


def _database_locked(stand: Stand) -> list[float]:
    """Another program holds the file for itself for two seconds."""
    path = stand.folder / "drill.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(2.0)
        began = time.monotonic()
        other.execute("ROLLBACK")
    return [stand.serves_again(began)]


def _disk_full(stand: Stand) -> list[float]:
    """No file may grow, for two seconds; then there is room again."""
    processes = [*_processes_of(stand.service), *_processes_of(stand.sweeper)]
    for process in processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    until(lambda: stand.status_of_get_reward() >= FAULT, "GetReward is refused", SERVES_AGAIN_WITHIN)
    time.sleep(1.0)
    began = time.monotonic()
    for process in processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return [stand.serves_again(began)]


def _processes_of(service: Service) -> list[int]:
    """Every process of a service's group."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                if os.getpgid(int(folder.name)) == service.group:
                    found.append(int(folder.name))
            except ProcessLookupError:
                continue
    return found


def _redis_gone(stand: Stand) -> list[float]:
    """Closed for what costs money, open for pages; and back when Redis is back."""
    if stand.redis is None:
        raise ServiceFailed("This drill needs Redis.")
    stand.redis.process.kill()
    _refuses(stand)
    event = stand.status_of_event()
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
    until(lambda: stand.status_of_get_reward() == UNAVAILABLE, "GetReward is refused with 503", SERVES_AGAIN_WITHIN)


def _clock_jumps(stand: Stand) -> list[float]:
    """The service's clock alone: an hour ahead, two hours back, and right again."""
    back = []
    for jump in (timedelta(hours=1), timedelta(hours=-2), timedelta(hours=1)):
        time.sleep(0.7)
        began = time.monotonic()
        stand.clock.advance(jump)
        back.append(stand.serves_again(began))
    return back


def _amazon_gone_an_hour(stand: Stand) -> list[float]:
    """Its process is gone, so that connections are refused, while an hour passes in steps."""
    stand.amazon.process.kill()
    for _ in range(12):
        stand.pass_time(timedelta(minutes=5))
        time.sleep(0.25)
    began = time.monotonic()
    stand.amazon.start()
    return [stand.serves_again(began)]


def _two_releases(stand: Stand) -> list[float]:
    """The old release serves; the new one migrates, serves beside it, and then alone."""
    old = stand.service
    new = stand.a_service("new-release", program=StandPlan().program)
    new.operate("migrate")
    began = time.monotonic()
    migrated = stand.serves_again(began)
    new.start()
    stand.front.behind = [old.url, new.url]
    began = time.monotonic()
    time.sleep(2.0)
    both = stand.serves_again(began + 2.0)
    began = time.monotonic()
    stand.front.behind = [new.url]
    old.stop()
    stand.service = new
    return [migrated, both, stand.serves_again(began)]


DRILLS: Final[Mapping[str, Drill]] = {
    "service-killed": Drill(
        "kill -9 of the service before Amazon hears, after Amazon has done it, and three times at random; SQLite",
        "all of it",
        _service_killed,
        StandPlan(),
    ),
    "service-killed-postgresql": Drill(
        "the same on PostgreSQL with Redis", "all of it", _service_killed, StandPlan(postgres=True, redis=True)
    ),
    "sweeper-killed": Drill(
        "kill -9 of the sweeper while it asks Amazon again, twice",
        "all but the time between its tries", _sweeper_killed,
        StandPlan(),
    ),
    "amazon-killed": Drill(
        "kill -9 of the fake Amazon, three times at random; it has a journal, as Amazon forgets nothing",
        "the broken connections",
        _amazon_killed,
        StandPlan(),
    ),
    "database-restarted": Drill(
        "PostgreSQL crashes and recovers, then is restarted, under load", "all of it", _database_restarted,
        StandPlan(postgres=True),
    ),
    "database-locked": Drill(
        "another program holds the SQLite file for two seconds", "all of it", _database_locked, StandPlan()
    ),
    "disk-full": Drill(
        "no file of the service may grow (SQLite)",
        "writes fail in the kernel by RLIMIT_FSIZE (EFBIG), in place of a full disk (ENOSPC)",
        _disk_full,
        StandPlan(),
    ),
    "redis-gone": Drill(
        "kill -9 of Redis: rewards and events are refused, pages stay open", "all of it", _redis_gone,
        StandPlan(redis=True),
    ),
    "clock-jumps": Drill(
        "the service's clock goes an hour ahead, two back, and right again, under load; Amazon's does not",
        "the jumps are made by the clock file",
        _clock_jumps,
        StandPlan(),
    ),
    "amazon-gone-an-hour": Drill(
        "the fake Amazon's process is gone for an hour", "refused connections; the hour passes on the clock file",
        _amazon_gone_an_hour, StandPlan(),
    ),
    "two-releases": Drill(
        "the release before the newest migration serves, the new one migrates, serves beside it, then alone",
        "all of it, from the checkout's history",
        _two_releases,
        StandPlan(),
    ),
}  # fmt: skip


def plan_of(name: str, people: int, seed: int, folder: Path) -> StandPlan:
    """The stand that a drill needs. Raises NoOldRelease."""
    plan = DRILLS[name].plan
    program = old_release.unpack(folder)[1] if name == "two-releases" else plan.program
    return StandPlan(people=people, seed=seed, postgres=plan.postgres, redis=plan.redis, program=program)
