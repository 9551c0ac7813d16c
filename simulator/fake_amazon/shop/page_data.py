"""The data of each page of the shop."""

from dataclasses import dataclass

from simulator.fake_amazon.money import Money
from simulator.fake_amazon.shop.catalogue import Item
from simulator.fake_amazon.shop.credit import Credit
from simulator.fake_amazon.shop.orders import Order, Shipping


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopPage:
    """What is on sale."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One item. `credit` and `to_pay` are of the person signed in; nobody has no credit."""

    item: Item
    credit: Money
    to_pay: Money
    shipping: Shipping | None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPage:
    """What the cart would cost; None when it is empty."""

    quote: Order | None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """A placed order."""

    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancePage:
    """The plain balances, and every credit with what is left of it."""

    balances: tuple[Money, ...]
    credits: tuple[Credit, ...]
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """The form for a claim code; `result` is a word for how it ended, `value` what was added."""

    code: str = ""
    result: str = ""
    value: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """A page that is not there."""

    summary: str
    details: tuple[tuple[str, str], ...] = ()
