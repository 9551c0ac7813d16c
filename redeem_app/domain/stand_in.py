"""Which item stands in for a sold-out one (rule R3)."""

from collections.abc import Collection, Iterable

from redeem_app.domain.campaign import Item
from redeem_app.domain.ids import ItemId


def stand_in_for(sold_out: Item, candidates: Iterable[Item], available: Collection[ItemId]) -> Item | None:
    """The first available candidate of the same value; None where there is none of equivalent value."""
    return next((c for c in candidates if c.item_id in available and c.value == sold_out.value), None)
