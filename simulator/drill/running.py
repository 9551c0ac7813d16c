"""Runs drills and says what came out."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator import verdict
from simulator.drill.drills import DRILLS, plan_of
from simulator.drill.old_release import NoOldRelease
from simulator.drill.servers import program
from simulator.drill.stand import Stand
from simulator.service import ServiceFailed
from simulator.verdict import Check


@dataclass(frozen=True, slots=True)
class Drilled:
    """One drill that was done. `lacking` says why it could not be."""

    name: str
    back: tuple[float, ...] = ()
    checks: tuple[Check, ...] = ()
    troubles: int = 0
    applied: int = 0
    seconds: float = 0.0
    failed: str = ""
    lacking: str = ""
    played: str = ""
    """What was played in place of the real thing, where this machine asked for that."""

    @property
    def real(self) -> str:
        """What of it was real."""
        return self.played or DRILLS[self.name].real

    @property
    def went_well(self) -> bool:
        """Whether it was done, and everything adds up."""
        return not self.failed and not self.lacking and verdict.went_well(self.checks)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "drill": self.name,
            "does": DRILLS[self.name].does,
            "real": self.real,
            "wentWell": self.went_well,
            "servedAgainAfter": [round(seconds, 2) for seconds in self.back],
            "applied": self.applied,
            "triedAgain": self.troubles,
            "seconds": round(self.seconds, 1),
            "failed": self.failed or None,
            "lacking": self.lacking or None,
            "checks": [check.as_json() for check in self.checks],
        }


def run(name: str, people: int, seed: int) -> Drilled:
    """Do one drill."""
    began = time.monotonic()
    drill = DRILLS[name]
    if drill.plan.postgres and not program("initdb"):
        return Drilled(name, lacking="PostgreSQL's initdb is not installed here")
    if drill.plan.postgres and drill.plan.small_disk and os.geteuid() != 0:
        return Drilled(name, lacking="only root can mount a disk that is small enough to be filled")
    if drill.plan.redis and not program("redis-server"):
        return Drilled(name, lacking="redis-server is not installed here")
    try:
        with (
            tempfile.TemporaryDirectory(prefix="simulator-old-") as folder,
            Stand(plan_of(name, people, seed, Path(folder))) as stand,
        ):
            back = drill.broken(stand)
            checks = stand.finish()
            crowd = stand.crowd
            spent = time.monotonic() - began
            told = (tuple(back), tuple(checks), len(crowd.troubles), crowd.applied, spent)
            return Drilled(name, *told, played=stand.played)
    except NoOldRelease as missing:
        return Drilled(name, lacking=f"no older release to run: {missing}")
    except ServiceFailed as failed:
        return Drilled(name, seconds=time.monotonic() - began, failed=str(failed))


def markdown(drilled: list[Drilled], when: str) -> str:
    """The page that keeps the last output."""
    lines = [
        "# The last drill",
        "",
        f"Written by `simulator drill --markdown docs/drill.md` on {when}, on {_machine()}. Times are seconds from the",
        "fault (or its end, where it lasts by design) until the app got a reward again, the start of a killed process",
        "included; `tried again` counts what was asked for in vain meanwhile; see [simulator.md](simulator.md#drills).",
        "",
        "| drill | what happens | what is real | served again after (s) | applied | tried again | adds up |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in drilled:
        drill = DRILLS[one.name]
        back = ", ".join(f"{seconds:.1f}" for seconds in one.back) or "-"
        outcome = (
            "yes" if one.went_well else one.lacking or one.failed.splitlines()[0] if one.failed or one.lacking else "NO"
        )
        lines.append(
            f"| `{one.name}` | {drill.does} | {one.real} | {back} | {one.applied} | {one.troubles} | {outcome} |"
        )
    return "\n".join([*lines, ""])


def _machine() -> str:
    return f"a machine with {os.cpu_count()} cores"
