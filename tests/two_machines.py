"""Two machines with a cable between them, played by network namespaces: each has its own addresses and loopback."""

import ctypes
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

PROJECT: Final = Path(__file__).parents[1]
NEEDS: Final = "another machine is played by a network namespace, which needs Linux, root and `ip` (iproute2)"
NOT_FOR_THEM: Final = frozenset({"SIMULATOR_DATABASE_URL", "SIMULATOR_REDIS_URL"})
"""Servers on this machine's loopback address, which those machines don't see; there, worlds are on SQLite."""

CLONE_NEWNET: Final = 0x40000000
"""Linux: a namespace of networks."""


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
            stdin=subprocess.PIPE,
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

    def listens(self) -> socket.socket:
        """A socket that listens there, on a free port, for this process."""
        with ThreadPoolExecutor(1) as of_its_own:  # whoever enters a namespace stays there
            return of_its_own.submit(self._listen).result()

    def _listen(self) -> socket.socket:
        with Path("/var/run/netns", self.name).open(encoding="ascii") as namespace:
            assert ctypes.CDLL(None).setns(namespace.fileno(), CLONE_NEWNET) == 0
        return socket.create_server((self.address, 0))

    def is_silent_to(self, other: "Machine") -> None:
        """From now on nothing that is sent from here gets there; nobody is told so."""
        _must("-n", self.name, "route", "add", "blackhole", f"{other.address}/32")

    def speaks_again_to(self, other: "Machine") -> None:
        """Undo that."""
        _must("-n", self.name, "route", "delete", "blackhole", f"{other.address}/32")


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
