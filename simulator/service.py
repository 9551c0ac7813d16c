"""The service as a process of its own: started with settings, ready when it says so, operated by its command line."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import httpx

from simulator import guard

READY_SECONDS: Final = 60.0
STOP_SECONDS: Final = 15.0
OPERATE_SECONDS: Final = 120.0
LOOK_EVERY: Final = 0.05
KEPT_FROM_OUTSIDE: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


PROGRAM: Final = (sys.executable, "-m", "redeem_app")
"""The service as it is."""


class ServiceFailed(Exception):
    """The service did not start, or a command of its operator failed; the text carries its own words."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What the service is started with. `variables` are its REDEEM_ settings; nothing else of ours reaches it.

    The folder is removed when this process is killed and can no longer do so.
    """

    folder: Path
    port: int
    variables: Mapping[str, str]
    program: Sequence[str] = PROGRAM
    """Python and the module; tests put a stand-in here."""
    address: str = "127.0.0.1"


class Service:
    """One service process. `stop` may be called at any time and twice."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._log_path = settings.folder / "service.log"
        self._guard: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._group = 0
        self.url = f"http://{settings.address}:{settings.port}"

    def start(self) -> None:
        """Start and wait until `/readyz` answers 200. Raises ServiceFailed with the end of its log."""
        self._log = self._log_path.open("ab")
        serve = ["serve", "--host", self._settings.address, "--port", str(self._settings.port)]
        of_folder = (guard.FOLDER, str(self._settings.folder))
        self._guard = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", guard.__file__, *of_folder, *self._settings.program, *serve],
            cwd=self._settings.folder,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        if self._guard.stdout is not None:
            self._group = int(self._guard.stdout.readline() or 0)
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Let it end: what is under way is answered first."""
        if self._guard is not None and self._guard.stdin is not None:
            with suppress(BrokenPipeError):  # it has ended by itself
                self._guard.stdin.write(b"end")
                self._guard.stdin.close()
        self._reap()

    def kill(self) -> None:
        """End it in the middle of whatever it does, as a power cut would (`kill -9` of all its processes)."""
        if self._group:
            os.killpg(self._group, signal.SIGKILL)
        self._reap()

    @property
    def group(self) -> int:
        """The process group of what runs; 0 for none."""
        return self._group

    def is_running(self) -> bool:
        """Whether the process is there; it may still be starting."""
        return self._guard is not None and self._guard.poll() is None

    def operate(self, *arguments: str) -> str:
        """Run a command of the service as its operator would; gives its stdout. Raises ServiceFailed."""
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [*self._settings.program, *arguments],
            cwd=self._settings.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=OPERATE_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise ServiceFailed(f"`redeem {' '.join(arguments)}` ended with {done.returncode}:\n{done.stderr.strip()}")
        return done.stdout

    def operate_json(self, *arguments: str) -> dict[str, object]:
        """The same for a command that prints one JSON object. Raises ServiceFailed."""
        printed = self.operate(*arguments)
        try:
            answer = json.loads(printed)
        except ValueError as wrong:
            raise ServiceFailed(f"`redeem {' '.join(arguments)}` printed no JSON:\n{printed}") from wrong
        return dict(answer)

    def whole_log(self) -> str:
        """All that it wrote; whatever it could not decode is replaced."""
        if not self._log_path.exists():
            return ""
        return self._log_path.read_text(encoding="utf-8", errors="replace")

    def log_end(self, lines: int = 25) -> str:
        """The last lines of what it wrote."""
        return "\n".join(self.whole_log().splitlines()[-lines:])

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT_FROM_OUTSIDE if name in os.environ}
        beside_us = str(Path(guard.__file__).resolve().parent.parent)
        return {**kept, "PYTHONPATH": beside_us, "PYTHONUNBUFFERED": "1", **self._settings.variables}

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        seen = "no answer yet"
        with httpx.Client(timeout=2.0, trust_env=False) as client:
            while time.monotonic() < deadline:
                if not self.is_running():
                    raise ServiceFailed(f"The service ended while it started. Its last words:\n{self.log_end()}")
                try:
                    answer = client.get(f"{self.url}/readyz")
                except httpx.TransportError:
                    time.sleep(LOOK_EVERY)
                    continue
                if answer.is_success:
                    return
                seen = f"{answer.status_code} {answer.text.strip()}"
                time.sleep(LOOK_EVERY)
        raise ServiceFailed(f"The service was not ready in {READY_SECONDS:.0f} s ({seen}):\n{self.log_end()}")

    def _reap(self) -> None:
        if self._guard is not None:
            try:
                self._guard.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._guard.kill()
                self._guard.wait()
            for stream in (self._guard.stdin, self._guard.stdout):
                if stream is not None:
                    stream.close()
        if self._log is not None:
            self._log.close()
        self._guard, self._log, self._group = None, None, 0


def free_port() -> int:
    """A port of the loopback address that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
