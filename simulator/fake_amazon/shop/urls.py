"""The pages of the shop: items, cart, order, balance, claim code."""

from collections.abc import Callable

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from simulator.fake_amazon.accounts import Account
from simulator.fake_amazon.gift_cards.ledger import ClaimResult
from simulator.fake_amazon.money import Money
from simulator.fake_amazon.pages import account_of, page
from simulator.fake_amazon.route import Route
from simulator.fake_amazon.shop.orders import OtherCurrency, OutOfStock, shipping_for
from simulator.fake_amazon.shop.page_data import (
    BalancePage,
    CartPage,
    ClaimPage,
    ItemPage,
    NoticePage,
    OrderPage,
    ShopPage,
)
from simulator.fake_amazon.world import World


class ShopPages:
    """Views of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """The URL table."""
        return [
            Route("GET", "/", "home", lambda: redirect(url_for("shop"))),
            Route("GET", "/shop", "shop", self.shop),
            Route("GET", "/shop/item/<item_id>", "item", self.item),
            Route("GET", "/dp/<item_id>", "product", self.item),
            Route("GET", "/shop/cart", "cart", self.signed_in(self.cart)),
            Route("POST", "/shop/cart", "add-to-cart", self.signed_in(self.add_to_cart)),
            Route("POST", "/shop/cart/remove", "remove-from-cart", self.signed_in(self.remove_from_cart)),
            Route("POST", "/shop/order", "place-order", self.signed_in(self.place_order)),
            Route("GET", "/shop/order/<order_id>", "order", self.order),
            Route("GET", "/shop/balance", "balance", self.signed_in(self.balance)),
            Route("GET", "/gc/redeem", "claim-page", self.signed_in(self.claim_page)),
            Route("POST", "/gc/redeem", "claim", self.signed_in(self.claim)),
        ]

    def signed_in(self, view: Callable[[Account], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
        """A view for somebody: others sign in first, and come back to the page (after a form: to the item)."""

        def guarded() -> ResponseReturnValue:
            account = account_of(self._world)
            if account is not None:
                return view(account)
            item_id = request.form.get("item", "")
            back = url_for("item", item_id=item_id) if item_id else request.full_path.rstrip("?")
            return redirect(url_for("sign-in-page", then=back))

        return guarded

    def shop(self) -> ResponseReturnValue:
        """All items."""
        return page("shop.html", ShopPage(items=tuple(self._world.catalogue)), world=self._world)

    def item(self, item_id: str, problem: str = "") -> ResponseReturnValue:
        """One item, and what it costs whoever looks at it."""
        item = self._world.catalogue.get(item_id)
        if item is None:
            return self._not_there("There is no such item.")
        account = account_of(self._world)
        credit, shipping = Money.nothing(item.price.currency), None
        if account is not None:
            purse = self._world.credits.purse(account.user_id, item.price.currency)
            credit, shipping = purse.draw(item, item.full_price), shipping_for(account, (item,))
        data = ItemPage(item=item, credit=credit, to_pay=item.full_price - credit, shipping=shipping, problem=problem)
        return page("item.html", data, world=self._world, status=409 if problem else 200)

    def cart(self, account: Account) -> ResponseReturnValue:
        """What lies in the cart, and its price."""
        return page("cart.html", CartPage(quote=self._world.orders.quote(account)), world=self._world)

    def add_to_cart(self, account: Account) -> ResponseReturnValue:
        """Put an item into the cart, or say why not."""
        item = self._world.catalogue.get(request.form.get("item", ""))
        if item is None:
            return self._not_there("There is no such item.")
        try:
            self._world.orders.add_to_cart(account, item)
        except OutOfStock:
            return self.item(item.item_id, problem="out-of-stock")
        except OtherCurrency:
            return self.item(item.item_id, problem="other-currency")
        return redirect(url_for("cart"))

    def remove_from_cart(self, account: Account) -> ResponseReturnValue:
        """Take an item out."""
        self._world.orders.remove_from_cart(account, request.form.get("item", ""))
        return redirect(url_for("cart"))

    def place_order(self, account: Account) -> ResponseReturnValue:
        """Order the cart's items, and spend the credit."""
        try:
            order = self._world.orders.place(account)
        except OutOfStock:
            data = CartPage(quote=self._world.orders.quote(account), problem="out-of-stock")
            return page("cart.html", data, world=self._world, status=409)
        if order is None:
            return redirect(url_for("cart"))
        return redirect(url_for("order", order_id=order.order_id), 303)

    def order(self, order_id: str) -> ResponseReturnValue:
        """A placed order, for whoever placed it."""
        order, account = self._world.orders.get(order_id), account_of(self._world)
        if order is None or account is None or order.user_id != account.user_id:
            return self._not_there("There is no such order.")
        return page("order.html", OrderPage(order=order), world=self._world)

    def balance(self, account: Account) -> ResponseReturnValue:
        """What there is to spend, where it came from, and where it went."""
        data = BalancePage(
            balances=self._world.credits.balances(account.user_id),
            credits=self._world.credits.of(account.user_id),
            orders=self._world.orders.of(account),
        )
        return page("balance.html", data, world=self._world)

    def claim_page(self, _account: Account) -> ResponseReturnValue:
        """The form for a claim code; a code in the address is only filled in."""
        return page("claim.html", ClaimPage(code=request.args.get("code", "")), world=self._world)

    def claim(self, account: Account) -> ResponseReturnValue:
        """Enter a claim code."""
        code = request.form.get("code", "")
        result, card = self._world.ledger.claim(account.user_id, code)
        data = ClaimPage(code=code, result=result.value, value=card.value if card else None)
        status = 200 if result is ClaimResult.CLAIMED else 409
        return page("claim.html", data, world=self._world, status=status)

    def _not_there(self, summary: str) -> Response:
        return page("error.html", NoticePage(summary=summary), world=self._world, status=404)
