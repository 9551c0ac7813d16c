"""Two machines with a cable between them, played by network namespaces: each has its own addresses and loopback."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

PROJECT: Final = Path(__file__).parents[2]
NEEDS: Final = "another machine is played by a network namespace, which needs Linux, root and `ip` (iproute2)"
NOT_FOR_THEM: Final = frozenset({"SIMULATOR_DATABASE_URL", "SIMULATOR_REDIS_URL"})
"""Servers on this machine's loopback address, which those machines don't see; there, worlds are on SQLite."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One of the two."""

    name: str
    address: str

    def python(self, *arguments: str) -> list[str]:
        """The command that runs our Python there."""
        return ["ip", "netns", "exec", self.name, sys.executable, *arguments]

    def starts(self, *arguments: str) -> subprocess.Popen[str]:
        """A program of ours there, with its words to be read."""
        return subprocess.Popen(
            self.python(*arguments),
            cwd=PROJECT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def says(self, *arguments: str) -> str:
        """What a program of ours prints there; it must end well."""
        done = subprocess.run(
            self.python(*arguments), cwd=PROJECT, env=environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NOT_FOR_THEM}


@contextmanager
def two_machines() -> Iterator[tuple[Machine, Machine]]:
    """Here and elsewhere. Skips the test, with the reason, where namespaces can't be made."""
    if shutil.which("ip") is None:
        pytest.skip(f"{NEEDS}: there is no `ip`")
    mark = secrets.token_hex(3)
    here, elsewhere = Machine(f"here-{mark}", "10.213.7.1"), Machine(f"there-{mark}", "10.213.7.2")
    with ExitStack() as stack:
        for machine in (here, elsewhere):
            made = _ip("netns", "add", machine.name)
            if made.returncode != 0:
                pytest.skip(f"{NEEDS}: {made.stderr.strip()}")
            stack.callback(_ip, "netns", "delete", machine.name)
        cable = ("link", "add", f"h{mark}", "netns", here.name, "type", "veth", "peer", "name", f"t{mark}")
        _must(*cable, "netns", elsewhere.name)
        for machine, end in ((here, f"h{mark}"), (elsewhere, f"t{mark}")):
            _must("-n", machine.name, "address", "add", f"{machine.address}/24", "dev", end)
            _must("-n", machine.name, "link", "set", "lo", "up")
            _must("-n", machine.name, "link", "set", end, "up")
            _must("-n", machine.name, "route", "add", "default", "dev", end)
        yield here, elsewhere


def _ip(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)  # noqa: S607 - the system's own


def _must(*arguments: str) -> None:
    done = _ip(*arguments)
    assert done.returncode == 0, f"ip {' '.join(arguments)}: {done.stderr}"
