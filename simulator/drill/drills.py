"""The drills: each breaks one thing of a stand under load, mends it, and tells in how many seconds it served again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from simulator.drill import breaking, disk_full, old_release
from simulator.drill.stand import Stand, StandPlan

Broken = Callable[[Stand], list[float]]
"""Breaks and mends; gives the seconds until it served again, one for each time that it was broken."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill: what it does in words, what of it is real, and how it is done."""

    does: str
    real: str
    broken: Broken
    plan: StandPlan


DRILLS: Final[Mapping[str, Drill]] = {
    "service-killed": Drill(
        "kill -9 of the service before Amazon hears, after Amazon has done it, and three times at random; SQLite",
        "all of it",
        breaking.service_killed,
        StandPlan(),
    ),
    "service-killed-postgresql": Drill(
        "the same on PostgreSQL with Redis", "all of it", breaking.service_killed, StandPlan(postgres=True, redis=True)
    ),
    "sweeper-killed": Drill(
        "kill -9 of the sweeper while it asks Amazon again, twice",
        "all but the time between its tries", breaking.sweeper_killed,
        StandPlan(),
    ),
    "amazon-killed": Drill(
        "kill -9 of the fake Amazon, three times at random; it has a journal, as Amazon forgets nothing",
        "the broken connections",
        breaking.amazon_killed,
        StandPlan(),
    ),
    "database-restarted": Drill(
        "PostgreSQL crashes and recovers, then is restarted, under load", "all of it", breaking.database_restarted,
        StandPlan(postgres=True),
    ),
    "database-locked": Drill(
        "another program holds the SQLite file for two seconds", "all of it", breaking.database_locked, StandPlan()
    ),
    "disk-full": Drill(
        "the disk of the SQLite file is full: apps read records-unavailable, people that it is our fault",
        "all of it: a small disk that is filled (as root)",
        disk_full.disk_full,
        StandPlan(small_disk=8),
    ),
    "disk-full-postgresql": Drill(
        "the same with PostgreSQL's disk, which may end the server; it is started again once there is room",
        "all of it: a small disk that is filled (needs root)",
        disk_full.disk_full,
        StandPlan(small_disk=160, postgres=True),
    ),
    "redis-gone": Drill(
        "kill -9 of Redis: rewards and events are refused, pages stay open", "all of it", breaking.redis_gone,
        StandPlan(redis=True),
    ),
    "clock-jumps": Drill(
        "the service's clock goes an hour ahead, two back, and right again, under load; Amazon's does not",
        "the jumps are made by the clock file",
        breaking.clock_jumps,
        StandPlan(),
    ),
    "amazon-gone-an-hour": Drill(
        "the fake Amazon's process is gone for an hour", "refused connections; the hour passes on the clock file",
        breaking.amazon_gone_an_hour, StandPlan(),
    ),
    "two-releases": Drill(
        "the release before the newest migration serves, the new one migrates, serves beside it, then alone",
        "all of it, from the checkout's history",
        breaking.two_releases,
        StandPlan(),
    ),
}  # fmt: skip


def plan_of(name: str, people: int, seed: int, folder: Path) -> StandPlan:
    """The stand that a drill needs. Raises NoOldRelease."""
    plan = DRILLS[name].plan
    program = old_release.unpack(folder)[1] if name == "two-releases" else plan.program
    return replace(plan, people=people, seed=seed, program=program)
