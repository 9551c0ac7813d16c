"""The shop: what credit pays, what shipping costs (R4), what is out of stock (R3), which credit is bound (R6)."""

from datetime import timedelta

import pytest

from simulator.fake_amazon import FakeAmazon
from simulator.fake_amazon.shop.credit import Conditions
from tests.fake_amazon.clients import a_person
from tests.fake_amazon.visitor import Visitor


def a_shopper(amazon: FakeAmazon) -> Visitor:
    visitor = Visitor(amazon)
    visitor.opens("/shop/balance")
    visitor.signs_in()
    return visitor


def a_cart_with(amazon: FakeAmazon, *items: str) -> Visitor:
    visitor = a_shopper(amazon)
    for item in items:
        visitor.sends("/shop/cart", item=item)
    return visitor


@pytest.mark.parametrize(
    ("prime", "price", "kind", "speed", "to_pay"),
    [
        (True, "10.00", "physical", "two-day", "10.00"),
        (False, "10.00", "physical", "standard", "15.99"),
        (False, "24.99", "physical", "standard", "30.98"),
        (False, "25.00", "physical", "standard", "25.00"),
        (False, "10.00", "digital", "none", "10.00"),
        (False, "30.00", "made-to-order", "standard", "30.00"),
    ],
)
def test_r4_shipping_by_prime_or_by_the_worth_of_the_order(  # noqa: PLR0917 - the columns of the table
    amazon: FakeAmazon,
    prime: bool,  # noqa: FBT001 - likewise
    price: str,
    kind: str,
    speed: str,
    to_pay: str,
) -> None:
    a_person(amazon, prime=prime)
    amazon.add_item("thing", "Thing", price, kind=kind)

    visitor = a_cart_with(amazon, "thing")

    assert (visitor.fact("shipping"), visitor.fact("to-pay")) == (speed, to_pay)


def test_two_items_of_one_order_count_together(amazon: FakeAmazon) -> None:
    a_person(amazon)
    amazon.add_item("pen", "Pen", "12.50")

    visitor = a_cart_with(amazon, "pen", "pen")

    assert visitor.fact("to-pay") == "25.00"


def test_credit_is_spent_by_an_order_and_shared_between_lines(amazon: FakeAmazon) -> None:
    user_id = a_person(amazon, prime=True)
    amazon.add_item("pen", "Pen", "20.00")
    amazon.grant_credit(user_id, "30.00")

    visitor = a_cart_with(amazon, "pen", "pen")
    quoted = visitor.fact("to-pay")
    visitor.sends("/shop/order")

    assert quoted == visitor.fact("to-pay") == "10.00"
    assert amazon.balance(user_id).minor == 0
    assert [order.to_pay.minor for order in amazon.world.orders.all()] == [1000]


def test_plain_credit_pays_shipping_too(amazon: FakeAmazon) -> None:
    user_id = a_person(amazon)
    amazon.add_item("pen", "Pen", "10.00")
    amazon.grant_credit(user_id, "20.00")

    visitor = a_cart_with(amazon, "pen")
    visitor.sends("/shop/order")

    assert visitor.fact("to-pay") == "0.00"
    assert amazon.balance(user_id).minor == 401


def test_r3_what_is_out_of_stock_cannot_be_had(amazon: FakeAmazon) -> None:
    a_person(amazon)
    amazon.add_item("mug", "Mug", 10, in_stock=1)
    visitor = a_cart_with(amazon, "mug")

    amazon.set_stock("mug", 0)
    visitor.sends("/shop/order")
    at_order = (visitor.answer.status_code, visitor.fact("problem"))
    visitor.opens("/shop/item/mug")
    shown = visitor.fact("stock")
    visitor.sends("/shop/cart", item="mug")
    at_cart = (visitor.answer.status_code, visitor.fact("problem"))

    assert at_order == at_cart == (409, "out-of-stock")
    assert shown == "no"


def test_stock_goes_down_with_each_order(amazon: FakeAmazon) -> None:
    a_person(amazon)
    item = amazon.add_item("mug", "Mug", 10, in_stock=2)

    a_cart_with(amazon, "mug").sends("/shop/order")

    assert item.in_stock == 1


def test_r6_a_bound_credit_pays_only_for_its_category_and_before_the_plain_one(amazon: FakeAmazon) -> None:
    user_id = a_person(amazon, prime=True)
    amazon.add_item("phones", "Headphones", 20, category="headphones")
    amazon.add_item("mug", "Mug", 20, category="kitchen")
    amazon.grant_credit(user_id, 5)
    amazon.grant_credit(user_id, 20, conditions=Conditions(categories=frozenset({"headphones"})))
    visitor = a_shopper(amazon)

    mug = visitor.opens("/shop/item/mug") and visitor.fact("to-pay")
    visitor.sends("/shop/cart", item="phones")
    visitor.sends("/shop/order")

    assert mug == "15.00"
    assert visitor.fact("to-pay") == "0.00"
    assert amazon.balance(user_id).minor == 500


