"""Measures how long Amazon takes, and tells operators of troubles that only they can mend."""

import logging
import time
from typing import Final

from redeem_app.domain.ports import (
    Account,
    AmazonSignIn,
    Clock,
    Delivered,
    DeliveryFailed,
    DeliveryProblem,
    DeliveryRequest,
    GiftDelivery,
    Meter,
    SignInFailed,
    SignInProblem,
)
from redeem_app.domain.records import Records

_log = logging.getLogger(__name__)

_FOR_OPERATORS: Final = frozenset(
    {
        DeliveryProblem.FUNDS_LOW,
        DeliveryProblem.PARTNER_BLOCKED,
        DeliveryProblem.INVALID,
        DeliveryProblem.CANCELLED,
        DeliveryProblem.THROTTLED,
        SignInProblem.MISCONFIGURED,
    }
)


class Troubles:
    """Writes down what an operator must mend, and says it in one alert line."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def saw(self, problem: DeliveryProblem | SignInProblem, detail: str) -> None:
        """Note it if it is an operator's to mend."""
        if problem not in _FOR_OPERATORS:
            return
        _log.error("ALERT Amazon refuses: %s: %s", problem, detail)
        now = self._clock.now()
        self._records.write(lambda tx: tx.watch.note_trouble(str(problem), detail, now))


class MeteredDelivery:
    """GiftDelivery that is watched."""

    def __init__(self, inner: GiftDelivery, meter: Meter, troubles: Troubles) -> None:
        self.name = inner.name
        self._inner = inner
        self._meter = meter
        self._troubles = troubles

    def deliver(self, request: DeliveryRequest) -> Delivered:
        began = time.monotonic()
        outcome = "ok"
        try:
            return self._inner.deliver(request)
        except DeliveryFailed as failed:
            outcome = str(failed.problem)
            self._troubles.saw(failed.problem, failed.detail)
            raise
        finally:
            self._meter.partner_answered(self.name, outcome, time.monotonic() - began)


class MeteredSignIn:
    """AmazonSignIn that is watched."""

    def __init__(self, inner: AmazonSignIn, meter: Meter, troubles: Troubles) -> None:
        self._inner = inner
        self._meter = meter
        self._troubles = troubles

    def address(self, *, state: str, code_verifier: str, language: str | None = None) -> str:
        return self._inner.address(state=state, code_verifier=code_verifier, language=language)

    def problem_of(self, error: str, description: str) -> SignInProblem:
        problem = self._inner.problem_of(error, description)
        self._troubles.saw(problem, f"the return address carried {error[:40]}")
        return problem

    def account(self, *, code: str, code_verifier: str) -> Account:
        began = time.monotonic()
        outcome = "ok"
        try:
            return self._inner.account(code=code, code_verifier=code_verifier)
        except SignInFailed as failed:
            outcome = str(failed.problem)
            self._troubles.saw(failed.problem, failed.detail)
            raise
        finally:
            self._meter.partner_answered("sign-in", outcome, time.monotonic() - began)
