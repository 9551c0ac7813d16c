"""What the service does beside requests: settles what was not heard, expires, forgets."""

import logging
import secrets
from datetime import timedelta
from typing import Final, Protocol

from redeem_app.adapters.request_id import request_id
from redeem_app.domain.expiring import Expiring
from redeem_app.domain.forgetting import Forgetting
from redeem_app.domain.settling import Settling

LEASE: Final = timedelta(seconds=30)
"""Longer than any one delivery takes with its retries; only then may another process ask again."""

_log = logging.getLogger(__name__)


class Swept(Protocol):
    """The use cases of a sweep, as the server and as a command have them."""

    @property
    def settling(self) -> Settling: ...

    @property
    def expiring(self) -> Expiring: ...

    @property
    def forgetting(self) -> Forgetting: ...


def sweep(service: Swept) -> dict[str, int]:
    """One sweep; says in the log what it did. `expired` counts rewards past their date, a batch at the most."""
    request_id.set(f"sweep-{secrets.token_hex(6)}")  # leads from its log lines to its calls to Amazon
    outcomes = service.settling.sweep(lease=LEASE)
    if outcomes:
        _log.warning("settled unheard applications: %s", outcomes)
    expired = service.expiring.expire()
    if expired:
        _log.info("expired %s rewards past their date", expired)
        outcomes["expired"] = expired
    forgotten = service.forgetting.forget_old()
    if forgotten:
        _log.info("forgot %s records of visits and accounts that are past", forgotten)
    return outcomes
