"""Listing: every reward with its state, for operators' own reckoning; developers may not see it (rule V1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from redeem_app.domain.ids import CampaignId, MomentId, RewardGroupId, RewardId
from redeem_app.domain.money import Money
from redeem_app.domain.records import Records

PAGE: Final = 2000


@dataclass(frozen=True, slots=True)
class ListedReward:
    """One reward; who redeemed it is not in it."""

    reward_id: RewardId
    campaign_id: CampaignId
    moment_id: MomentId
    group_id: RewardGroupId
    state: str
    issued_at: datetime
    expires_at: datetime
    charge: Money


class Listing:
    """Reads rewards page by page, in the order of their ids, so that it can go on behind any of them."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def count(self, after: str = "") -> int:
        """How many rewards there are behind the id."""
        return self._records.read(lambda tx: tx.rewards.count(after))

    def page(self, after: str = "", limit: int = PAGE) -> tuple[ListedReward, ...]:
        """The next rewards behind the id."""
        return self._records.read(lambda tx: tx.rewards.listed(after, limit))
