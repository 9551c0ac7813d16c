"""The release before, out of the checkout's history: the last state before the newest migration was added."""

import io
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
MIGRATIONS: Final = "redeem_app/adapters/migrations/*.sql"
PARTS: Final = ("redeem_app", "templates", "static")


class NoOldRelease(Exception):
    """There is no history here to take it from; the text says so."""


def unpack(folder: Path) -> tuple[str, tuple[str, ...]]:
    """Put it into a folder; gives its commit and the program that runs it. Raises NoOldRelease."""
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", MIGRATIONS).decode().strip()
    if not added:
        raise NoOldRelease("this is no checkout with its history")
    before = _git("rev-parse", "--short", f"{added}~1").decode().strip()
    with tarfile.open(fileobj=io.BytesIO(_git("archive", f"{added}~1", *PARTS))) as archive:
        archive.extractall(folder, filter="data")
    start = f"import sys; sys.path.insert(0, {str(folder)!r}); from redeem_app.cli import main; main()"
    return before, (sys.executable, "-P", "-c", start)


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, check=True)  # noqa: S603, S607 - git of the PATH
    except (OSError, subprocess.CalledProcessError) as failed:
        raise NoOldRelease("this is no checkout with its history") from failed
    return done.stdout
