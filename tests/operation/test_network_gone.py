"""The network between the service and PostgreSQL is gone: nobody says so, and whoever waits is told all the same."""

import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.two_machines import Machine, two_machines

if URL := os.environ.get("TEST_DATABASE_URL", ""):  # the project's CI run brings it

    @contextmanager
    def a_postgresql_on(machine: Machine) -> Iterator[str]:
        """The URL of our server, as if it ran there."""
        listening = machine.listens()
        threading.Thread(target=relay, args=(listening,), daemon=True).start()
        with listening:
            yield urlsplit(URL)._replace(netloc=f"{who()}{machine.address}:{listening.getsockname()[1]}").geturl()

    def who() -> str:
        name, at, _ = urlsplit(URL).netloc.rpartition("@")
        return name + at

    def relay(listening: socket.socket) -> None:
        server = urlsplit(URL)
        with suppress(OSError):
            while True:
                asking, _ = listening.accept()
                asked = socket.create_connection((server.hostname or "", server.port or 5432))
                for ends in ((asking, asked), (asked, asking)):
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError), source, sink:
            while part := source.recv(65536):
                sink.sendall(part)

    @contextmanager
    def asking_at(url: str, machine: Machine) -> Iterator[subprocess.Popen[str]]:
        """Who asks it from that machine, and is ended if that takes too long."""
        with machine.starts("-m", "tests.operation.asks_a_server", url) as asks:
            ending = threading.Timer(60, asks.kill)
            ending.start()
            yield asks
            ending.cancel()

    def line(of: subprocess.Popen[str]) -> str:
        return of.stdout.readline().strip() if of.stdout else ""

    def test_who_waits_for_a_server_that_is_silent_is_told_and_answered_once_it_is_back() -> None:
        with two_machines() as (here, there), a_postgresql_on(here) as url, asking_at(url, there) as service:
            first = line(service)
            here.is_silent_to(there)
            second = line(service)
            here.speaks_again_to(there)
            told, said = service.communicate("go on\n", timeout=30)

        assert (first, second) == ("asking", "away"), said
        seconds = json.loads(told)
        assert seconds.pop("back") == [7], said
        assert max(seconds.values()) < 30, seconds
