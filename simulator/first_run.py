"""Makes a fresh clone run: an environment beside pyproject.toml with what the lock file names, then goes on there.

Runs before anything is installed, so it knows only the standard library, and its syntax is kept to what an
older Python can read: such a Python has to get as far as the sentence that tells which one is needed.
An installed package has no pyproject.toml beside it, and nothing happens.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKOUT = Path(__file__).resolve().parent.parent
NEEDED_PYTHON = (3, 11)
STAMP = "installed-locks.txt"
COVERED_TOO = {
    "requirements-load.lock": ["requirements.lock"],
    "requirements-dev.lock": ["requirements.lock", "requirements-load.lock"],
}
"""Locks whose packages are all in another one, in the same versions."""
SENTINELS = ("flask", "playwright")
"""Packages without which no command here works; an environment of the person's own that has them is left alone."""


class CannotPrepare(Exception):
    """The environment can't be made; the text says why and what helps."""


def prepare(lock_name: str, module: str, checkout: Path = CHECKOUT) -> None:
    """Make sure that `module` runs with the packages of `lock_name`; returns when it already does.

    Otherwise the environment is made or brought up to date and this process is replaced by one in it.
    Leaves the process with status 3 and a sentence when the environment can't be made.
    """
    try:
        refuse_old_python(sys.version_info[:3])
        if not (checkout / "pyproject.toml").is_file() or _in_environment_of_own(checkout):
            return
        environment = Environment(checkout)
        environment.bring_up_to_date(lock_name)
        if not environment.is_running_this():
            environment.go_on_there(module, sys.argv[1:])
    except CannotPrepare as failure:
        _say(str(failure))
        raise SystemExit(3) from None


class Environment:
    """The virtual environment `.venv` of one checkout."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.folder = checkout / ".venv"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def bring_up_to_date(self, lock_name: str) -> None:
        """Create the environment and install the lock's packages, unless its stamp says that they are there."""
        lock = self.checkout / lock_name
        if self.python.exists() and self._fingerprint(lock_name) in self._installed():
            return
        if not self._has_pip():
            self._create()
        _say(f"Installing the packages that {lock_name} names (a minute or two, once) ...")
        self._pip("install", "--require-hashes", "--requirement", str(lock))
        _say("Installing the project itself from this folder ...")
        self._pip("install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(self.checkout))
        self._stamp(lock_name)
        _say("The environment is ready.")

    def is_running_this(self) -> bool:
        """Whether this very process already runs in the environment."""
        return Path(sys.prefix).resolve() == self.folder.resolve()

    def go_on_there(self, module: str, arguments: Sequence[str]) -> None:
        """Replace this process by the same command in the environment."""
        command = [str(self.python), "-m", module, *arguments]
        if os.name == "nt":  # there, a replaced process would give the prompt back too early
            raise SystemExit(subprocess.run(command, check=False).returncode)  # noqa: S603 - our own interpreter
        os.execv(command[0], command)  # noqa: S606 - likewise

    def _create(self) -> None:
        _say(f"Creating an environment for this project in {self.folder} ...")
        refuse_missing([name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None])
        self._run([sys.executable, "-m", "venv", "--clear", str(self.folder)], "The environment could not be created.")

    def _has_pip(self) -> bool:
        if not self.python.exists():
            return False
        asked = subprocess.run([str(self.python), "-m", "pip", "--version"], capture_output=True, check=False)  # noqa: S603 - our own interpreter
        return asked.returncode == 0

    def _pip(self, *arguments: str) -> None:
        quiet = ["--quiet", "--quiet", "--disable-pip-version-check", "--no-input"]
        self._run(
            [str(self.python), "-m", "pip", *arguments, *quiet],
            "pip could not install the packages; its own words are above. If they speak of a connection, a name "
            "or a time-out, this machine has no way to a package index just now: connect it (or set PIP_INDEX_URL "
            "to an index that it reaches) and run the same command again.",
        )

    def _run(self, command: Sequence[str], sentence: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
        done = subprocess.run(command, cwd=self.checkout, env=environment, stdout=sys.stderr, check=False)  # noqa: S603 - our own interpreter
        if done.returncode != 0:
            raise CannotPrepare(sentence)

    def _installed(self) -> list[str]:
        stamp = self.folder / STAMP
        return stamp.read_text(encoding="ascii").split() if stamp.is_file() else []

    def _stamp(self, lock_name: str) -> None:
        names = [lock_name, *COVERED_TOO.get(lock_name, [])]
        fingerprints = [self._fingerprint(name) for name in names]
        (self.folder / STAMP).write_text("\n".join(fingerprints) + "\n", encoding="ascii")

    def _fingerprint(self, lock_name: str) -> str:
        return hashlib.sha256((self.checkout / lock_name).read_bytes()).hexdigest()


def refuse_old_python(version: Sequence[int]) -> None:
    """Raise CannotPrepare for a Python that can't read this project's code; `version` is major, minor, micro."""
    if tuple(version[:2]) < NEEDED_PYTHON:
        needed = ".".join(map(str, NEEDED_PYTHON))
        found = ".".join(map(str, version))
        raise CannotPrepare(
            f"Python {needed} or later is needed, and this is {found} ({sys.executable}). "
            f"Install a newer one and call it by name, for example `python{needed} -m simulator run`."
        )


def refuse_missing(modules: Sequence[str]) -> None:
    """Raise CannotPrepare when modules that make environments are missing, as on a bare Debian."""
    if modules:
        raise CannotPrepare(
            f"This Python ({sys.executable}) comes without {' and '.join(modules)}, which make environments. "
            f"On Debian and Ubuntu `apt-get install python3-venv` brings them; then run the same command again."
        )


def _in_environment_of_own(checkout: Path) -> bool:
    """Whether the person runs us in an environment they made: then its packages are their affair."""
    if sys.prefix == sys.base_prefix:
        return False
    stamped = (checkout / ".venv" / STAMP).is_file()
    if stamped and Path(sys.prefix).resolve() == (checkout / ".venv").resolve():
        return False
    return all(importlib.util.find_spec(name) is not None for name in SENTINELS)


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
