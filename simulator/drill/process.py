"""A process of a drill: started, killed in the middle of whatever it does, started again; it never outlives us."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from simulator import guard
from simulator.service import KEPT_FROM_OUTSIDE

ENDS_WITHIN: Final = 15.0


@dataclass(slots=True)
class Process:
    """One program with what it is started with; its words go into a log in its folder."""

    command: Sequence[str]
    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    _guard: "subprocess.Popen[bytes] | None" = None
    group: int = 0

    def start(self) -> None:
        """Start it; whether it is ready is for others to see."""
        kept = {name: os.environ[name] for name in KEPT_FROM_OUTSIDE if name in os.environ}
        beside_us = str(Path(guard.__file__).resolve().parent.parent)
        with (self.folder / "process.log").open("ab") as log:
            self._guard = subprocess.Popen(  # noqa: S603 - programs of the drill's own
                [sys.executable, "-I", guard.__file__, *self.command],
                cwd=self.folder,
                env={**kept, "PYTHONPATH": beside_us, "PYTHONUNBUFFERED": "1", **self.variables},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        if self._guard.stdout is not None:
            self.group = int(self._guard.stdout.readline() or 0)

    def kill(self) -> None:
        """`kill -9` of all its processes."""
        if self.group:
            os.killpg(self.group, signal.SIGKILL)
        self._reap()

    def stop(self) -> None:
        """Let it end; may be called twice."""
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
        self._reap()

    def _reap(self) -> None:
        if self._guard is None:
            return
        try:
            self._guard.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            self._guard.wait()
        for stream in (self._guard.stdin, self._guard.stdout):
            if stream is not None:
                stream.close()
        self._guard, self.group = None, 0
