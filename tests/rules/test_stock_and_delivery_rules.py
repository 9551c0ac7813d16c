"""What stands in for a sold-out item, and where rewards go."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redeem_app.adapters.delivery_countries import DeliveryCountriesWrong, delivery_countries
from redeem_app.domain.campaign import Developer, Item, RewardKind
from redeem_app.domain.eligibility import (
    DeliveryCountries,
    check_delivery,
    check_developer,
    delivers,
    served_countries,
)
from redeem_app.domain.ids import DeveloperId, ItemId
from redeem_app.domain.inventory import is_left, stand_in_for
from redeem_app.domain.money import Money
from redeem_app.domain.refusals import Reason, Refusal
from tests import campaign_builders as builders
from tests.campaign_builders import a_campaign, a_group


def an_item(
    item_id: str = "lamp",
    price: int = 2500,
    *,
    kind: RewardKind = RewardKind.PHYSICAL,
    currency: str = "USD",
    tax: str = "0.10",
) -> Item:
    return builders.an_item(item_id, kind=kind, price=Money(price, currency), tax_rate=Decimal(tax))


def everything(*items: Item) -> frozenset[ItemId]:
    return frozenset(item.item_id for item in items)


def test_r3_the_same_value_comes_first_then_the_nearest_higher() -> None:
    chosen, higher, nearer, same = an_item("x"), an_item("h", 4000), an_item("n", 2600), an_item("s", 2500)
    candidates = (chosen, higher, nearer, same)

    assert stand_in_for(chosen, candidates, everything(higher, nearer, same)) == same
    assert stand_in_for(chosen, candidates, everything(higher, nearer)) == nearer
    assert stand_in_for(chosen, candidates, everything(higher)) == higher


def test_r3_a_lower_value_is_never_equivalent() -> None:
    assert stand_in_for(an_item("x"), [lower := an_item("l", 2499)], everything(lower)) is None


def test_r3_the_value_that_counts_is_the_one_with_tax() -> None:
    taxed = an_item("t", 2500, tax="0.10")
    untaxed = an_item("u", 2750, tax="0")

    assert stand_in_for(taxed, [untaxed], everything(untaxed)) == untaxed
    assert stand_in_for(untaxed, [an_item("v", 2600, tax="0")], {ItemId("v")}) is None


def test_r3_of_the_same_value_the_same_kind_comes_first_then_the_order_of_the_file() -> None:
    digital = an_item("d", kind=RewardKind.DIGITAL)
    first, second = an_item("1"), an_item("2")
    available = everything(digital, first, second)

    assert stand_in_for(an_item("x"), (digital, first, second), available) == first
    assert stand_in_for(an_item("x", kind=RewardKind.DIGITAL), (first, second, digital), available) == digital


@pytest.mark.parametrize(
    "candidate",
    [
        an_item("c", kind=RewardKind.MADE_TO_ORDER),
        an_item("c", kind=RewardKind.CATEGORY_DISCOUNT),
        an_item("c", currency="EUR"),
        an_item("x"),
    ],
)
def test_r3_what_asks_for_more_or_is_the_item_itself_stands_in_for_nothing(candidate: Item) -> None:
    assert stand_in_for(an_item("x"), [candidate], everything(candidate)) is None


def test_r3_something_is_left_while_an_item_or_a_stand_in_is() -> None:
    lamp, cheap, puzzle = an_item("lamp"), an_item("cheap", 100), an_item("puzzle")
    group = a_group(lamp, alternatives=(puzzle, cheap))

    assert is_left(group, everything(lamp))
    assert is_left(group, everything(puzzle))
    assert not is_left(group, everything(cheap))
    assert not is_left(group, frozenset())


items = st.builds(an_item, st.sampled_from("abcdefg"), st.integers(1, 6), kind=st.sampled_from(RewardKind))


@given(items, st.lists(items, max_size=6), st.sets(st.sampled_from("abcdefg")))
def test_r3_the_stand_in_is_in_stock_worth_as_much_and_the_nearest(
    chosen: Item, candidates: list[Item], stock: set[str]
) -> None:
    available = frozenset(ItemId(item_id) for item_id in stock)

    found = stand_in_for(chosen, candidates, available)

    possible = [
        c
        for c in candidates
        if c.item_id in available
        and c.item_id != chosen.item_id
        and c.kind not in {RewardKind.MADE_TO_ORDER, RewardKind.CATEGORY_DISCOUNT}
        and c.value.amount >= chosen.value.amount
    ]
    assert (found is None) == (not possible)
    if found is not None:
        assert found in possible
        assert found.value.amount == min(c.value.amount for c in possible)


PROGRAMME = DeliveryCountries("a test", date(2020, 1, 1), frozenset({"US", "DE", "BR", "CU"}))


def test_r5_the_campaigns_list_narrows_the_programme_and_home_countries_are_always_in() -> None:
    us = a_group(an_item())
    german = a_group(an_item(), marketplace="DE")

    assert served_countries(a_campaign(us), us, PROGRAMME) == {"US", "DE", "BR"}
    assert served_countries(a_campaign(german), german, PROGRAMME) == {"US", "DE", "BR", "AT", "CH"}
    assert served_countries(a_campaign(us, delivery_countries=("BR", "FR")), us, PROGRAMME) == {"BR"}


def test_r5_a_country_that_is_not_served_is_refused() -> None:
    served = frozenset({"US", "DE"})

    check_delivery(an_item(), "DE", served)
    with pytest.raises(Refusal) as refused:
        check_delivery(an_item(), "FR", served)

    assert refused.value.reason is Reason.COUNTRY_NOT_SERVED
    assert refused.value.facts == {"country": "FR", "item": "lamp", "rule": "R5"}


def test_c8_made_to_order_goes_to_people_in_the_us_only() -> None:
    shirt = an_item("shirt", kind=RewardKind.MADE_TO_ORDER)
    served = frozenset({"US", "DE"})

    assert delivers(shirt, "US", served)
    with pytest.raises(Refusal) as refused:
        check_delivery(shirt, "DE", served)

    assert refused.value.facts["rule"] == "C8"


@pytest.mark.parametrize("country", ["ZA", "AL", "SA", "RU", "CH", "CU", "IR", "KP", "SY"])
def test_c9_developers_of_excluded_and_embargoed_countries_are_refused(country: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_developer(Developer(DeveloperId("d"), "D", country))

    assert refused.value.reason is Reason.DEVELOPER_COUNTRY_EXCLUDED


def test_c9_other_developers_may_register() -> None:
    check_developer(Developer(DeveloperId("d"), "D", "NG"))


def test_r5_the_list_names_its_source_and_date_and_more_than_a_hundred_countries() -> None:
    programme = delivery_countries()

    assert "not copied" in programme.source
    assert programme.as_of == date(2020, 1, 1)
    assert len(programme.countries) > 100
    assert programme.countries >= {"US", "DE", "JP", "BR", "AU"}
    assert not programme.countries & {"CU", "IR", "KP", "SY"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('source = "me"\nas_of = 2026-01-01\ncountries = ["UK"]', "countries.0: is 'UK'"),
        ('source = "me"\nas_of = 2026-01-01\ncountries = []', "is empty"),
        ('as_of = 2026-01-01\ncountries = ["US"]', "source"),
        ("countries = [", "can't be read as TOML"),
    ],
)
def test_r5_a_wrong_list_of_an_operators_own_says_what_is_wrong(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "countries.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DeliveryCountriesWrong, match=problem):
        delivery_countries(path)


def test_r5_an_operators_own_list_replaces_ours(tmp_path: Path) -> None:
    path = tmp_path / "countries.toml"
    path.write_text('source = "me"\nas_of = 2026-01-01\ncountries = ["US", "KI"]', encoding="utf-8")

    assert delivery_countries(path).countries == {"US", "KI"}
