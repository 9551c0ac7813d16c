"""A shop: each product category has a point value of its own."""

from dataclasses import dataclass
from typing import Final

from simulator.apps.app_server import AppServer
from simulator.apps.kinds import Act, AppKind, Doing

PURCHASE: Final = "purchase"


@dataclass(frozen=True, slots=True)
class Product:
    """Something on the shop's shelves; the price is for the screen only."""

    product_id: str
    title: str
    category: str
    price: str


SHELVES: Final = (
    Product("garden-almanac", "The garden almanac", "books", "14.00"),
    Product("night-train", "Night train, a novel", "books", "11.00"),
    Product("oat-biscuits", "Oat biscuits, two tins", "groceries", "9.00"),
    Product("olive-oil", "Olive oil, a litre", "groceries", "12.00"),
    Product("desk-lamp", "Desk lamp, brass", "home", "46.00"),
    Product("linen-throw", "Linen throw", "home", "58.00"),
)


def acts(_server: AppServer, _name: str) -> list[Act]:
    """Every product can be bought."""
    return [Act("buy", f"Buy {p.title}", p.category, p.product_id, p.price) for p in SHELVES]


def perform(server: AppServer, name: str, doing: Doing) -> None:
    """Buy one product. Raises LookupError for one that isn't on the shelves."""
    product = next((p for p in SHELVES if p.product_id == doing.thing), None)
    if product is None:
        raise LookupError(doing.thing)
    server.happened(name, PURCHASE, category=product.category)


SHOP = AppKind(name="shop", template="apps/shop.html", events=frozenset({PURCHASE}), acts=acts, perform=perform)
