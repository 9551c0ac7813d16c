"""A PostgreSQL cluster and a Redis of a drill's own, on free ports, in its folder; never the machine's."""

import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Final

import psycopg

from simulator.drill.amazon import until
from simulator.drill.process import Process
from simulator.service import ServiceFailed, free_port

READY_SECONDS: Final = 60.0
SERVERS_REFUSE_ROOT: Final = ("postgres", "nobody")
COMMAND_SECONDS: Final = 120.0


def program(name: str) -> str:
    """The path of a program of PostgreSQL or Redis; empty where it isn't installed. Debian keeps some out of PATH."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return shutil.which(name) or next((str(path) for path in beside), "")


class Cluster:
    """PostgreSQL, made with initdb and run by pg_ctl, as somebody else where we are root."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        folder.parent.chmod(0o711)
        self._data = folder / "data"
        self._log = folder / "log"
        self._port = free_port()
        self._user = next((name for name in SERVERS_REFUSE_ROOT if _exists(name)), "") if os.geteuid() == 0 else ""
        if self._user:
            shutil.chown(folder, self._user)
        self.url = f"postgresql://drill@127.0.0.1:{self._port}/postgres"
        self._run("initdb", "--no-sync", "--auth=trust", "--username=drill", "--encoding=UTF8", "-D", str(self._data))

    def start(self) -> None:
        """Start, with recovery where it was killed. Raises ServiceFailed."""
        options = f"-p {self._port} -h 127.0.0.1 -k ''"
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self._log), "-w", "-t", "60", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop: `fast` cuts all connections, `immediate` crashes."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", mode, "stop", may_fail=True)

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, name: str, *arguments: str, may_fail: bool = False) -> None:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [program(name), *arguments],
            cwd="/",
            user=self._user or None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the server would keep a pipe open
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if done.returncode != 0 and not may_fail:
            raise ServiceFailed(f"{name} ended with {done.returncode}.")


class RedisServer:
    """Redis without a file of its own: what it counts is of this second."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        options = ["--bind", "127.0.0.1", "--port", str(self._port), "--save", "", "--appendonly", "no"]
        self.process = Process([program("redis-server"), *options], folder)

    def start(self) -> None:
        """Start and wait until it takes connections."""
        self.process.start()
        until(self.answers, "Redis answers", READY_SECONDS)

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            socket.create_connection(("127.0.0.1", self._port), 1).close()
        except OSError:
            return False
        return True


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
