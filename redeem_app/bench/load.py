"""The load generator: one process, plain sockets that stay open, each request written and timed by itself.

It builds no request and keeps no answer, so that the service is the limit and not the generator: `busy` says how much
of one core it used. A plan comes as JSON on standard input, the outcome goes as JSON to standard output.
"""

import collections
import json
import select
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Final

_SILENCE_SECONDS: Final = 30.0
_OPENED_AGAIN: Final = "connection lost"


@dataclass
class Plan:
    """What to send: each of `requests` in turn, from the first again only where they `repeat`.

    With a `rate` (per second) requests are sent when they are due, whatever the service does, and their time counts
    from then (an open loop). Without one, each connection sends its next request once it has an answer.
    """

    port: int
    requests: list[str]
    connections: int
    seconds: float
    repeat: bool = True
    rate: float = 0.0
    mark: str = ""
    """Answers that hold this text are counted apart, as `<status> marked`."""


@dataclass
class Outcome:
    """What came back. Times are in seconds."""

    seconds: float = 0.0
    answers: dict[str, int] = field(default_factory=dict)
    """By status."""
    times: list[float] = field(default_factory=list)
    sent: int = 0
    answer_bytes: int = 0
    """Of the last answer, with its head."""
    busy: float = 0.0
    """Share of one core that the generator took."""

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The time that `share` (0 to 1) of the answers stayed within."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def run(plan: Plan) -> Outcome:
    """Carry out the plan in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "redeem_app.bench.load"],
        input=json.dumps(asdict(plan)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the load generator failed:\n{done.stderr}")
    return Outcome(**json.loads(done.stdout))


class _Connection:
    """One connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=_SILENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self._received = b""
        self._whole = 0

    def fileno(self) -> int:
        return self.socket.fileno()

    def send(self, request: bytes, began: float) -> None:
        self.began = began
        self._received, self._whole = b"", 0
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """The whole answer, once it is there. Raises ConnectionError where the other side has closed."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionResetError
        self._received += part
        if not self._whole:
            self._whole = _whole_length(self._received)
        return self._received if self._whole and len(self._received) >= self._whole else None


def _whole_length(received: bytes) -> int:
    """Length of the answer with its head; 0 while the head is not complete."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = received[:end].lower()
    at = head.find(b"content-length:")
    if at < 0:
        if b"transfer-encoding" not in head:
            return end + 4
        return len(received) if received.endswith(b"0\r\n\r\n") else 0
    return end + 4 + int(head[at + 15 :].split(b"\r\n", 1)[0])


class _Generator:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._requests = [request.encode("latin-1") for request in plan.requests]
        self._mark = plan.mark.encode()
        self._next = 0
        self._outcome = Outcome()
        self._answers: collections.Counter[str] = collections.Counter()
        self._idle = [_Connection(plan.port) for _ in range(plan.connections)]
        self._busy: dict[int, _Connection] = {}

    def run(self) -> Outcome:
        began = time.perf_counter()
        worked = time.process_time()
        self._send_all(began, began + self._plan.seconds)
        self._outcome.seconds = time.perf_counter() - began
        self._outcome.busy = (time.process_time() - worked) / self._outcome.seconds
        self._outcome.answers = dict(self._answers)
        return self._outcome

    def _send_all(self, began: float, until: float) -> None:
        while True:
            now = time.perf_counter()
            is_over = now >= until or self._next >= self._last()
            if is_over and not self._busy:
                return
            wait = _SILENCE_SECONDS
            if not is_over:
                wait = self._send_due(began, now)
            ready = select.select(list(self._busy), (), (), wait)[0]
            if not ready and wait >= _SILENCE_SECONDS:
                raise TimeoutError(f"no answer within {_SILENCE_SECONDS:.0f} s")
            for number in ready:
                self._receive(self._busy[number])

    def _last(self) -> float:
        return float("inf") if self._plan.repeat else len(self._requests)

    def _send_due(self, began: float, now: float) -> float:
        """Send what is due; the seconds until something will be, while a connection is free for it."""
        while self._idle and self._next < self._last():
            due = began + self._next / self._plan.rate if self._plan.rate else now
            if due > now:
                return due - now
            self._send(due if self._plan.rate else time.perf_counter())
        return _SILENCE_SECONDS

    def _send(self, began: float) -> None:
        connection = self._idle.pop()
        request = self._requests[self._next % len(self._requests)]
        self._next += 1
        self._outcome.sent += 1
        connection.send(request, began)
        self._busy[connection.fileno()] = connection

    def _receive(self, connection: _Connection) -> None:
        try:
            answer = connection.receive()
        except ConnectionError:
            self._answers[_OPENED_AGAIN] += 1
            del self._busy[connection.fileno()]
            connection.socket.close()
            self._idle.append(_Connection(self._plan.port))
            return
        if answer is None:
            return
        self._outcome.times.append(time.perf_counter() - connection.began)
        status = answer[9:12].decode("latin-1")
        self._answers[f"{status} marked" if self._mark and self._mark in answer else status] += 1
        self._outcome.answer_bytes = len(answer)
        del self._busy[connection.fileno()]
        self._idle.append(connection)


if __name__ == "__main__":
    _outcome = _Generator(Plan(**json.load(sys.stdin))).run()
    json.dump(asdict(_outcome), sys.stdout)
