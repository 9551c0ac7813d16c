"""The service's two servers, threads that each answer a request and a loop: both hand the application the same."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from simulator.service import free_port

SERVER = '''
import json
import sys
import threading
from redeem_app.front import Front
from redeem_app.http_server import serve
from redeem_app.whole_bodies import WholeBodies

KEPT = {"REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "SERVER_NAME", "SERVER_PROTOCOL",
    "CONTENT_TYPE", "CONTENT_LENGTH", "wsgi.url_scheme", "wsgi.version", "wsgi.input_terminated", "wsgi.multithread"}
closed = threading.Event()


class Echo:
    """Tells what it was asked, by the way that was asked for."""

    def short_answer(self, environ, start_response):
        return self.told(environ, start_response) if environ["PATH_INFO"].startswith("/short") else None

    def long_answer(self, environ, start_response):
        if environ["PATH_INFO"] == "/stream":
            start_response("200 OK", [("Content-Type", "text/event-stream")])
            return self.stream()
        if environ["PATH_INFO"] == "/fails":
            raise ZeroDivisionError
        if environ["PATH_INFO"] == "/empty":
            start_response("304 Not Modified", [("ETag", "x")])
            return []
        return self.told(environ, start_response)

    def told(self, environ, start_response):
        kept = {key: value for key, value in environ.items() if key in KEPT or key.startswith("HTTP_")}
        body = environ["wsgi.input"].read()
        told = json.dumps({**kept, "body": body.decode("latin-1")}, sort_keys=True).encode()
        headers = [("Content-Length", str(len(told))), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
        start_response("201 Created", [*headers, ("X-Closed", str(closed.is_set()))])
        return [told]

    def stream(self):
        try:
            for number in range(100):
                yield f"data: {number}\\n\\n".encode()
                threading.Event().wait(0.01)
        finally:
            closed.set()

    def __call__(self, environ, start_response):
        answer = self.short_answer(environ, start_response)
        return self.long_answer(environ, start_response) if answer is None else answer


def application():
    return Front(Echo(), 2, seconds=0.5) if sys.argv[2] == "loop" else WholeBodies(Echo(), 0.5)


if __name__ == "__main__":
    serve("server:application", host="127.0.0.1", port=int(sys.argv[1]), workers=1, threads=2,
        on_a_loop=sys.argv[2] == "loop")
'''

Servers = dict[str, int]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The port of each, by its kind."""
    folder = tmp_path_factory.mktemp("servers")
    (folder / "server.py").write_text(SERVER, encoding="utf-8")
    ports = {"threads": free_port(), "loop": free_port()}
    with ExitStack() as stack:
        for kind, port in ports.items():
            started = subprocess.Popen([sys.executable, "server.py", str(port), kind], cwd=folder)
            stack.callback(started.wait, 30)
            stack.callback(started.terminate)
            wait_for(port)
        yield ports


def wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            threading.Event().wait(0.05)
        else:
            return
    raise AssertionError("the server did not start")


