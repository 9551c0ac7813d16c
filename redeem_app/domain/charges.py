"""Charges: a ledger to which lines are only added, of what a developer owes for rewards (rule C3).

Where a campaign charges at issue, a reward has one line, `issue`. Where it charges at redemption, a reward begins with
`reserve`, and ends with either `redemption` or `release`, each of the same amount; never with both.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from redeem_app.domain.campaign import ChargedAt
from redeem_app.domain.ids import CampaignId, DeveloperId, RewardId
from redeem_app.domain.reward import Reward


class ChargeKind(StrEnum):
    """What a line of the ledger says of its amount."""

    ISSUE = "issue"
    """Charged, because the reward was issued."""
    RESERVE = "reserve"
    """Held back at issue, to be charged or released."""
    REDEMPTION = "redemption"
    """Charged out of what was reserved, because the reward was redeemed."""
    RELEASE = "release"
    """Given back out of what was reserved, because the reward expired."""


def kind_at_issue(charged_at: ChargedAt) -> ChargeKind:
    """The line that a reward begins with."""
    return ChargeKind.ISSUE if charged_at is ChargedAt.ISSUE else ChargeKind.RESERVE


class ChargeRecords(Protocol):
    """The ledger."""

    def enter(self, reward: Reward, developer_id: DeveloperId, kind: ChargeKind, now: datetime) -> None:
        """Add the line that a reward begins with."""
        ...

    def enter_many(self, rewards: Sequence[Reward], developer_id: DeveloperId, kind: ChargeKind, now: datetime) -> None:
        """The same for many."""
        ...

    def release_reserved(self, reward_ids: Collection[RewardId], now: datetime) -> Mapping[CampaignId, int]:
        """Add `release` where an amount was reserved; the sum released for each campaign, in minor units."""
        ...
