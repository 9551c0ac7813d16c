"""A delivery in memory, for tests of what stands above it; it passes the same contract as the real ones."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from redeem_app.domain.ids import AccountId
from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, DeliveryRequest

Answer = Callable[[DeliveryRequest], Delivered]


@dataclass
class InMemoryDelivery:
    """Applies each request id once. `answers` are used up first, one for each call, and may raise."""

    name: str = "load-balance"
    applied: dict[str, DeliveryRequest] = field(default_factory=dict)
    asked: list[DeliveryRequest] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    refused_accounts: set[AccountId] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def deliver(self, request: DeliveryRequest) -> Delivered:
        with self.lock:
            self.asked.append(request)
            answer = self.answers.pop(0) if self.answers else self.succeed
            return answer(request)

    def succeed(self, request: DeliveryRequest) -> Delivered:
        """Apply, unless a request with this id was applied before."""
        if not (request.request_id.isascii() and request.request_id.isalnum() and len(request.request_id) <= 35):
            raise DeliveryFailed(DeliveryProblem.INVALID, settled=True, detail="the id is not of the allowed form")
        known = self.applied.get(request.request_id)
        if known is not None and self._effect(known) != self._effect(request):
            raise DeliveryFailed(DeliveryProblem.INVALID, settled=False, detail="the id was used for something else")
        if known is None and self.name == "load-balance" and request.account_id in self.refused_accounts:
            raise DeliveryFailed(DeliveryProblem.ACCOUNT_REFUSED, settled=True, detail="the account takes no credit")
        self.applied[request.request_id] = request
        code = f"CODE-{request.request_id}" if self.name == "claim-code" else None
        return Delivered(f"reference-{request.request_id}", code)

    def lose_answer(self, request: DeliveryRequest) -> Delivered:
        """An answer for `answers`: the value is applied, and nobody hears of it."""
        self.succeed(request)
        return self.fail(DeliveryProblem.TEMPORARY, settled=False)(request)

    @staticmethod
    def fail(problem: DeliveryProblem, *, settled: bool = True) -> Answer:
        """An answer for `answers`: nothing is applied, and the problem is told."""

        def answer(_: DeliveryRequest) -> Delivered:
            raise DeliveryFailed(problem, settled=settled, detail="as the test has it")

        return answer

    def _effect(self, request: DeliveryRequest) -> tuple[object, ...]:
        """What the id stands for: a card names no account."""
        return (request.value, request.account_id if self.name == "load-balance" else None)
