"""Finds what an embedded engine needs on this machine, or installs it; counted only when its host script starts.

Tried once per process and engine: as it is, then with the system's packages, then a sentence with the commands.
"""

import fcntl
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from simulator.browsers import APT, INSTALL_SECONDS, NoBrowser
from simulator.hosts.profiles import EngineName

_FOLDER: Final = Path(__file__).resolve().parent
_CHECK_SECONDS: Final = 60
_TURN: Final = Path(tempfile.gettempdir()) / f"simulator-engines-{getattr(os, 'getuid', int)()}.lock"


class NoEngine(NoBrowser):
    """An embedded engine can't be had here; the text says which commands help."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What an engine needs: the system's packages, the command that proves it is there, and what is told without."""

    words: str
    packages: tuple[str, ...]
    check: tuple[str, ...]
    programs: tuple[str, ...] = ()
    more: str = ""


NEEDS: Final = {
    EngineName.WEBKITGTK: Needs(
        "WebKitGTK",
        (
            "gir1.2-webkit2-4.1",
            "python3-gi",
            "python3-gi-cairo",
            "xvfb",
            "libxtst6",
            "fonts-dejavu-core",  # without any font, fields collapse
        ),
        ("/usr/bin/python3", "-E", "-s", str(_FOLDER / "webkitgtk_host.py"), "--check"),
        programs=("Xvfb",),
    ),
    EngineName.QT: Needs(
        "Qt WebEngine",
        ("libegl1", "libxkbfile1", "libxdamage1", "libxrandr2", "libxtst6", "libnss3", "fonts-dejavu-core"),
        (sys.executable, str(_FOLDER / "qt_host.py"), "--check"),
        more="  pip install 'redeem-app[webview]'    (in a checkout: pip install -r requirements-dev.lock)\n",
    ),
}


@dataclass(frozen=True, slots=True)
class Machine:
    """What the search asks of the machine it runs on."""

    starts: Callable[[Needs], bool]
    """Whether the engine's host script starts."""
    run: Callable[[Sequence[str]], bool]
    """Run an installer; whether it succeeded."""
    may_install: bool


@functools.cache
def provide(engine: EngineName) -> None:
    """Make sure that an engine is there. Raises NoEngine."""
    is_root = getattr(os, "geteuid", lambda: 1)() == 0
    machine = Machine(_starts, _run, is_root and shutil.which("apt-get") is not None)
    with _TURN.open("w") as turn:  # journeys side by side would get into each other's way
        fcntl.flock(turn, fcntl.LOCK_EX)
        look_for(NEEDS[engine], machine)


def look_for(needs: Needs, machine: Machine) -> None:
    """The engine as it is, or after its packages are installed. Raises NoEngine."""
    if machine.starts(needs):
        return
    if machine.may_install:
        machine.run((*APT, "update"))
        installed = machine.run((*APT, "install", "--no-install-recommends", *needs.packages))
        if installed and machine.starts(needs):
            return
    raise NoEngine(
        f"{needs.words} does not start on this machine, and could not be installed. This helps on Debian and Ubuntu:\n"
        f"  sudo apt-get install --no-install-recommends {' '.join(needs.packages)}\n{needs.more}"
        "The simulated views (--host webview and others) need none of it."
    )


def _starts(needs: Needs) -> bool:
    if any(shutil.which(program) is None for program in needs.programs):
        return False
    try:
        done = subprocess.run(needs.check, check=False, timeout=_CHECK_SECONDS, capture_output=True)  # noqa: S603 - ours
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _run(command: Sequence[str]) -> bool:
    click.echo(f"An embedded engine is missing; trying: {' '.join(command)}", err=True)
    try:
        done = subprocess.run(command, check=False, timeout=INSTALL_SECONDS, stdout=sys.stderr)  # noqa: S603 - constants
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
