"""Servers as processes of their own, each on a port of its own: started, awaited, looked at, ended."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

TARGETS: Final = {"bare": "redeem_app.bench.bare:application", "service": "redeem_app.bench.served:application"}
LOOKED_AT: Final = {"bare": "/hello", "service": "/healthz"}
_READY_SECONDS: Final = 60.0


class BenchFailed(Exception):
    """What stopped the bench, in a sentence."""


@dataclass
class Server:
    """One server; `environment` is added to ours."""

    kind: str
    port: int
    workers: int
    threads: int
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "redeem_app.bench.servers", self.kind]
        numbers = [str(self.port), str(self.workers), str(self.threads)]
        # A session of its own: an interrupt reaches the bench alone, which then ends its servers in order.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*command, *numbers],
            env={**os.environ, **self.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def memory(self) -> list[int]:
        """Bytes of each worker process that are its own or its share (PSS); empty where the system doesn't tell."""
        return [share for pid in self._workers() if (share := _proportional_bytes(pid))]

    def _workers(self) -> list[int]:
        if self._process is None:
            return []
        path = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in path.read_text(encoding="ascii").split()] if path.exists() else []

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                raise BenchFailed(f"The {self.kind} server ended while it started; its words are above.")
            if _answers(self.port, LOOKED_AT[self.kind]):
                return
            time.sleep(0.05)
        raise BenchFailed(f"The {self.kind} server did not answer within {_READY_SECONDS:.0f} s.")


def _proportional_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def free_port() -> int:
    """A port of the loopback address that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _end_with_the_bench() -> None:
    """End this server when the bench that holds its stdin is gone, killed perhaps."""
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    from redeem_app.http_server import is_on_a_loop, serve

    threading.Thread(target=_end_with_the_bench, daemon=True).start()

    _kind, _port, _workers, _threads = sys.argv[1:]
    serve(
        TARGETS[_kind],
        host="127.0.0.1",
        port=int(_port),
        workers=int(_workers),
        threads=int(_threads),
        on_a_loop=_kind == "service" and is_on_a_loop(os.environ["REDEEM_DATABASE_URL"]),
    )
