"""Watching: what an operator must know of the service as a whole, read from the records and so true for every process.

Nothing here names a person or is shown to a developer (rule V1).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from redeem_app.domain.ids import CampaignId
from redeem_app.domain.ports import Clock
from redeem_app.domain.records import Records, Transaction, budget_counter

TROUBLE_LASTS: Final = timedelta(minutes=15)
"""How long after its last sighting a trouble at the partner still counts."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A refusal by the partner that only an operator can mend."""

    problem: str
    detail: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """Of one campaign's total budget, in minor units."""

    campaign_id: CampaignId
    currency: str
    left: int
    total: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The state of things at one moment."""

    states: dict[str, int]
    """How many rewards are in which state."""
    unsettled: int
    """Applications whose outcome is not known."""
    oldest_unsettled: timedelta
    budgets: tuple[BudgetLeft, ...]
    troubles: tuple[Trouble, ...]


class Watching:
    """Reads the figures."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def figures(self) -> Figures:
        """The figures now; reads only."""
        now = self._clock.now()
        return self._records.read(lambda tx: _figures(tx, now))

    def troubles(self) -> tuple[Trouble, ...]:
        """Troubles at the partner that were seen lately."""
        since = self._clock.now() - TROUBLE_LASTS
        return self._records.read(lambda tx: tx.watch.troubles(since))


def _figures(tx: Transaction, now: datetime) -> Figures:
    campaigns = [stored.campaign for stored in tx.campaigns.all_campaigns()]
    left = tx.counters.left([budget_counter(c.campaign_id) for c in campaigns]) if campaigns else {}
    unsettled, oldest = tx.watch.unsettled()
    return Figures(
        states=tx.watch.states(),
        unsettled=unsettled,
        oldest_unsettled=now - oldest if oldest else timedelta(),
        budgets=tuple(
            BudgetLeft(c.campaign_id, c.budget.currency, left.get(budget_counter(c.campaign_id), 0), c.budget.amount)
            for c in campaigns
        ),
        troubles=tx.watch.troubles(now - TROUBLE_LASTS),
    )
