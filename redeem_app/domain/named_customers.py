"""What the service holds for an app that names its customers (rules E2, E3, R7).

An app that sends no customer id decides by itself who gets what, as every app of Moments did.
"""

from dataclasses import dataclass
from datetime import datetime

from redeem_app.domain import points_ledger, tiers
from redeem_app.domain.campaign import App, Campaign, Moment
from redeem_app.domain.ids import AppId, CustomerKey, MomentId, RewardId
from redeem_app.domain.ports import KeyedHash
from redeem_app.domain.records import Transaction
from redeem_app.domain.refusals import Reason, Refusal


def customer_key(hashes: KeyedHash, app_id: AppId, customer_id: str) -> CustomerKey:
    """How an app's customer id is stored: as a keyed hash, different in every app."""
    return CustomerKey(hashes.of("customer", app_id, customer_id))


@dataclass(frozen=True, slots=True)
class NamedCustomer:
    """A customer at one moment of a campaign; the caller holds the customer's ledger."""

    app: App
    campaign: Campaign
    moment: Moment
    key: CustomerKey

    def check_not_issued(self, tx: Transaction) -> None:
        """One reward of a moment for each customer (rule R7). Raises Refusal(REWARD_ALREADY_ISSUED)."""
        if self.moment.moment_id in self._rewarded(tx):
            raise Refusal(Reason.REWARD_ALREADY_ISSUED, moment=self.moment.moment_id)

    def check_due(self, tx: Transaction, now: datetime) -> None:
        """A moment with a tier is rewarded once its points are there (rule E2). Raises Refusal(REWARD_NOT_DUE)."""
        if self.moment.due_at_points is None:
            return
        spendable = points_ledger.spendable(tx.points.entries(self.app.app_id, self.key), now)
        standing = tiers.standing(self.campaign.moments, self._rewarded(tx), spendable)
        if self.moment not in standing.due:
            raise Refusal(Reason.REWARD_NOT_DUE, needs=self.moment.due_at_points, has=standing.collected)

    def exchange_points(self, tx: Transaction, reward_id: RewardId, now: datetime) -> None:
        """Spend what the moment's tier costs (rule E3), in the transaction that issues the reward."""
        cost = tiers.exchange_points(self.campaign.moments, self.moment.moment_id)
        if cost:
            entries = tx.points.entries(self.app.app_id, self.key)
            for entry in points_ledger.exchanged(entries, cost, reward_id, now):
                tx.points.enter(self.app.app_id, self.key, entry)

    def _rewarded(self, tx: Transaction) -> set[MomentId]:
        granted = tx.rewards.granted(self.app.app_id, self.key)
        return {moment_id for campaign_id, moment_id in granted if campaign_id == self.campaign.campaign_id}
