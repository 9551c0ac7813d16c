"""Stock: what is still there, and what stands in for what is not (rule R3).

An alternative is of equivalent value if its value with tax is that of the chosen item; where there is none, the
nearest higher value will do, since the cost per action covers every item of a group. A lower value is never
equivalent. Of several, one of the same kind comes first, then the one that the campaign file names first.
"""

from collections.abc import Collection, Iterable

from redeem_app.domain.campaign import Item, RewardGroup, RewardKind
from redeem_app.domain.ids import ItemId

_NEVER_STANDS_IN = frozenset({RewardKind.CATEGORY_DISCOUNT, RewardKind.MADE_TO_ORDER})
"""A discount is an offer of its own (rule C2); a made-to-order item asks for a size that nobody chose (rule C8)."""


def stand_in_for(chosen: Item, candidates: Iterable[Item], available: Collection[ItemId]) -> Item | None:
    """The candidate in stock that is of equivalent value; None where there is none."""
    equivalent = [
        (candidate.value.amount - chosen.value.amount, candidate.kind is not chosen.kind, position, candidate)
        for position, candidate in enumerate(candidates)
        if candidate.item_id in available and _may_stand_in(candidate, chosen)
    ]
    return min(equivalent, key=lambda ranked: ranked[:3])[3] if equivalent else None


def is_left(group: RewardGroup, available: Collection[ItemId]) -> bool:
    """Whether the group has anything for a person: an item in stock, or a stand-in for one that is not."""
    candidates = (*group.items, *group.alternatives)
    return any(
        item.item_id in available or stand_in_for(item, candidates, available) is not None for item in group.items
    )


def _may_stand_in(candidate: Item, chosen: Item) -> bool:
    return (
        candidate.item_id != chosen.item_id
        and candidate.kind not in _NEVER_STANDS_IN
        and candidate.value.currency == chosen.value.currency
        and candidate.value.amount >= chosen.value.amount
    )
