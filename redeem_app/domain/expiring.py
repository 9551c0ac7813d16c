"""Expiring: rewards past their date end, and give back the piece and the money that were held for them (rule R2).

A reward whose application is under way is left alone: the partner may have applied it already.
"""

from collections import Counter
from datetime import datetime
from typing import Final

from redeem_app.domain.counters import budget_counter, pool_counter
from redeem_app.domain.ports import Clock
from redeem_app.domain.records import Records, Transaction

BATCH: Final = 500
"""Rewards in one transaction: few enough that nobody waits for it, many enough that a million take minutes."""


class Expiring:
    """Ends what is past its date, a batch at a time; may be interrupted between batches, and by itself carries on."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def due(self) -> int:
        """How many rewards are past their date and not expired yet."""
        now = self._clock.now()
        return self._records.read(lambda tx: tx.rewards.due(now))

    def expire(self, limit: int = BATCH) -> int:
        """Expire up to `limit` rewards; how many were expired. Fewer than `limit` means that no more are due."""
        now = self._clock.now()
        return self._records.write(lambda tx: _expire(tx, now, limit))


def _expire(tx: Transaction, now: datetime, limit: int) -> int:
    expired = tx.rewards.expire(now, limit)
    if not expired:
        return 0
    # What a month's cap counted stays counted: the month is over, and what is left of it is a developer's to see (V1).
    for campaign_id, amount in sorted(tx.charges.release_reserved([e.reward_id for e in expired], now).items()):
        tx.counters.give_back(budget_counter(campaign_id), amount)
    for (campaign_id, group_id), pieces in sorted(Counter((e.campaign_id, e.group_id) for e in expired).items()):
        tx.counters.give_back(pool_counter(campaign_id, group_id), pieces)
    return len(expired)
