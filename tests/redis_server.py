"""A Redis for tests that need one: the one that TEST_REDIS_URL names, or one of our own on a socket."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator

import pytest
import redis

REDIS_SERVER = shutil.which("redis-server")
SHARED = ("database", "redis") if REDIS_SERVER or os.environ.get("TEST_REDIS_URL") else ("database",)
"""Redis takes part where the machine has one; the project's CI run brings it."""


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis to share, or one of our own on a socket."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url
        return
    socket = tmp_path_factory.mktemp("redis") / "redis.sock"
    command = [str(REDIS_SERVER), "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=socket.parent)
    client = redis.Redis(unix_socket_path=str(socket))
    for _ in range(200):
        try:
            client.ping()
            break
        except redis.ConnectionError:
            threading.Event().wait(0.02)
    client.close()
    yield f"unix://{socket}"
    server.terminate()
    server.wait()
