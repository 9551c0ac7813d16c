"""Ceilings: how much budget, cap and stock there is to take from, as campaigns and operators set it (rules C4, R3).

A ceiling that changes while rewards are issued counts at once. It never falls below what was taken.
"""

from collections.abc import Mapping
from datetime import datetime

from redeem_app.domain.campaign import Campaign, Developer, Item, RewardGroup
from redeem_app.domain.counters import (
    account_month_counter,
    budget_counter,
    campaign_month_counter,
    item_counter,
    pool_counter,
)
from redeem_app.domain.ids import CampaignId, ItemId
from redeem_app.domain.records import Transaction


def set_ceilings(tx: Transaction, before: Campaign | None, after: Campaign, now: datetime) -> None:
    """Give a campaign that was saved its ceilings; of one that was there before, only what differs changes.

    Stock differs by what was added to it, so that pieces an operator took out by hand stay out.
    """
    unit = after.cost_per_action.amount
    if before is None or before.budget != after.budget:
        tx.counters.set_ceiling(budget_counter(after.campaign_id), after.budget.amount, unit)
    if before is not None and before.month_cap != after.month_cap:
        tx.counters.set_ceiling(campaign_month_counter(after.campaign_id, now), after.month_cap.amount, unit)
    known = {} if before is None else {group.group_id: group for group in before.groups}
    for group in after.groups:
        old = known.get(group.group_id)
        _set_stock(tx, after.campaign_id, {} if old is None else _pieces(old), group)
        fit_pool(tx, after.campaign_id, group)


def set_account_cap(tx: Transaction, developer: Developer, now: datetime) -> None:
    """Let the developer's cap count for the month that is under way (rule C4)."""
    tx.counters.set_ceiling(account_month_counter(developer.developer_id, now), developer.month_cap.amount)


def set_pieces_left(tx: Transaction, campaign_id: CampaignId, group: RewardGroup, item: Item, pieces: int) -> None:
    """Let `pieces` more of the item be handed out, and no more rewards be issued than there are pieces for."""
    name = item_counter(campaign_id, group.group_id, item)
    tx.counters.set_ceiling(name, tx.counters.used((name,)).get(name, 0) + pieces)
    tx.shelves.fill(campaign_id, group.group_id, item.item_id, is_empty=pieces == 0)
    fit_pool(tx, campaign_id, group)


def fit_pool(tx: Transaction, campaign_id: CampaignId, group: RewardGroup) -> None:
    """As many rewards as there are pieces: those handed out, those promised by open rewards, and those left."""
    names = [item_counter(campaign_id, group.group_id, item) for item in _pieces(group)]
    ceiling = sum(tx.counters.used(names).values()) + sum(tx.counters.left(names).values())
    tx.counters.set_ceiling(pool_counter(campaign_id, group.group_id), ceiling)


def _set_stock(tx: Transaction, campaign_id: CampaignId, before: Mapping[ItemId, int], group: RewardGroup) -> None:
    for item_id, stock in _pieces(group).items():
        name = item_counter(campaign_id, group.group_id, item_id)
        there = tx.counters.used((name,)).get(name, 0) + tx.counters.left((name,)).get(name, 0)
        if item_id not in before:
            tx.counters.set_ceiling(name, stock)
        elif stock != before[item_id]:
            tx.counters.set_ceiling(name, there + stock - before[item_id])
        if stock != before.get(item_id):
            tx.shelves.fill(campaign_id, group.group_id, item_id, is_empty=stock == 0)


def _pieces(group: RewardGroup) -> Mapping[ItemId, int]:
    return {item.item_id: item.stock for item in (*group.items, *group.alternatives)}
