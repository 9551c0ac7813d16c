"""The server as it is started: what is too long, too large or too slow is refused, and the next one is served."""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from redeem_app.whole_bodies import BODY_SECONDS
from simulator.service import Service, ServiceSettings, free_port
from tests.databases import Databases

SERVER = """
import os
import sys
import threading
import time
from redeem_app.cli import main
from redeem_app.http_server import http_settings, is_on_a_loop, serve
if __name__ == "__main__" and sys.argv[1] == "migrate":
    main()
elif __name__ == "__main__":
    port = int(sys.argv[sys.argv.index("--port") + 1])
    settings = {"host": "127.0.0.1", "port": port, "workers": 1, "threads": 2, "http": http_settings(0.2)}
    serve("redeem_app.serving:application", on_a_loop=is_on_a_loop(os.environ["REDEEM_DATABASE_URL"]), **settings)
"""


def a_service(folder: Path, database: str, program: tuple[str, ...] = (sys.executable, "-m", "redeem_app")) -> Service:
    variables = {"REDEEM_MODE": "sandbox", "REDEEM_DATABASE_URL": database}
    return Service(ServiceSettings(folder, free_port(), variables, program))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("limits")
    with databases.empty(folder) as database:
        started = a_service(folder, database)
        started.start()
        yield started
        started.stop()


def first_line(service: Service, request: bytes) -> str:
    """The status line of the answer; empty when the connection was closed without one."""
    with socket.create_connection(("127.0.0.1", int(service.url.rsplit(":", 1)[1])), timeout=20) as connection:
        try:
            connection.sendall(request)
            return connection.recv(65536).split(b"\r\n", 1)[0].decode()
        except ConnectionError:
            return ""


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", "414"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + b"a" * 300_000 + b"\r\n\r\n", "431"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 101 + b"\r\n", "431"),
        (b"GET /r/\x00\xff HTTP/1.1\r\nHost: a\r\n\r\n", "400"),
        (b"POST /reward/apply HTTP/1.1\r\nHost: a\r\nContent-Length: 16385\r\n\r\n" + b"a" * 16385, "413"),
        (b"POST /reward/apply HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", "413"),
        (b"POST /reward/apply HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "400"),
    ],
)
def test_what_is_too_large_or_no_http_is_refused(service: Service, request_: bytes, status: str) -> None:
    assert first_line(service, request_).split(" ")[1:2] == [status]
    assert httpx.get(f"{service.url}/healthz").status_code == 200


def test_nobody_gets_around_the_limits_by_http_2(service: Service) -> None:
    assert first_line(service, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == ""


def test_a_body_without_a_stated_length_has_the_same_limit(service: Service) -> None:
    chunk = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
    head = b"POST /reward/apply HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"

    status = first_line(service, head + chunk * 8 + b"0\r\n\r\n")

    assert status.split(" ")[1:2] in (["413"], ["400"])
    assert httpx.get(f"{service.url}/healthz").status_code == 200


def test_a_form_with_too_many_parts_is_refused(service: Service) -> None:
    files = [(f"field{number}", (None, "x")) for number in range(60)]

    answer = httpx.post(f"{service.url}/reward/apply", files=files)

    assert answer.status_code == 413


def test_a_head_that_trickles_in_is_cut_off(tmp_path: Path, empty_database_url: str) -> None:
    (tmp_path / "server.py").write_text(SERVER, encoding="utf-8")
    service = a_service(tmp_path, empty_database_url, (sys.executable, str(tmp_path / "server.py")))
    service.operate("migrate")
    service.start()
    try:
        with socket.create_connection(("127.0.0.1", int(service.url.rsplit(":", 1)[1])), timeout=20) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
            end = connection.recv(65536)
    finally:
        service.stop()

    assert end == b"" or end.startswith(b"HTTP/1.1 408")


class SlowSender:
    """Sends a byte of a body now and then, or none, until the connection is closed."""

    def __init__(self, service: Service, *, is_silent: bool) -> None:
        self.heard = b""
        self.seconds = 0.0
        self._address = ("127.0.0.1", int(service.url.rsplit(":", 1)[1]))
        self._is_silent = is_silent
        self.thread = threading.Thread(target=self._send)
        self.thread.start()

    def _send(self) -> None:
        began = time.monotonic()
        with socket.create_connection(self._address, timeout=0.1) as connection, suppress(ConnectionError):
            connection.sendall(b"POST /reward/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n")
            while time.monotonic() - began < 30:
                with suppress(TimeoutError):
                    if not (heard := connection.recv(65536)):
                        break
                    self.heard += heard
                if not self._is_silent:
                    connection.sendall(b"a")
        self.seconds = time.monotonic() - began


def test_bodies_that_do_not_come_are_ended_and_others_served(service: Service) -> None:
    slow = [SlowSender(service, is_silent=number % 2 == 0) for number in range(20)]

    answers = [httpx.get(f"{service.url}/healthz", timeout=15).status_code for _ in range(5)]
    for sender in slow:
        sender.thread.join()

    assert answers == [200] * 5
    assert max(sender.seconds for sender in slow) < 15, "twenty senders, more than a process has threads"
    assert {sender.heard[:12] for sender in slow} == {b"HTTP/1.1 408"}


def test_one_body_alone_has_ten_seconds(service: Service) -> None:
    slow = SlowSender(service, is_silent=True)
    slow.thread.join()

    assert slow.heard.startswith(b"HTTP/1.1 408")
    assert BODY_SECONDS <= slow.seconds < BODY_SECONDS + 5


def test_a_body_that_ends_early_is_not_taken_for_whole(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", int(service.url.rsplit(":", 1)[1])), timeout=20) as connection:
        connection.sendall(b"POST /reward/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\nlink=x&item=y")
        connection.shutdown(socket.SHUT_WR)
        end = connection.recv(65536)

    assert end == b"" or end.startswith(b"HTTP/1.1 400")
    assert httpx.get(f"{service.url}/healthz").status_code == 200
