"""What a tester wants to go wrong, by operation: which faults wait for which call."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

ANY_OPERATION = "*"


class FaultKind(StrEnum):
    """The ways in which an answer goes wrong."""

    LATE = "late"
    """The answer waits for `seconds`."""
    CUT = "cut"
    """The connection is cut instead of an answer."""
    HALF = "half"
    """The connection is cut in the middle of the answer; the call took effect."""
    NEVER = "never"
    """The connection stays open without an answer."""
    WRONG = "wrong"
    """An answer that is not of the protocol, with status 200; the call took effect."""
    TWICE = "twice"
    """The call takes effect twice, as if the network had delivered it twice; the second answer is sent."""
    REPEAT = "repeat"
    """The answer that the operation gave before is given again; the call has no effect."""
    ANSWER = "answer"
    """A given `status`, `headers` and `body`; the call has no effect."""
    ERROR = "error"
    """An error of the protocol's own, by name (`invalid_grant`, `F3003`, `access_denied`); no effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault for the next `times` calls of an operation (None: all), each with `probability`.

    `applied` is for late, cut and never: whether the call takes effect (a late one before the wait).
    """

    operation: str
    kind: FaultKind
    times: int | None = 1
    probability: float = 1.0
    applied: bool = True
    seconds: float = 30.0
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    error: str = ""


@dataclass(slots=True)
class _Waiting:
    fault: Fault
    left: int | None


class Faults:
    """The faults that wait, in the order in which they were set. Chance is drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self._waiting: list[_Waiting] = []
        self._chance = random.Random(seed)  # noqa: S311 - a repeatable run, no secret

    def add(self, fault: Fault) -> None:
        """Let a fault wait for its calls."""
        self._waiting.append(_Waiting(fault, fault.times))

    def take(self, operation: str) -> Fault | None:
        """The fault that the present call of an operation meets, which counts against its `times`."""
        for waiting in self._waiting:
            if waiting.fault.operation not in (operation, ANY_OPERATION):
                continue
            if self._chance.random() >= waiting.fault.probability:
                continue
            self._count(waiting)
            return waiting.fault
        return None

    def waiting(self) -> tuple[Fault, ...]:
        """Those that still have calls to meet."""
        return tuple(waiting.fault for waiting in self._waiting)

    def clear(self) -> None:
        """All calls go well again."""
        self._waiting.clear()

    def late(self, operation: str, seconds: float, *, times: int | None = 1, applied: bool = True) -> None:
        """Answer after some seconds."""
        kind = FaultKind.LATE
        self.add(Fault(operation=operation, kind=kind, seconds=seconds, times=times, applied=applied))

    def cut(self, operation: str, *, times: int | None = 1, applied: bool = True) -> None:
        """Cut the connection; with `applied`, after the call took effect (the answer is lost after the commit)."""
        self.add(Fault(operation=operation, kind=FaultKind.CUT, times=times, applied=applied))

    def never(self, operation: str, *, times: int | None = 1, applied: bool = True) -> None:
        """Hold the connection without an answer until the client gives up or the fake stops."""
        self.add(Fault(operation=operation, kind=FaultKind.NEVER, times=times, applied=applied))

    def wrong(self, operation: str, *, times: int | None = 1) -> None:
        """Answer 200 with something that is not of the protocol."""
        self.add(Fault(operation=operation, kind=FaultKind.WRONG, times=times))

    def twice(self, operation: str, *, times: int | None = 1) -> None:
        """Let the call take effect twice."""
        self.add(Fault(operation=operation, kind=FaultKind.TWICE, times=times))

    def answer(self, operation: str, status: int, body: str = "", *, times: int | None = 1, **headers: str) -> None:
        """Answer so, without effect; header names are written with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = FaultKind.ANSWER
        self.add(Fault(operation=operation, kind=kind, status=status, body=body, headers=named, times=times))

    def server_error(
        self, operation: str, status: int = 503, *, times: int | None = 1, probability: float = 1.0
    ) -> None:
        """Answer with a 5xx, without effect; with a probability, at random but the same for the same seed."""
        kind = FaultKind.ANSWER
        fault = Fault(operation=operation, kind=kind, status=status, times=times, probability=probability)
        self.add(fault)

    def error(self, operation: str, name: str, *, times: int | None = 1) -> None:
        """Answer with an error of the protocol: `("token", "invalid_grant")`, `("CreateGiftCard", "F3003")`."""
        self.add(Fault(operation=operation, kind=FaultKind.ERROR, error=name, times=times))

    def _count(self, waiting: _Waiting) -> None:
        if waiting.left is None:
            return
        waiting.left -= 1
        if waiting.left == 0:
            self._waiting.remove(waiting)
