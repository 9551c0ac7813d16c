"""Runs the clients of Node.js against a fake Amazon, under Amazon's own host names."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from simulator.fake_amazon import FakeAmazon
from tests import node_packages

FOLDER = Path(__file__).parent / "node"


def install() -> None:
    """Install what the lock file says."""
    node_packages.install(FOLDER)


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
