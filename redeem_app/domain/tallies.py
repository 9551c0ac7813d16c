"""Tallies: what reports and books count, as the records give it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from redeem_app.domain.charges import ChargeKind
from redeem_app.domain.ids import CampaignId


@dataclass(frozen=True, slots=True)
class Tallies:
    """Everything that can be counted, at one moment; a name that is absent stands for 0."""

    issued: Mapping[CampaignId, int]
    """By the ledger: rewards that a line was begun for."""
    redeemed: Mapping[CampaignId, int]
    """By the applications that a partner confirmed."""
    states: Mapping[tuple[CampaignId, str], int]
    """By the rewards themselves: how many are in which state."""
    ledger: Mapping[tuple[CampaignId, str], int]
    """Minor units by campaign and kind of line."""
    reserved_open: Mapping[CampaignId, int]
    """Minor units reserved for rewards that are neither redeemed nor expired."""
    taken: Mapping[str, int]
    """By the name of the counter that it must have been taken from: money by the ledger, pieces by the rewards."""
    counters: Mapping[str, int]
    """What the counters say was taken from them."""


@dataclass(frozen=True, slots=True)
class MonthSum:
    """The lines of one kind that were added to the ledger for one campaign in one month."""

    campaign_id: CampaignId
    month: str
    kind: ChargeKind
    rewards: int
    amount: int


class ReportRecords(Protocol):
    """Counts; each answer is one snapshot, so that its numbers can be compared while rewards come and go."""

    def tallies(self) -> Tallies: ...
    def month_sums(self) -> tuple[MonthSum, ...]: ...
