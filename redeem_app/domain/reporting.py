"""Reporting: what a developer may see of its campaigns: issued, charged, remaining (rules C3, C4, V1).

Everything here follows from what was issued, from the dates and from what operators did; never from whether a reward
was redeemed. The one exception is money that is charged at redemption. It is told for whole months that are over, and
only in sums in which nobody is recognised: at least `LEAST_TOLD` rewards redeemed since the last sum that was told, and
at least as many that were not. What is too little is told together with the next month's, or never.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from redeem_app.domain.budget import Purse
from redeem_app.domain.campaign import Campaign, ChargedAt
from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.charges import ChargeKind
from redeem_app.domain.ids import CampaignId, DeveloperId, RewardGroupId
from redeem_app.domain.money import Money
from redeem_app.domain.ports import Clock
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.stored import StoredCampaign
from redeem_app.domain.tallies import MonthSum

LEAST_TOLD: Final = 20
"""The minimum number of a sum over people that a developer is told (rule V1)."""


@dataclass(frozen=True, slots=True)
class MonthReport:
    """One calendar month (UTC) of one campaign; `charged` is None where it is not told."""

    month: str
    issued: int
    committed: Money
    """What the rewards issued in the month took from the budget: charged, or reserved for their redemption."""
    charged: Money | None


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """One campaign: its months in order, and what is left of it now."""

    developer_id: DeveloperId
    campaign: Campaign
    state: CampaignState
    months: tuple[MonthReport, ...]
    remaining_rewards: Mapping[RewardGroupId, int]
    """How many of each group can still be issued this month, if no other group is; empty where none is any more."""

    @property
    def issued(self) -> int:
        """Rewards issued in all months."""
        return sum(month.issued for month in self.months)

    @property
    def charged(self) -> Money:
        """What was charged in all months, as far as it is told."""
        amount = sum(month.charged.amount for month in self.months if month.charged is not None)
        return Money(amount, self.campaign.budget.currency)

    @property
    def remaining_budget(self) -> Money:
        """The budget less what rewards took from it; what expired is not added back, since that would tell of it."""
        return self.campaign.budget - Money(
            sum(month.committed.amount for month in self.months), self.campaign.budget.currency
        )


class Reporting:
    """Reports to developers; `least_told` is the least number of people in a sum that is told."""

    def __init__(self, records: Records, clock: Clock, least_told: int = LEAST_TOLD) -> None:
        self._records = records
        self._clock = clock
        self._least_told = least_told

    def report(self, developer_id: DeveloperId | None = None) -> tuple[CampaignReport, ...]:
        """Every campaign of the developer, or of all developers, in the order of their ids."""
        now = self._clock.now()

        def read(tx: Transaction) -> tuple[CampaignReport, ...]:
            sums: dict[CampaignId, list[MonthSum]] = {}
            for one in tx.reports.month_sums():
                sums.setdefault(one.campaign_id, []).append(one)
            stored = [s for s in tx.campaigns.all_campaigns() if developer_id in {None, s.developer_id}]
            ordered = sorted(stored, key=lambda s: (s.developer_id, s.campaign.campaign_id))
            return tuple(self._reported(tx, s, sums.get(s.campaign.campaign_id, []), now) for s in ordered)

        return self._records.read(read)

    def _reported(self, tx: Transaction, stored: StoredCampaign, sums: list[MonthSum], now: datetime) -> CampaignReport:
        campaign, state = stored.campaign, stored.state_at(now)
        groups = campaign.groups if state is CampaignState.LIVE else ()
        remaining = {group.group_id: Purse.of(tx, stored, group, now).remaining(tx) for group in groups}
        months = _months(campaign, sums, now, self._least_told)
        return CampaignReport(stored.developer_id, campaign, state, months, remaining)


def _months(campaign: Campaign, sums: list[MonthSum], now: datetime, least_told: int) -> tuple[MonthReport, ...]:
    begun = {s.month: s for s in sums if s.kind in {ChargeKind.ISSUE, ChargeKind.RESERVE}}
    if campaign.charged_at is ChargedAt.ISSUE:
        charged = {month: s.amount for month, s in begun.items()}
    else:
        redeemed = [s for s in sums if s.kind is ChargeKind.REDEMPTION]
        charged = told_sums({month: s.rewards for month, s in begun.items()}, redeemed, now, least_told)
    currency = campaign.budget.currency

    def month_report(month: str) -> MonthReport:
        one, amount = begun.get(month), charged.get(month)
        return MonthReport(
            month,
            one.rewards if one else 0,
            Money(one.amount if one else 0, currency),
            None if amount is None else Money(amount, currency),
        )

    return tuple(month_report(month) for month in sorted({*begun, *charged}))


def told_sums(
    issued: Mapping[str, int], redeemed: Iterable[MonthSum], now: datetime, least_told: int = LEAST_TOLD
) -> dict[str, int]:
    """Minor units by the month in which they are told: sums over enough people, of months that are over (rule V1)."""
    by_month = {one.month: one for one in redeemed}
    told: dict[str, int] = {}
    people = waiting = amount = told_people = 0
    for month in sorted({*issued, *by_month}):
        if month >= f"{now:%Y-%m}":
            break
        people += issued.get(month, 0)
        if month in by_month:
            waiting, amount = waiting + by_month[month].rewards, amount + by_month[month].amount
        if waiting >= least_told and people - told_people - waiting >= least_told:
            told[month] = amount
            told_people, waiting, amount = told_people + waiting, 0, 0
    return told
