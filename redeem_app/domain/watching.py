"""Watching: what an operator must know of the service as a whole, read from the records and so true for every process.

Nothing here names a person or is shown to a developer (rule V1).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from redeem_app.domain.counters import budget_counter
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.ports import Clock
from redeem_app.domain.records import Records, Transaction

TROUBLE_LASTS: Final = timedelta(minutes=15)
"""How long after its last sighting a trouble at the partner still counts."""

COUNT_LASTS: Final = 30.0
"""Seconds."""


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

    states: Mapping[tuple[CampaignId, str], int]
    """How many rewards of each campaign are in which state."""
    unsettled: int
    """Applications whose outcome is not known."""
    oldest_unsettled: timedelta
    budgets: tuple[BudgetLeft, ...]
    troubles: tuple[Trouble, ...]


class Watching:
    """Reads the figures.

    With `steady`, seconds of a clock that nobody moves, counting all rewards is done at most twice a minute: it looks
    at every one of them, and whoever asks for the figures asks often.
    """

    def __init__(self, records: Records, clock: Clock, steady: Callable[[], float] | None = None) -> None:
        self._records = records
        self._clock = clock
        self._steady = steady
        self._states: Mapping[tuple[CampaignId, str], int] = {}
        self._counted_at: float | None = None

    def figures(self) -> Figures:
        """The figures now; reads only."""
        now = self._clock.now()
        return self._records.read(lambda tx: _figures(tx, now, self._counted(tx)))

    def _counted(self, tx: Transaction) -> Mapping[tuple[CampaignId, str], int]:
        second = self._steady() if self._steady else None
        if second is None or self._counted_at is None or second - self._counted_at >= COUNT_LASTS:
            self._states, self._counted_at = tx.watch.states(), second
        return self._states

    def troubles(self) -> tuple[Trouble, ...]:
        """Troubles at the partner that were seen lately."""
        since = self._clock.now() - TROUBLE_LASTS
        return self._records.read(lambda tx: tx.watch.troubles(since))


def _figures(tx: Transaction, now: datetime, states: Mapping[tuple[CampaignId, str], int]) -> Figures:
    campaigns = [stored.campaign for stored in tx.campaigns.all_campaigns()]
    left = tx.counters.left([budget_counter(c.campaign_id) for c in campaigns]) if campaigns else {}
    unsettled, oldest = tx.watch.unsettled()
    return Figures(
        states=states,
        unsettled=unsettled,
        oldest_unsettled=now - oldest if oldest else timedelta(),
        budgets=tuple(
            BudgetLeft(c.campaign_id, c.budget.currency, left.get(budget_counter(c.campaign_id), 0), c.budget.amount)
            for c in campaigns
        ),
        troubles=tx.watch.troubles(now - TROUBLE_LASTS),
    )
