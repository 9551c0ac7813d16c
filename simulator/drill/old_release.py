"""The release before, out of the checkout's history: the last state before the newest migration was added."""

import importlib.metadata
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
MIGRATIONS: Final = "redeem_app/adapters/migrations/*.sql"
LOCK: Final = "requirements.lock"
PARTS: Final = ("redeem_app", "templates", "static", LOCK)


_PINNED: Final = re.compile(r"^[\w.-]+==[^\\\n]+", re.MULTILINE)


class NoOldRelease(Exception):
    """There is no history here to take it from; the text says so."""


def unpack(folder: Path) -> tuple[str, tuple[str, ...]]:
    """Put it into a folder; gives its commit and the program that runs it. Raises NoOldRelease."""
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", MIGRATIONS).decode().strip()
    if not added:
        raise NoOldRelease("this is no checkout with its history")
    before = _git("rev-parse", "--short", f"{added}~1").decode().strip()
    with zipfile.ZipFile(io.BytesIO(_git("archive", "--format=zip", f"{added}~1", *PARTS))) as archive:
        archive.extractall(folder)
    libraries = _bring_what_is_gone(folder)
    paths = f"sys.path[:] = [{str(folder)!r}, *sys.path, {str(libraries)!r}]"
    start = f"import sys; {paths}; from redeem_app.cli import main; main()"
    return before, (sys.executable, "-P", "-c", start)


def _bring_what_is_gone(folder: Path) -> Path:
    """Install the libraries that its lock file names and this environment no longer has; gives where."""
    libraries = folder / "libraries"
    gone = [pinned for pinned in _PINNED.findall((folder / LOCK).read_text("utf-8")) if not _is_here(pinned)]
    if gone:
        pip = (sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(libraries))
        done = subprocess.run([*pip, *gone], capture_output=True, text=True, check=False)  # noqa: S603 - its own lock's
        if done.returncode:
            raise NoOldRelease(f"{', '.join(gone)} could not be installed for it: {done.stderr.strip()[-300:]}")
    return libraries


def _is_here(pinned: str) -> bool:
    try:
        importlib.metadata.distribution(pinned.partition("==")[0])
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, check=True)  # noqa: S603, S607 - git of the PATH
    except (OSError, subprocess.CalledProcessError) as failed:
        raise NoOldRelease("this is no checkout with its history") from failed
    return done.stdout
