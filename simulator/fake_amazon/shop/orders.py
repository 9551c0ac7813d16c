"""Carts and orders: what an item costs a person with their credit, and what shipping adds (rule R4)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from simulator.fake_amazon.accounts import Account
from simulator.fake_amazon.mint import Mint
from simulator.fake_amazon.money import Money, total
from simulator.fake_amazon.shop.catalogue import Catalogue, Item
from simulator.fake_amazon.shop.credit import Credits, Purse

FREE_FROM: Final = {"JPY": 3500, "MXN": 600, "SEK": 300, "PLN": 120, "TRY": 900}
STANDARD_RATE: Final = {"JPY": 500, "MXN": 120, "SEK": 60, "PLN": 25, "TRY": 180}
"""Choices for currencies other than the dollar, and for what a "standard rate" is; in major units."""


class OutOfStock(Exception):
    """No copy of an item is left."""


class OtherCurrency(Exception):
    """The cart holds items of another currency."""


@dataclass(frozen=True, slots=True)
class Shipping:
    """How an order travels: `speed` is `two-day`, `standard` or `none`."""

    speed: str
    cost: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item of a cart or order with what credit pays of it."""

    item: Item
    due: Money
    credit: Money

    @property
    def to_pay(self) -> Money:
        """What is left to pay."""
        return self.due - self.credit


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was ordered, or (before it is placed) what a cart would cost."""

    order_id: str
    user_id: str
    lines: tuple[Line, ...]
    shipping: Shipping
    shipping_credit: Money
    placed_at: datetime

    @property
    def credit(self) -> Money:
        """What credit pays in all."""
        currency = self.shipping.cost.currency
        return total((line.credit for line in self.lines), currency) + self.shipping_credit

    @property
    def to_pay(self) -> Money:
        """What the person pays by another way."""
        currency = self.shipping.cost.currency
        return total((line.to_pay for line in self.lines), currency) + self.shipping.cost - self.shipping_credit


@dataclass(slots=True)
class Orders:
    """Carts and orders of one world. A cart holds items of one currency."""

    mint: Mint
    now: Callable[[], datetime]
    catalogue: Catalogue
    credits: Credits
    _carts: dict[str, list[str]] = field(default_factory=dict)
    _placed: dict[str, Order] = field(default_factory=dict)

    def add_to_cart(self, account: Account, item: Item) -> None:
        """Raises OutOfStock, OtherCurrency."""
        if not item.available:
            raise OutOfStock(item.item_id)
        if any(other.price.currency != item.price.currency for other in self.cart(account)):
            raise OtherCurrency(item.price.currency)
        self._carts.setdefault(account.user_id, []).append(item.item_id)

    def remove_from_cart(self, account: Account, item_id: str) -> None:
        """Take one copy out."""
        cart = self._carts.get(account.user_id, [])
        if item_id in cart:
            cart.remove(item_id)

    def cart(self, account: Account) -> tuple[Item, ...]:
        """What lies in a person's cart."""
        items = (self.catalogue.get(item_id) for item_id in self._carts.get(account.user_id, []))
        return tuple(item for item in items if item is not None)

    def quote(self, account: Account) -> Order | None:
        """What the cart would cost; None when it is empty."""
        return self._priced(account, self.cart(account))[0]

    def place(self, account: Account) -> Order | None:
        """Order what is in the cart and spend the credit; None when it is empty. Raises OutOfStock."""
        items = self.cart(account)
        gone = next((item for item in items if item.in_stock is not None and items.count(item) > item.in_stock), None)
        if gone is not None:
            raise OutOfStock(gone.item_id)
        draft, purse = self._priced(account, items)
        if draft is None or purse is None:
            return None
        purse.spend()
        for item in items:
            item.in_stock = None if item.in_stock is None else item.in_stock - 1
        self._carts[account.user_id] = []
        order = replace(draft, order_id=self.mint.word("order", 12).upper())
        self._placed[order.order_id] = order
        return order

    def get(self, order_id: str) -> Order | None:
        """A placed order."""
        return self._placed.get(order_id)

    def of(self, account: Account) -> tuple[Order, ...]:
        """A person's orders, oldest first."""
        return tuple(order for order in self._placed.values() if order.user_id == account.user_id)

    def all(self) -> tuple[Order, ...]:
        """All orders, oldest first."""
        return tuple(self._placed.values())

    def _priced(self, account: Account, items: tuple[Item, ...]) -> tuple[Order, Purse] | tuple[None, None]:
        if not items:
            return None, None
        purse = self.credits.purse(account.user_id, items[0].price.currency)
        lines = tuple(Line(item=item, due=item.full_price, credit=purse.draw(item, item.full_price)) for item in items)
        shipping = shipping_for(account, items)
        draft = Order(
            order_id="",
            user_id=account.user_id,
            lines=lines,
            shipping=shipping,
            shipping_credit=purse.draw_plain(shipping.cost),
            placed_at=self.now(),
        )
        return draft, purse


def shipping_for(account: Account, items: tuple[Item, ...]) -> Shipping:
    """Prime: free in two days. Others: free from 25 dollars on (before tax), below that the standard rate (R4)."""
    currency = items[0].price.currency
    shipped = [item for item in items if item.kind.shipped]
    if not shipped:
        return Shipping("none", Money.nothing(currency))
    if account.prime:
        return Shipping("two-day", Money.nothing(currency))
    worth = total((item.price for item in shipped), currency)
    free = Money.of(FREE_FROM.get(currency, 25), currency) <= worth
    rate = Money.of(STANDARD_RATE.get(currency, Decimal("5.99")), currency)
    return Shipping("standard", Money.nothing(currency) if free else rate)
