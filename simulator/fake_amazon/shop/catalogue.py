"""What the shop sells: items with price, tax and stock."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from simulator.fake_amazon.money import Money


class ItemKind(StrEnum):
    """What kind of thing an item is; only physical and made-to-order ones are shipped."""

    PHYSICAL = "physical"
    DIGITAL = "digital"
    MADE_TO_ORDER = "made-to-order"

    @property
    def shipped(self) -> bool:
        """Whether it travels."""
        return self is not ItemKind.DIGITAL


@dataclass(slots=True, kw_only=True)
class Item:
    """One item. `tax` is a rate (0.10 is 10 %); `in_stock` None means without end."""

    item_id: str
    title: str
    price: Money
    tax: Decimal = Decimal(0)
    image: str = ""
    kind: ItemKind = ItemKind.PHYSICAL
    category: str = ""
    in_stock: int | None = None

    @property
    def tax_due(self) -> Money:
        """The tax on one copy."""
        return self.price.with_rate(self.tax)

    @property
    def full_price(self) -> Money:
        """Price and tax."""
        return self.price + self.tax_due

    @property
    def available(self) -> bool:
        """Whether a copy can be had."""
        return self.in_stock is None or self.in_stock > 0


@dataclass(slots=True)
class Catalogue:
    """All items of one world."""

    _items: dict[str, Item] = field(default_factory=dict)

    def add(self, item: Item) -> None:
        """Add an item, or replace the one of the same id."""
        self._items[item.item_id] = item

    def get(self, item_id: str) -> Item | None:
        """The item of an id."""
        return self._items.get(item_id)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())
