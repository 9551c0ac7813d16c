"""The commands of docs/integration.md, run word by word against a real service; its answers are those it shows."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from simulator.service import free_port

PROJECT: Final = Path(__file__).resolve().parent.parent.parent
DOCUMENT: Final = (PROJECT / "docs" / "integration.md").read_text(encoding="utf-8")
BLOCKS: Final = re.findall(r"^```(sh|toml|json)\n(.*?)^```$", DOCUMENT, flags=re.DOTALL | re.MULTILINE)
MARK: Final = "--- next ---"
ANY: Final = "…"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with the campaign file of the document in it."""
    [campaign_file] = [text for kind, text in BLOCKS if kind == "toml"]
    (tmp_path / "first.toml").write_text(campaign_file, encoding="utf-8")
    return tmp_path


def script() -> str:
    """All commands, one after the other, each answer under a mark; what was started is ended."""
    commands = [text for kind, text in BLOCKS if kind == "sh"]
    parts = ["set -eu", "trap 'kill $(jobs -p); wait' EXIT"]
    for command in commands:
        parts += [f"echo '{MARK}'", command]
    return "\n".join(parts)


def is_as_shown(shown: Any, told: Any) -> bool:
    if shown == ANY:
        return isinstance(told, str) and told != ""
    if isinstance(shown, dict):
        return (
            isinstance(told, dict)
            and shown.keys() == told.keys()
            and all(is_as_shown(shown[k], told[k]) for k in shown)
        )
    if isinstance(shown, list):
        return isinstance(told, list) and len(shown) == len(told) and all(map(is_as_shown, shown, told))
    return bool(shown == told)


def test_every_command_of_the_document_does_what_it_says(folder: Path) -> None:
    words = script().replace(":8000", f":{(service := free_port())}").replace("--port 8000", f"--port {service}")
    words = words.replace(":8100", f":{(amazon := free_port())}").replace("--port 8100", f"--port {amazon}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    done = subprocess.run(
        ["/bin/bash", "-c", words], cwd=folder, env={"PATH": path, "HOME": str(folder)}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr + (folder / "service.log").read_text()
    outputs = iter(done.stdout.split(f"{MARK}\n")[1:])
    output = ""
    for kind, text in BLOCKS:
        if kind == "sh":
            output = next(outputs)
        elif kind == "json":
            told = json.loads(output)
            assert is_as_shown(json.loads(text), told), f"the document shows\n{text}\nand the service said\n{told}"
