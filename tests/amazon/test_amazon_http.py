"""Against a real socket, since time-outs and cut connections are what a mocked transport can't show."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import Context

import httpx
import pytest

from redeem_app.adapters.amazon_http import LARGEST_ANSWER, AmazonHttp, NoAnswer, NotSent
from redeem_app.adapters.circuit_breaker import CircuitBreaker
from redeem_app.adapters.request_id import request_id
from tests.amazon.wire import as_json, http_over, wire

Behaviour = Callable[[socket.socket], None]
GOOD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class Host:
    """A listening socket that meets each connection with a behaviour."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self.connections: list[socket.socket] = []
        self.heard: list[bytes] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections.append(connection)
                thread = threading.Thread(target=self._meet, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _meet(self, connection: socket.socket) -> None:
        with suppress(OSError):
            while received := connection.recv(65536):
                self.heard.append(received)
                self._behaviour(connection)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def host_that() -> Iterator[Callable[[Behaviour], Host]]:
    hosts: list[Host] = []

    def start(behaviour: Behaviour) -> Host:
        hosts.append(Host(behaviour))
        return hosts[-1]

    yield start
    for host in hosts:
        host.close()


@pytest.fixture
def http() -> Iterator[AmazonHttp]:
    client = AmazonHttp(seconds_allowed=0.2)
    yield client
    client.close()


def answers_well(connection: socket.socket) -> None:
    connection.sendall(GOOD)


def says_nothing(_: socket.socket) -> None:
    """Read the request, and leave it at that."""


def hangs_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def breaks_off(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 200\r\n\r\n{")
    connection.shutdown(socket.SHUT_RDWR)


def says_too_much(connection: socket.socket) -> None:
    length = LARGEST_ANSWER + 1
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % length + b" " * length)


def talks_gibberish(connection: socket.socket) -> None:
    connection.sendall(b"* OK IMAP4rev1 ready\r\n\r\n")


def test_an_answer_is_handed_over_whole(host_that: Callable[[Behaviour], Host], http: AmazonHttp) -> None:
    answer = http.send("GET", host_that(answers_well).url)

    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"ok", "2")


def test_the_body_of_an_answer_is_in_no_repr(host_that: Callable[[Behaviour], Host], http: AmazonHttp) -> None:
    assert "ok" not in repr(http.send("GET", host_that(answers_well).url))


def test_connections_are_used_again(host_that: Callable[[Behaviour], Host], http: AmazonHttp) -> None:
    host = host_that(answers_well)

    for _ in range(5):
        http.send("GET", host.url)

    assert len(host.connections) == 1


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        (says_nothing, "ReadTimeout"),
        (hangs_up, "RemoteProtocolError"),
        (breaks_off, "RemoteProtocolError"),
        (says_too_much, "AnswerTooLarge"),
        (talks_gibberish, "RemoteProtocolError"),
    ],
)
def test_a_request_that_arrived_and_has_no_good_answer_is_told_apart(
    host_that: Callable[[Behaviour], Host], http: AmazonHttp, behaviour: Behaviour, fault: str
) -> None:
    with pytest.raises(NoAnswer, match=fault):
        http.send("POST", host_that(behaviour).url, content=b"{}")


def test_an_answer_that_drips_is_given_up_when_its_time_is_over(
    host_that: Callable[[Behaviour], Host],
) -> None:
    moments = iter(range(0, 1000, 4))
    http = AmazonHttp(seconds_allowed=6, steady=lambda: float(next(moments)))

    def drips(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 200000\r\n\r\n")
        while True:  # until the other side hangs up
            connection.sendall(b".")

    with pytest.raises(NoAnswer, match="AnswerTooLate"):
        http.send("GET", host_that(drips).url)
    http.close()


def test_a_host_that_is_not_there_was_sent_nothing(http: AmazonHttp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]

    with pytest.raises(NotSent, match="ConnectError"):
        http.send("GET", f"http://127.0.0.1:{port}/")


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    amazon = wire(httpx.Response(302, headers={"location": "https://elsewhere.example/"}))

    assert http_over(amazon).send("GET", "https://api.amazon.com/").status == 302
    assert len(amazon.requests) == 1


def test_the_id_of_the_visitors_request_is_passed_on() -> None:
    amazon = wire(as_json({}))

    def a_visit(name: str) -> None:
        request_id.set(name)
        http_over(amazon).send("GET", "https://api.amazon.com/")

    Context().run(a_visit, "visit-7")
    Context().run(http_over(amazon).send, "GET", "https://api.amazon.com/")

    assert [request.headers.get("x-request-id") for request in amazon.requests] == ["visit-7", None]


def a_fragile_http(*, failures: int, seconds: Callable[[], float], answering: object) -> AmazonHttp:
    assert callable(answering)
    return AmazonHttp(
        seconds_allowed=6,
        breaker=lambda: CircuitBreaker(failures=failures, rest=15, seconds=seconds),
        transport=httpx.MockTransport(answering),
    )


@pytest.mark.parametrize("fault", [httpx.ReadTimeout(""), httpx.ConnectError(""), as_json({}, 503)])
def test_a_host_that_keeps_failing_is_left_alone_and_then_probed(
    fault: httpx.Response | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    amazon = wire(fault, fault, as_json({}))
    http = a_fragile_http(failures=2, seconds=lambda: now[0], answering=amazon)

    for _ in range(2):
        try:
            http.send("GET", "https://api.amazon.com/")
        except (NotSent, NoAnswer):
            continue
    with pytest.raises(NotSent, match="not asked again yet"):
        http.send("GET", "https://api.amazon.com/")
    assert http.resting_hosts() == ["api.amazon.com"]

    now[0] = 15
    assert http.send("GET", "https://api.amazon.com/").status == 200
    assert http.resting_hosts() == []
    assert len(amazon.requests) == 3
    assert [record.message.partition(" ")[2] for record in caplog.records if record.levelname == "WARNING"] == [
        "does not answer; it is left alone for a while",
        "answers again",
    ]


def test_one_host_that_fails_does_not_stop_calls_to_another() -> None:
    def only_one_is_up(request: httpx.Request) -> httpx.Response:
        if request.url.host == "down.example":
            raise httpx.ReadTimeout("")
        return httpx.Response(200)

    http = a_fragile_http(failures=1, seconds=lambda: 0.0, answering=only_one_is_up)

    with pytest.raises(NoAnswer):
        http.send("GET", "https://down.example/")

    assert http.send("GET", "https://up.example/").status == 200


def test_refusals_of_our_requests_leave_the_breaker_closed() -> None:
    amazon = wire(as_json({}, 400))
    http = a_fragile_http(failures=1, seconds=lambda: 0.0, answering=amazon)

    for _ in range(3):
        assert http.send("GET", "https://api.amazon.com/").status == 400
