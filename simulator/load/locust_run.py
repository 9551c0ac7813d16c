"""Runs Locust in a process of its own, and reads what came out."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from simulator import guard
from simulator.load.plan import Plan

LOCUSTFILE: Final = Path(__file__).resolve().parent / "locustfile.py"
WORKERS_WITHIN: Final = "600"
"""Seconds that workers have to come."""
WITHOUT: Final = (
    "Load needs Locust: install it with `pip install 'redeem-app[load]'` "
    "(from a checkout, `python3 -m simulator load` does that by itself)."
)


class LocustFailed(Exception):
    """Locust ended without a result; the text says how."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Which processes play the people. `web_port` opens Locust's page; `others` workers come from other machines."""

    workers: int = 0
    others: int = 0
    bind_host: str = "127.0.0.1"
    bind_port: int = 5557
    web_port: int = 0

    @property
    def processes(self) -> int:
        """How many play people."""
        return self.others or max(1, self.workers)

    def options(self) -> list[str]:
        """Of Locust's command line, for the process that leads."""
        shown = ["--web-host", "127.0.0.1", "--web-port", str(self.web_port), "--autostart"]
        options = shown if self.web_port else ["--headless"]
        bind = ["--master-bind-host", self.bind_host, "--master-bind-port", str(self.bind_port)]
        patience = ["--expect-workers-max-wait", WORKERS_WITHIN]
        if self.others:
            return [*options, "--master", "--expect-workers", str(self.others), *bind, *patience]
        if self.workers > 1:
            own = ["--processes", str(self.workers), "--master-port", str(self.bind_port)]
            return [*options, *own, *bind, *patience]
        return options


def is_there() -> bool:
    """Whether Locust can be used."""
    return importlib.util.find_spec("locust") is not None


def lead(plan: Plan, arrangement: Arrangement, folder: Path) -> dict[str, Any]:
    """Run the plan to its end; gives what the locustfile wrote. Raises LocustFailed."""
    results, plan_file = folder / "results.json", folder / "plan.json"
    planned = replace(plan, workers=arrangement.processes, results=str(results))
    plan_file.write_text(json.dumps(planned.as_json()), encoding="utf-8")
    status = _locust(arrangement.options(), folder, {"SIMULATOR_LOAD_PLAN": str(plan_file)})
    if not results.is_file():
        raise LocustFailed(f"Locust ended with {status} and left no result; its own words are above.")
    return dict(json.loads(results.read_text(encoding="utf-8")))


def follow(master: str, port: int, folder: Path) -> int:
    """Play people for a master on another machine until it ends; gives Locust's exit status."""
    return _locust(["--worker", "--master-host", master, "--master-port", str(port)], folder, {})


def _locust(options: Sequence[str], folder: Path, variables: dict[str, str]) -> int:
    """Guarded, so that it ends with us; started in an empty folder, since Locust reads settings where it stands."""
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--skip-log-setup", *options]
    beside_us = str(LOCUSTFILE.parent.parent.parent)
    environment = {**os.environ, **variables, "PYTHONPATH": beside_us}
    with (
        (folder / "locust.log").open("w") as log,
        subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [sys.executable, "-I", guard.__file__, *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
        ) as guarded,
    ):
        try:
            return guarded.wait()
        except KeyboardInterrupt:
            if guarded.stdin is not None:
                guarded.stdin.close()
            return guarded.wait()
