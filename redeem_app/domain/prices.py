"""Prices: what a reward costs by what its copies sold for, and the cost per action that covers it (rules C5, C6, C7).

The rule of C6 as it is applied here: the price is the median of what copies of the item sold for in the period, each
copy counting once, rounded half up to a minor unit. Fewer than `LEAST_COPIES` say nothing: the price stays. A product
of the developer's own never gets cheaper, since it has no discount (C7). A price that the cost per action does not
cover is not taken (C5). What was issued keeps the price it was issued at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from redeem_app.domain.campaign import Campaign, Item, RewardGroup, RewardKind
from redeem_app.domain.ids import ItemId, RewardGroupId
from redeem_app.domain.money import Money, minor_digits

BILLING_CURRENCY: Final = "USD"
"""Budgets, costs per action and caps are in it."""

LEAST_COPIES: Final = 5
"""Copies that have to be sold in a period for it to say something about a price."""

_HAS_A_FIXED_VALUE: Final = frozenset({RewardKind.CREDIT, RewardKind.CATEGORY_DISCOUNT})


@dataclass(frozen=True, slots=True)
class Sale:
    """Copies of an item that were sold on one day at one price, without tax."""

    item_id: ItemId
    sold_on: date
    price: Money
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, the first and the last of them included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class Verdict(StrEnum):
    """What the sales of a period did to a price."""

    CHANGED = "changed"
    SAME = "same"
    TOO_FEW_SALES = "too-few-sales"
    FIXED_VALUE = "fixed-value"
    NO_DISCOUNT = "no-discount"
    NOT_COVERED = "not-covered"


@dataclass(frozen=True, slots=True)
class PriceFinding:
    """One item of one group: its price before and from now on, and why."""

    group_id: RewardGroupId
    item_id: ItemId
    before: Money
    after: Money
    copies: int
    """Copies sold in the period."""
    verdict: Verdict
    needed_cost: Money | None = None
    """Where the cost per action does not cover the derived price: the one that would."""


def previous_month(now: datetime) -> Period:
    """The calendar month before the one of `now`, in UTC."""
    last = now.astimezone(UTC).date().replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def needed_cost_per_action(price: Money, tax_rate: Decimal, exchange_rate: Decimal = Decimal(1)) -> Money:
    """The least cost per action, in USD, that covers an item of `price` with its tax (rule C5).

    `exchange_rate` is USD for one unit of the price's currency; rounded up to a cent.
    """
    exact = price.with_tax(tax_rate).major * exchange_rate
    cents = exact.scaleb(minor_digits(BILLING_CURRENCY)).to_integral_value(ROUND_CEILING)
    return Money(int(cents), BILLING_CURRENCY)


def median_price(sales: Sequence[Sale]) -> Money | None:
    """The median of what the copies sold for; None without any. All sales are in one currency."""
    ordered = sorted(sales, key=lambda sale: sale.price.amount)
    copies = sum(sale.copies for sale in ordered)
    if copies == 0:
        return None
    middle = _amount_of_copy(ordered, (copies - 1) // 2) + _amount_of_copy(ordered, copies // 2)
    rounded = (Decimal(middle) / 2).to_integral_value(ROUND_HALF_UP)
    return Money(int(rounded), ordered[0].price.currency)


def repriced(campaign: Campaign, sales: Iterable[Sale], period: Period) -> tuple[Campaign, tuple[PriceFinding, ...]]:
    """The campaign with the prices that the period's sales give, and what was found for each item (rule C6)."""
    by_item = dict[ItemId, list[Sale]]()
    for sale in sales:
        if sale.sold_on in period:
            by_item.setdefault(sale.item_id, []).append(sale)
    groups, findings = list[RewardGroup](), list[PriceFinding]()
    for group in campaign.groups:
        cost = campaign.charge_for(group)
        found = {i.item_id: _finding(i, group, cost, by_item.get(i.item_id, [])) for i in _entries(group)}
        findings += found.values()
        groups.append(
            replace(
                group,
                items=tuple(replace(item, price=found[item.item_id].after) for item in group.items),
                alternatives=tuple(replace(item, price=found[item.item_id].after) for item in group.alternatives),
            )
        )
    return replace(campaign, groups=tuple(groups)), tuple(findings)


def _finding(item: Item, group: RewardGroup, cost: Money, sales: list[Sale]) -> PriceFinding:
    copies = sum(sale.copies for sale in sales)
    derived = median_price(sales) or item.price
    needed = needed_cost_per_action(derived, item.tax_rate, group.exchange_rate or Decimal(1))
    verdict = _verdict(item, derived, copies)
    if verdict is Verdict.CHANGED and needed.currency == cost.currency and needed.amount > cost.amount:
        return PriceFinding(
            group.group_id, item.item_id, item.price, item.price, copies, Verdict.NOT_COVERED, needed_cost=needed
        )
    after = derived if verdict is Verdict.CHANGED else item.price
    return PriceFinding(group.group_id, item.item_id, item.price, after, copies, verdict)


def _verdict(item: Item, derived: Money, copies: int) -> Verdict:
    if item.kind in _HAS_A_FIXED_VALUE:
        return Verdict.FIXED_VALUE
    if copies < LEAST_COPIES:
        return Verdict.TOO_FEW_SALES
    if item.kind is RewardKind.OWN_PRODUCT and derived.amount < item.price.amount:
        return Verdict.NO_DISCOUNT
    return Verdict.SAME if derived == item.price else Verdict.CHANGED


def _entries(group: RewardGroup) -> tuple[Item, ...]:
    return (*group.items, *group.alternatives)


def _amount_of_copy(ordered: Sequence[Sale], position: int) -> int:
    for sale in ordered:
        position -= sale.copies
        if position < 0:
            return sale.price.amount
    raise IndexError(position)
