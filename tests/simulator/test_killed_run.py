"""A run that is killed leaves nothing of a world behind: no process, no folder."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def those_of(folder: Path) -> dict[int, str]:
    """Processes that were given this folder for temporary files, with what they run."""
    mark, found = f"TMPDIR={folder}".encode(), {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found[int(entry.name)] = (entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
    return found


def until_they_are(folder: Path, fits: str) -> bool:
    """Whether, before long, one of the folder's processes runs what is named; with nothing named, none is left."""
    for _ in range(600):
        running = those_of(folder)
        if any(fits in command for command in running.values()) if fits else not running:
            return True
        threading.Event().wait(0.1)
    return False


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_killed_in_the_middle_of_journeys_it_leaves_no_process_and_no_world(tmp_path: Path, jobs: str) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    journeys = ["new-account", "existing-account", "expired", "tampered"]
    command = [sys.executable, "-m", "simulator", "run", *journeys, "--jobs", jobs, "--no-axe"]
    run = subprocess.Popen(
        [*command, "--report", str(tmp_path / "report")],
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert until_they_are(scratch, "redeem_app serve")

    run.send_signal(signal.SIGKILL)
    run.wait()

    assert until_they_are(scratch, ""), those_of(scratch)
    assert [left.name for left in scratch.glob("simulator-*") if "ports" not in left.name] == []
