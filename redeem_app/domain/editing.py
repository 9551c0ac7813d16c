"""Editing: what of a campaign may still change, so that nothing moves that an issued reward rests on (rules C1, C6).

A draft may change in everything but its app. Approved, live and suspended campaigns may change their texts, links and
pictures, raise budget and stock, and change prices, which count for rewards that are issued from then on. Pending,
rejected and finished ones do not change.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, Final

from redeem_app.domain.campaign import Campaign, Item, RewardGroup
from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.refusals import Reason, Refusal

_EDITABLE: Final = frozenset({CampaignState.APPROVED, CampaignState.LIVE, CampaignState.SUSPENDED})
_FREE: Final = {
    "campaign": frozenset(
        {
            "name",
            "announcement",
            "redemption",
            "terms_url",
            "support",
            "accent",
            "banner",
            "banner_alt",
            "budget",
            "month_cap",
            "cap_by_operator",
            "groups",
            "moments",
        }
    ),
    "group": frozenset({"items", "alternatives"}),
    "item": frozenset(
        {"title", "description", "product_url", "image_url", "conditions", "stock", "price", "listed_price"}
    ),
    "moment": frozenset({"title", "tier"}),
}
"""What may change; a field that is added later is fixed until it is named here."""


def edited(before: Campaign, wanted: Campaign, state: CampaignState) -> Campaign:
    """What `wanted` makes of the campaign in `state`, with what operators settled meanwhile: prices and the cap.

    Raises Refusal(MOVE_NOT_ALLOWED) that names everything that can't change any more.
    """
    after = _with_settled(before, wanted)
    fixed = list(_fixed(before, after, state))
    if fixed:
        raise Refusal(
            Reason.MOVE_NOT_ALLOWED, campaign=before.campaign_id, state=state, move="edit", fixed=", ".join(fixed)
        )
    return after


def with_listed_prices(before: Campaign, after: Campaign) -> Campaign:
    """`after`, whose prices sales have changed, with a note of what the campaign file said of each."""
    old = {(g.group_id, i.item_id): i for g in before.groups for i in (*g.items, *g.alternatives)}

    def noted(group: RewardGroup, items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(_noted(old[group.group_id, item.item_id], item) for item in items)

    return replace(
        after,
        groups=tuple(
            replace(group, items=noted(group, group.items), alternatives=noted(group, group.alternatives))
            for group in after.groups
        ),
    )


def _noted(before: Item, after: Item) -> Item:
    return after if before.price == after.price else replace(after, listed_price=before.listed_price or before.price)


def _with_settled(before: Campaign, wanted: Campaign) -> Campaign:
    if before.cap_by_operator:
        wanted = replace(wanted, month_cap=before.month_cap, cap_by_operator=True)
    groups = {group.group_id: group for group in before.groups}
    return replace(wanted, groups=tuple(_with_prices(groups.get(group.group_id), group) for group in wanted.groups))


def _with_prices(before: RewardGroup | None, wanted: RewardGroup) -> RewardGroup:
    if before is None:
        return wanted
    known = {item.item_id: item for item in (*before.items, *before.alternatives)}

    def settled(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(_with_price(known.get(item.item_id), item) for item in items)

    return replace(wanted, items=settled(wanted.items), alternatives=settled(wanted.alternatives))


def _with_price(before: Item | None, wanted: Item) -> Item:
    """A price that sales gave stays, as long as the file still says what it said before them."""
    if before is None or before.listed_price is None or before.listed_price != wanted.price:
        return wanted
    return replace(wanted, price=before.price, listed_price=before.listed_price)


def _fixed(before: Campaign, after: Campaign, state: CampaignState) -> Iterator[str]:
    if before.app_id != after.app_id:
        yield "app"
    elif state in _EDITABLE:
        yield from _changed("campaign", before, after)
        yield from _lowered("budget", before.budget.amount, after.budget.amount)
        yield from _pairs_changed("moment", "moment_id", before.moments, after.moments)
        yield from _pairs_changed("group", "group_id", before.groups, after.groups)
        for old, new in zip(before.groups, after.groups, strict=False):
            yield from _items_fixed(f"{old.group_id} ", old.items, new.items)
            yield from _items_fixed(f"{old.group_id} ", old.alternatives, new.alternatives)
    elif state is not CampaignState.DRAFT and before != after:
        yield "everything"


def _items_fixed(at: str, before: Sequence[Item], after: Sequence[Item]) -> Iterator[str]:
    yield from _pairs_changed("item", "item_id", before, after, at)
    for old, new in zip(before, after, strict=False):
        yield from _lowered(f"{at}{old.item_id} stock", old.stock, new.stock)


def _pairs_changed(kind: str, key: str, before: Collection[Any], after: Collection[Any], at: str = "") -> Iterator[str]:
    if [getattr(one, key) for one in before] != [getattr(one, key) for one in after]:
        yield f"{at}{kind}s"
        return
    for old, new in zip(before, after, strict=True):
        yield from _changed(kind, old, new, f"{at}{getattr(old, key)} ")


def _changed(kind: str, before: Any, after: Any, at: str = "") -> Iterator[str]:
    for one in fields(before):
        if one.name not in _FREE[kind] and getattr(before, one.name) != getattr(after, one.name):
            yield f"{at}{one.name}"


def _lowered(what: str, before: int, after: int) -> Iterator[str]:
    if after < before:
        yield f"{what} below {before}"
