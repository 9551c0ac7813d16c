"""Budgets: what one reward is taken from, and how much of it is left (rules C3, C4)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from redeem_app.domain.campaign import RewardGroup
from redeem_app.domain.counters import Take, account_month_counter, budget_counter, campaign_month_counter, pool_counter
from redeem_app.domain.keyed_offers import Left
from redeem_app.domain.money import Money
from redeem_app.domain.records import Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.stored import StoredCampaign


class PoolEmpty(Exception):
    """No piece is left to issue; whoever raised it has taken nothing that will be committed."""


@dataclass(frozen=True, slots=True)
class Purse:
    """All that one reward of a group is taken from: budget, the month's two caps, and the pool of pieces."""

    budget: str
    campaign_month: str
    account_month: str
    pool: str
    """Names of counters; the first three count minor units of `charge`'s currency, the last counts rewards."""
    charge: Money
    stored: StoredCampaign
    account_cap: Money
    takes: tuple[Take, ...]
    """What one reward takes: the charge from every budget, and one piece from the pool (rules C3, C4)."""

    @classmethod
    def of(cls, tx: Transaction, stored: StoredCampaign, group: RewardGroup, now: datetime) -> Self:
        """The purse of a reward of `group` issued at `now`."""
        developer = tx.campaigns.developer(stored.developer_id)
        if developer is None:
            raise LookupError(f"campaign {stored.campaign.campaign_id} has no developer")
        return cls.under(stored, developer.month_cap, group, now)

    @classmethod
    def under(cls, stored: StoredCampaign, account_cap: Money, group: RewardGroup, now: datetime) -> Self:
        """The same, where the developer's cap of the month is known."""
        campaign_id, charge = stored.campaign.campaign_id, stored.campaign.charge_for(group)
        budget, pool = budget_counter(campaign_id), pool_counter(campaign_id, group.group_id)
        month, account = campaign_month_counter(campaign_id, now), account_month_counter(stored.developer_id, now)
        takes = (
            Take(budget, charge.amount),
            Take(month, charge.amount, opens_at=stored.campaign.month_cap.amount),
            Take(account, charge.amount, opens_at=account_cap.amount),
            Take(pool, 1),
        )
        return cls(budget, month, account, pool, charge, stored, account_cap, takes)

    def reserve(self, tx: Transaction, times: int = 1) -> None:
        """Take it, for as many rewards.

        Raises Refusal(BUDGET_SPENT, CAMPAIGN_MONTH_CAP, ACCOUNT_MONTH_CAP) or PoolEmpty; the caller rolls back.
        """
        takes = self.takes if times == 1 else tuple(replace(take, amount=take.amount * times) for take in self.takes)
        short = tx.counters.take_all(takes)
        if short is not None:
            raise self._refusal(short)

    def remaining(self, tx: Transaction) -> int:
        """Rewards left in the current month: what every budget and the pool still allow."""
        names = (self.budget, self.campaign_month, self.account_month, self.pool)
        left = tx.counters.left(names)
        return self.fitting(Left(*(left.get(name) for name in names)))

    def fitting(self, left: Left) -> int:
        """The same, where it is known what is left; a month that nothing was taken from yet has its whole cap."""
        month = self.stored.campaign.month_cap.amount if left.campaign_month is None else left.campaign_month
        account = self.account_cap.amount if left.account_month is None else left.account_month
        return max(0, min(left.pool or 0, min(left.budget or 0, month, account) // self.charge.amount))

    def shortage(self, tx: Transaction) -> Refusal | None:
        """What has too little left for one reward, as a refusal; None where each has enough. Reads only."""
        caps = self._month_caps()
        left = tx.counters.left((self.budget, self.pool, *caps))
        needs = dict.fromkeys((self.budget, *caps), self.charge.amount) | {self.pool: 1}
        for name, need in needs.items():
            if left.get(name, caps[name].amount if name in caps else 0) < need:
                short = self._refusal(name)
                return short if isinstance(short, Refusal) else Refusal(Reason.OUT_OF_STOCK, pool=self.pool)
        return None

    def _month_caps(self) -> Mapping[str, Money]:
        return {self.campaign_month: self.stored.campaign.month_cap, self.account_month: self.account_cap}

    def _refusal(self, short: str) -> Exception:
        campaign = self.stored.campaign
        if short == self.budget:
            return Refusal(Reason.BUDGET_SPENT, campaign=campaign.campaign_id, budget=campaign.budget)
        if short == self.campaign_month:
            return Refusal(Reason.CAMPAIGN_MONTH_CAP, campaign=campaign.campaign_id, cap=campaign.month_cap)
        if short == self.account_month:
            return Refusal(Reason.ACCOUNT_MONTH_CAP, campaign=campaign.campaign_id, cap=self.account_cap)
        return PoolEmpty()
