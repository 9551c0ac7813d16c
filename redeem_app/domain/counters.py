"""Counters with a ceiling: what they promise, and under which names money and pieces are counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from redeem_app.domain.campaign import Item
from redeem_app.domain.ids import (
    CampaignId,
    DeveloperId,
    ItemId,
    RewardGroupId,
)


@dataclass(frozen=True, slots=True)
class Take:
    """An amount wanted from a counter."""

    name: str
    amount: int
    opens_at: int | None = None
    """Ceiling of a counter that the first to take from it makes, as a month's; None: it must be there."""


class Counters(Protocol):
    """Amounts that must never pass a ceiling: budgets in minor units, stock in pieces."""

    def set_ceiling(self, name: str, ceiling: int, unit: int = 1) -> None:
        """Create or change, never below what is used; `unit` is the usual amount taken, so that shards hold units."""
        ...

    def take(self, name: str, amount: int) -> bool:
        """One conditional write: False, and nothing taken, where it would pass the ceiling."""
        ...

    def take_all(self, wanted: Sequence[Take]) -> str | None:
        """Take every amount, or name the first counter that is short; the caller then rolls back."""
        ...

    def give_back(self, name: str, amount: int) -> None:
        """Undo a take of an earlier transaction. Raises ValueError for more than was taken."""
        ...

    def left(self, names: Iterable[str]) -> Mapping[str, int]:
        """What is left of each; a counter that does not exist is absent."""
        ...

    def used(self, names: Iterable[str]) -> Mapping[str, int]: ...


def budget_counter(campaign_id: CampaignId) -> str:
    """Name of the counter of the campaign's total budget (rule C4)."""
    return f"budget/{campaign_id}"


def campaign_month_counter(campaign_id: CampaignId, now: datetime) -> str:
    """Name of the counter of the campaign's calendar month in UTC (rule C4)."""
    return f"month/{campaign_id}/{now:%Y-%m}"


def account_month_counter(developer_id: DeveloperId, now: datetime) -> str:
    """Name of the counter of the developer account's calendar month in UTC (rule C4)."""
    return f"account/{developer_id}/{now:%Y-%m}"


def pool_counter(campaign_id: CampaignId, group_id: RewardGroupId) -> str:
    """Name of the counter of rewards that a group may still issue."""
    return f"pool/{campaign_id}/{group_id}"


def item_counter(campaign_id: CampaignId, group_id: RewardGroupId, item: Item | ItemId) -> str:
    """Name of the counter of one item's stock."""
    item_id = item.item_id if isinstance(item, Item) else item
    return f"item/{campaign_id}/{group_id}/{item_id}"
