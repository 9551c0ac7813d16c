"""Runs the clients of Node.js against a fake Amazon, under Amazon's own host names."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from simulator.fake_amazon import FakeAmazon

FOLDER = Path(__file__).parent / "node"


def install() -> None:
    """Install what the lock file says, once for each state of it; several test processes wait for one another."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("these tests need Node.js 18 or newer with npm")
    wanted = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    modules = FOLDER / "node_modules"
    modules.mkdir(exist_ok=True)
    with (FOLDER / "node_modules.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = modules / ".installed"
        if not mark.exists() or mark.read_text() != wanted:
            done = subprocess.run([npm, "ci"], cwd=FOLDER, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            mark.write_text(wanted)


def run(amazon: FakeAmazon, script: str, *arguments: str) -> dict[str, object]:
    """What a script prints."""
    node = shutil.which("node")
    assert node is not None
    environment = {
        "PATH": os.environ["PATH"],
        "NODE_EXTRA_CA_CERTS": str(amazon.certificate),
        "FAKE_AMAZON_PORT": amazon.base_url.rpartition(":")[2],
        "NODE_NO_WARNINGS": "1",
    }
    command = [node, "--require", str(FOLDER / "lead_to_fake.cjs"), str(FOLDER / script), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told