def test_a_credit_for_certain_items_ends_on_its_date(amazon: FakeAmazon) -> None:
    user_id = a_person(amazon, prime=True)
    amazon.add_item("mug", "Mug", 20)
    until = amazon.clock.now() + timedelta(days=30)
    amazon.grant_credit(user_id, 20, conditions=Conditions(items=frozenset({"mug"}), expires_at=until))
    visitor = a_shopper(amazon)

    before = visitor.opens("/shop/item/mug") and visitor.fact("to-pay")
    amazon.clock.advance(timedelta(days=30))
    after = visitor.opens("/shop/item/mug") and visitor.fact("to-pay")

    assert (before, after) == ("0.00", "20.00")


def test_items_of_two_currencies_don_t_share_a_cart(amazon: FakeAmazon) -> None:
    a_person(amazon)
    amazon.add_item("mug", "Mug", 20)
    amazon.add_item("tasse", "Tasse", 20, "EUR")

    visitor = a_cart_with(amazon, "mug", "tasse")

    assert visitor.fact("problem") == "other-currency"


def test_an_item_can_be_taken_out_of_the_cart(amazon: FakeAmazon) -> None:
    a_person(amazon)
    amazon.add_item("mug", "Mug", 20)
    visitor = a_cart_with(amazon, "mug")

    visitor.sends("/shop/cart/remove", item="mug")

    assert visitor.page == "cart"
    assert visitor.fact("act") == "sign-out"
    assert "place-order" not in visitor.answer.text


def test_an_empty_cart_orders_nothing(amazon: FakeAmazon) -> None:
    a_person(amazon)
    visitor = a_shopper(amazon)

    visitor.sends("/shop/order")

    assert visitor.page == "cart"
    assert amazon.world.orders.all() == ()


def test_an_order_is_for_whoever_placed_it(amazon: FakeAmazon) -> None:
    a_person(amazon)
    amazon.add_account("bo@example.com", "secret-2", "Bo")
    amazon.add_item("mug", "Mug", 20)
    a_cart_with(amazon, "mug").sends("/shop/order")
    [order] = amazon.world.orders.all()
    other = Visitor(amazon)
    other.opens("/shop/balance")
    other.signs_in("bo@example.com", "secret-2")

    other.opens(f"/shop/order/{order.order_id}")

    assert (other.page, other.answer.status_code) == ("error", 404)


def test_somebody_not_signed_in_comes_back_to_the_item(amazon: FakeAmazon) -> None:
    a_person(amazon)
    amazon.add_item("mug", "Mug", 20)
    visitor = Visitor(amazon)

    visitor.sends("/shop/cart", item="mug")
    visitor.signs_in()

    assert (visitor.page, visitor.fact("item")) == ("item", "mug")


def test_what_is_not_on_sale_is_not_there(amazon: FakeAmazon) -> None:
    a_person(amazon)
    visitor = a_shopper(amazon)

    statuses = [visitor.opens("/shop/item/none").status_code, visitor.sends("/shop/cart", item="none").status_code]

    assert statuses == [404, 404]


@pytest.mark.parametrize(
    ("code", "result"), [("NONE-SUCHXX-CODE", "unknown"), ("", "unknown"), ("cancelled", "cancelled")]
)
def test_codes_that_give_nothing(amazon: FakeAmazon, code: str, result: str) -> None:
    amazon.register_partner("Fakep", "AKFAKE", "s", 100)
    user_id = a_person(amazon)
    partner = amazon.world.partners.by_key("AKFAKE")
    card = amazon.world.ledger.create(partner, "Fakep1", amazon.add_item("x", "x", 10).price)
    amazon.world.ledger.cancel(partner, "Fakep1", "")
    visitor = a_shopper(amazon)

    visitor.sends("/gc/redeem", code=card.claim_code if code == "cancelled" else code)

    assert visitor.fact("result") == result
    assert amazon.balance(user_id).minor == 0


def test_a_code_is_only_filled_in_by_its_link(amazon: FakeAmazon) -> None:
    amazon.register_partner("Fakep", "AKFAKE", "s", 100)
    user_id = a_person(amazon)
    partner = amazon.world.partners.by_key("AKFAKE")
    card = amazon.world.ledger.create(partner, "Fakep1", amazon.add_item("x", "x", 10).price)
    visitor = a_shopper(amazon)

    visitor.opens("/gc/redeem", code=card.claim_code)

    assert card.claim_code in visitor.answer.text
    assert card.claimed_by is None
    assert amazon.balance(user_id).minor == 0