def exchange(port: int, request: bytes) -> tuple[list[str], bytes]:
    """Status and headers of the answer in lines, without the date, and its body; until the connection is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        heard = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = heard.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    return [lines[0], *sorted(line for line in lines[1:] if not line.startswith("date:"))], body


def request(line: str, *headers: str, body: bytes = b"") -> bytes:
    head = "\r\n".join([f"{line} HTTP/1.1", "Host: h.example:99", "Connection: close", *headers, "", ""])
    return head.encode("latin-1") + body


CHUNKED = b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"


@pytest.mark.parametrize("way", ["/short", "/long"])
@pytest.mark.parametrize(
    "made",
    [
        ("GET {}/a%2Fb%20c?x=1%20&y=%C3%A9",),
        ("GET {}/%C3%A9%E6%97%A5",),
        ("GET {}", "Cookie: a=1", "Cookie: b=2", "X-A: 1", "X-A: 2", "x-lower: l", "X-Under_Score: u"),
        ("GET {}?", "Content-Type: text/x", "Accept-Language: de, en;q=0.5"),
        ("HEAD {}",),
        ("GET http://abs.example{}?q",),
    ],
)
def test_requests_without_a_body(servers: Servers, way: str, made: tuple[str, ...]) -> None:
    asked = request(made[0].format(way), *made[1:])

    threads, loop = (exchange(servers[kind], asked) for kind in ("threads", "loop"))

    assert threads == loop
    assert loop[0][0] == "HTTP/1.1 201 Created"


@pytest.mark.parametrize("way", ["/short", "/long"])
@pytest.mark.parametrize(
    ("headers", "body", "told"),
    [
        (("Content-Length: 3", "Content-Type: text/plain"), b"a\xff\x00", "a\xff\x00"),
        (("Content-Length: 0",), b"", ""),
        (("Transfer-Encoding: chunked",), CHUNKED, "abcdefg"),
        (("Content-Length: 60000",), b"a" * 60_000, "a" * 60_000),
    ],
)
def test_requests_with_a_body(servers: Servers, way: str, headers: tuple[str, ...], body: bytes, told: str) -> None:
    answers = [exchange(servers[kind], request(f"POST {way}", *headers, body=body)) for kind in ("threads", "loop")]

    seen: list[dict[str, Any]] = [json.loads(answer[1]) for answer in answers]
    for one in seen:
        assert one.pop("body") == told
        if told:
            assert one.pop("CONTENT_LENGTH", str(len(told))) == str(len(told))
        else:
            one.pop("CONTENT_LENGTH")
    assert seen[0] == seen[1]
    assert answers[1][0][0] == "HTTP/1.1 201 Created"


@pytest.mark.parametrize("body", [b"Content-Length: 10\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"])
def test_a_body_that_does_not_come_is_not_waited_for(servers: Servers, body: bytes) -> None:
    asked = b"POST /long HTTP/1.1\r\nHost: a\r\n" + body

    for kind in ("threads", "loop"):
        head, told = exchange(servers[kind], asked)
        assert head[0].startswith("HTTP/1.1 408"), kind
        assert told.startswith(b"The body did not arrive in time.")


def test_a_body_that_ends_early_is_not_taken_for_whole(servers: Servers) -> None:
    with socket.create_connection(("127.0.0.1", servers["loop"]), timeout=20) as connection:
        connection.sendall(b"POST /long HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        connection.shutdown(socket.SHUT_WR)
        heard = connection.recv(65536)

    assert heard == b"" or heard.startswith(b"HTTP/1.1 400")


def test_a_body_that_is_too_long_by_its_length_is_not_read(servers: Servers) -> None:
    head, told = exchange(servers["loop"], request("POST /long", "Content-Length: 99999999"))

    assert head[0] == "HTTP/1.1 201 Created"
    assert json.loads(told)["CONTENT_LENGTH"] == "99999999"
    assert json.loads(told)["body"] == ""


def test_answers_without_a_body_and_faults(servers: Servers) -> None:
    for kind in ("threads", "loop"):
        assert exchange(servers[kind], request("GET /empty"))[0][0] == "HTTP/1.1 304 Not Modified"
        assert exchange(servers[kind], request("GET /fails"))[0][0] == "HTTP/1.1 500 Internal Server Error"
        assert exchange(servers[kind], request("GET /long"))[0][0] == "HTTP/1.1 201 Created"


def test_a_stream_comes_in_parts_and_ends_when_nobody_listens(servers: Servers) -> None:
    for port in servers.values():
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(request("GET /stream"))
            heard = connection.recv(65536)
            while b"data: 1" not in heard:
                heard += connection.recv(65536)
        assert b"data: 99" not in heard

        closed = ""
        while "x-closed: True" not in closed:
            closed = "\n".join(exchange(port, request("GET /long"))[0])
