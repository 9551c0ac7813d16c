"""The container file's steps, done without an engine: what is copied is enough to build from, and what is built serves.

Stages become folders, and packages are lent in place of downloaded. What only an engine can show (the base images, the
user, the network between containers) stays untested.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.drill.amazon import until
from simulator.drill.process import Process
from simulator.service import free_port

PROJECT = Path(__file__).parents[2]
SETTINGS = {"REDEEM_MODE": "sandbox", "REDEEM_SWEEP_SECONDS": "0"}


class Stages:
    """The steps of both stages, with their folders in place of those of a container."""

    def __init__(self, folder: Path) -> None:
        text = re.sub(r"\\\n\s*", "", (PROJECT / "Containerfile").read_text("utf-8"))
        lines = [line.partition(" ") for line in text.splitlines() if line and not line.startswith("#")]
        self.steps = [(name, rest.strip()) for name, _, rest in lines]
        self.build, self.program, self.home = folder / "build", folder / "redeem", folder / "home"
        self.build.mkdir()
        self.home.mkdir()

    def copies(self) -> None:
        """Of COPY, what does not come from another stage."""
        for sources in (rest.split() for name, rest in self.steps if name == "COPY" and "--from" not in rest):
            *files, target = sources
            for file in files:
                if (PROJECT / file).is_dir():
                    ignored = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(PROJECT / file, self.build / target, ignore=ignored)
                else:
                    shutil.copy(PROJECT / file, self.build / target)

    def runs(self) -> None:
        """Of RUN, what is done in the first stage."""
        for command in next(rest for name, rest in self.steps if name == "RUN").split("&&"):
            words = shlex.split(command.replace("/opt/redeem", str(self.program)))
            words[0] = sys.executable if words[0] == "python" else words[0]
            subprocess.run(words, check=True, cwd=self.build, env={"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1"})
            if "venv" in words:
                self._lends_packages()

    def _lends_packages(self) -> None:
        [site] = self.program.glob("lib/python*/site-packages")
        lent = [path for path in sys.path if path.endswith("site-packages")]
        (site / "zz_lent.pth").write_text("\n".join(lent), encoding="utf-8")

    def the(self, name: str, port: int) -> list[str]:
        """CMD, or the command of HEALTHCHECK, on another port."""
        told = next(rest for found, rest in self.steps if found == name)
        words: list[str] = json.loads(told[told.index("[") :].replace("8000", str(port)))
        return words


@pytest.fixture
def stages(tmp_path: Path) -> Stages:
    return Stages(tmp_path)


def test_what_is_built_from_what_is_copied_serves_and_is_found_healthy(stages: Stages) -> None:
    stages.copies()
    stages.runs()
    shutil.rmtree(stages.build)
    port = free_port()
    variables = SETTINGS | {"PATH": f"{stages.program}/bin:{os.environ['PATH']}"}
    check, command = stages.the("HEALTHCHECK", port), stages.the("CMD", port)
    process = Process([str(stages.program / "bin" / command[0]), *command[1:]], stages.home, variables)

    def is_healthy() -> bool:
        return subprocess.run(check, env=variables, capture_output=True, check=False).returncode == 0

    before = is_healthy()
    process.start()
    try:
        until(is_healthy, "the container is healthy", 60.0)
    finally:
        process.stop()

    assert not before
    assert (stages.home / "redeem.sqlite3").exists(), "it writes where it runs, and nowhere else"
