"""A reward's life: issued, being applied, applied or expired, and the only moves between (rules R2, R7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from redeem_app.domain.ids import (
    AccountId,
    AccountKey,
    CampaignId,
    CustomerKey,
    ItemId,
    MomentId,
    RewardGroupId,
    RewardId,
)
from redeem_app.domain.money import Money
from redeem_app.domain.refusals import Reason, Refusal


class RewardState(StrEnum):
    """`applying` is committed before the partner is asked; `unknown` means its answer was not heard."""

    ISSUED = "issued"
    APPLYING = "applying"
    UNKNOWN = "unknown"
    APPLIED = "applied"
    EXPIRED = "expired"


MOVES: Final[Mapping[RewardState, frozenset[RewardState]]] = {
    RewardState.ISSUED: frozenset({RewardState.APPLYING, RewardState.EXPIRED}),
    RewardState.APPLYING: frozenset({RewardState.APPLIED, RewardState.UNKNOWN, RewardState.ISSUED}),
    RewardState.UNKNOWN: frozenset({RewardState.APPLIED, RewardState.ISSUED}),
    RewardState.APPLIED: frozenset(),
    RewardState.EXPIRED: frozenset(),
}
"""Nothing leaves `applied` or `expired`; an unheard answer is resolved by asking, never by expiry."""


def may_move(before: RewardState, after: RewardState) -> bool:
    """Whether the table allows the move; the records make it by one conditional write."""
    return after in MOVES[before]


@dataclass(frozen=True, slots=True)
class Reward:
    """One reward of one campaign for one person; `charge` is what the developer pays for it."""

    reward_id: RewardId
    campaign_id: CampaignId
    moment_id: MomentId
    offer_id: str
    state: RewardState
    issued_at: datetime
    expires_at: datetime
    charge: Money
    customer_key: CustomerKey | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person chose (rule R1); `size` for made-to-order items only (rule C8)."""

    item_id: ItemId
    size: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """The application of one reward to one account; the partner deduplicates on `request_id`."""

    reward_id: RewardId
    request_id: str
    account_id: AccountId
    account_key: AccountKey
    account_label: str
    chosen: Chosen
    value: Money
    delivery: str
    """The way: `load-balance` or `claim-code`."""
    partner: str
    """Whose account at Amazon pays; asking again with another one would apply twice."""
    started_at: datetime
    tried_at: datetime
    attempts: int = 1
    applied_at: datetime | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Expired:
    """A reward that has just expired, and where its piece goes back to."""

    reward_id: RewardId
    campaign_id: CampaignId
    group_id: RewardGroupId


def check_redeemable(reward: Reward, now: datetime) -> None:
    """Raises Refusal(REWARD_EXPIRED) once its date has passed (rule R2) or it was withdrawn."""
    if reward.state is RewardState.EXPIRED or reward.expires_at <= now:
        raise Refusal(Reason.REWARD_EXPIRED, when=reward.expires_at)
