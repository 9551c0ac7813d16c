"""Packages of Node.js for tests, in the versions that a lock file beside them says."""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path


class NoNode(Exception):
    """Node.js or npm is missing, or npm could not install; the text says which."""


def install(folder: Path) -> None:
    """Install what the lock file says, once for each state of it; several processes wait for one another."""
    npm = shutil.which("npm")
    if npm is None:
        raise NoNode("these tests need Node.js 20 or newer with npm")
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    modules = folder / "node_modules"
    modules.mkdir(exist_ok=True)
    with (folder / "node_modules.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = modules / ".installed"
        if not mark.exists() or mark.read_text() != wanted:
            done = subprocess.run([npm, "ci"], cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise NoNode(done.stderr)
            mark.write_text(wanted)
