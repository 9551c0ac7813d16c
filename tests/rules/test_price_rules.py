"""Prices from a period's sales, and files of sales."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redeem_app.adapters.sales_files import SalesFileWrong, read_sales
from redeem_app.domain.campaign import RewardKind
from redeem_app.domain.ids import ItemId
from redeem_app.domain.money import Money
from redeem_app.domain.prices import (
    Period,
    Sale,
    Verdict,
    median_price,
    needed_cost_per_action,
    previous_month,
    repriced,
)
from tests.campaign_builders import a_campaign, a_group, an_item

MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


def sold(*prices: int, item: str = "lamp", on: date = date(2026, 5, 20), copies: int = 1) -> list[Sale]:
    return [Sale(ItemId(item), on, Money(price, "USD"), copies) for price in prices]


def test_c5_an_item_of_25_with_ten_percent_tax_needs_27_50() -> None:
    assert needed_cost_per_action(Money(2500, "USD"), Decimal("0.10")) == Money(2750, "USD")
    assert an_item().value == Money(2750, "USD")


def test_c5_another_currency_is_converted_and_rounded_up() -> None:
    assert needed_cost_per_action(Money(3000, "JPY"), Decimal("0.10"), Decimal("0.0068")) == Money(2244, "USD")
    assert needed_cost_per_action(Money(101, "EUR"), Decimal(0), Decimal("1.001")) == Money(102, "USD")


def test_c6_the_price_is_the_median_of_what_the_copies_sold_for() -> None:
    campaign, (finding,) = repriced(a_campaign(), sold(1900, 2100, 2300, 2400, 9900), MAY)

    assert campaign.groups[0].items[0].price == Money(2300, "USD")
    assert (finding.before, finding.after) == (Money(2500, "USD"), Money(2300, "USD"))
    assert (finding.copies, finding.verdict) == (5, Verdict.CHANGED)


def test_c6_every_copy_counts_and_two_in_the_middle_are_rounded_half_up() -> None:
    assert median_price([*sold(1000, copies=4), *sold(2000)]) == Money(1000, "USD")
    assert median_price(sold(1000, 1001)) == Money(1001, "USD")
    assert median_price(sold(2000, 1000, 1500, 1600)) == Money(1550, "USD")
    assert median_price([]) is None


def test_c6_only_sales_of_the_period_count() -> None:
    outside = [*sold(100, on=date(2026, 4, 30), copies=99), *sold(100, on=date(2026, 6, 1), copies=99)]
    edges = [*sold(2400, on=date(2026, 5, 1), copies=3), *sold(2400, on=date(2026, 5, 31), copies=2)]

    _, (finding,) = repriced(a_campaign(), [*outside, *edges], MAY)

    assert (finding.after, finding.copies) == (Money(2400, "USD"), 5)


def test_c6_too_few_sales_say_nothing() -> None:
    _, (finding,) = repriced(a_campaign(), sold(100, 100, 100, 100), MAY)

    assert (finding.after, finding.verdict) == (Money(2500, "USD"), Verdict.TOO_FEW_SALES)


def test_c6_a_price_above_what_the_cost_per_action_covers_is_not_taken() -> None:
    _, (finding,) = repriced(a_campaign(), sold(2600, copies=5), MAY)

    assert (finding.after, finding.verdict) == (Money(2500, "USD"), Verdict.NOT_COVERED)
    assert finding.needed_cost == Money(2860, "USD")


def test_c6_a_price_that_the_cost_per_action_just_covers_is_taken() -> None:
    campaign = a_campaign(a_group(an_item(price=Money(2400, "USD"))))

    _, (finding,) = repriced(campaign, sold(2500, copies=5), MAY)

    assert (finding.after, finding.verdict) == (Money(2500, "USD"), Verdict.CHANGED)


def test_c6_stand_ins_are_priced_too_and_other_groups_are_left_alone() -> None:
    stand_in, other = an_item("puzzle"), an_item("flask")
    campaign = a_campaign(a_group(alternatives=(stand_in,)), a_group(other, group_id="DE"))

    changed, findings = repriced(campaign, sold(2400, item="puzzle", copies=5), MAY)

    assert changed.groups[0].alternatives[0].price == Money(2400, "USD")
    assert changed.groups[1] == campaign.groups[1]
    assert [finding.verdict for finding in findings] == [
        Verdict.TOO_FEW_SALES,
        Verdict.CHANGED,
        Verdict.TOO_FEW_SALES,
    ]


@pytest.mark.parametrize("kind", [RewardKind.CREDIT, RewardKind.CATEGORY_DISCOUNT])
def test_c6_a_credit_keeps_its_value(kind: RewardKind) -> None:
    _, (finding,) = repriced(a_campaign(a_group(an_item(kind=kind))), sold(100, copies=9), MAY)

    assert finding.verdict is Verdict.FIXED_VALUE


def test_c7_a_product_of_the_developers_own_gets_no_discount() -> None:
    own = a_campaign(a_group(an_item(kind=RewardKind.OWN_PRODUCT, price=Money(2000, "USD"))))

    _, (cheaper,) = repriced(own, sold(1500, copies=9), MAY)
    _, (dearer,) = repriced(own, sold(2100, copies=9), MAY)

    assert (cheaper.after, cheaper.verdict) == (Money(2000, "USD"), Verdict.NO_DISCOUNT)
    assert (dearer.after, dearer.verdict) == (Money(2100, "USD"), Verdict.CHANGED)


def test_c6_the_previous_period_is_the_month_before() -> None:
    assert previous_month(datetime(2026, 6, 15, tzinfo=UTC)) == MAY
    assert previous_month(datetime(2026, 1, 1, tzinfo=UTC)) == Period(date(2025, 12, 1), date(2025, 12, 31))


@given(st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 4)), min_size=1, max_size=8))
def test_c6_half_of_the_copies_cost_no_more_and_half_no_less(drawn: list[tuple[int, int]]) -> None:
    sales = [sale for price, copies in drawn for sale in sold(price, copies=copies)]
    each = [sale.price.amount for sale in sales for _ in range(sale.copies)]

    median = median_price(sales)

    assert median is not None
    assert 2 * sum(amount < median.amount for amount in each) <= len(each)
    assert 2 * sum(amount > median.amount for amount in each) <= len(each)
    assert median == median_price(sales[::-1])


USD_LAMP = {ItemId("lamp"): "USD"}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "sales.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_c6_sales_are_read_in_any_order_of_columns_and_others_passed_over(write: Callable[[str], Path]) -> None:
    path = write(
        "\ufeffcurrency,price,shop,item_id,sold_on,copies\n"
        'USD,24.90,"North,\nfirst floor",lamp,2026-05-20,3\n'
        "\n"
        "JPY,3000,South,cloth,2026-05-21,1\n"
        "USD,25,South,lamp,2026-05-22,1\n"
    )

    assert read_sales(path, USD_LAMP) == (
        Sale(ItemId("lamp"), date(2026, 5, 20), Money(2490, "USD"), 3),
        Sale(ItemId("lamp"), date(2026, 5, 22), Money(2500, "USD"), 1),
    )


def test_c6_every_bad_line_is_reported_and_nothing_is_taken(write: Callable[[str], Path]) -> None:
    path = write(
        "item_id,sold_on,price,currency,copies\n"
        "lamp,2026-05-20,24.90,USD,1\n"
        "lamp,20.05.2026,24.90,USD,1\n"
        'lamp,"2026-05-20\n",abc,USD,0\n'
        "lamp,2026-05-20,24.90,EUR,1\n"
        ",2026-05-20,24.901,XXX,1\n"
        "cloth,2026-05-20,30.5,JPY,1\n"
        "lamp,2026-05-20\n"
        "lamp,2026-05-20,-5,USD,1\n"
    )

    with pytest.raises(SalesFileWrong) as refused:
        read_sales(path, USD_LAMP)

    assert [(row.line, row.problem.split(",")[0]) for row in refused.value.rows] == [
        (3, "sold_on is '20.05.2026'"),
        (4, "price is 'abc'"),
        (6, "lamp is priced in USD"),
        (7, "item_id is empty; price is '24.901'"),
        (8, "price is 30.5"),
        (9, "has 2 fields where the first line has 5"),
        (10, "price is '-5'"),
    ]
    assert "copies is '0'" in refused.value.rows[1].problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: the first line has to name item_id, sold_on, price, currency once"),
        ("item_id,price,currency,price\n", "line 1: the first line has to name sold_on, price once"),
        ('item_id,sold_on,price,currency\nlamp,2026-05-20,1,USD\n"lamp,2026\n', "line 3: is no CSV"),
    ],
)
def test_c6_a_file_that_is_no_list_of_sales_says_so(write: Callable[[str], Path], text: str, problem: str) -> None:
    with pytest.raises(SalesFileWrong, match=problem):
        read_sales(write(text), USD_LAMP)


def test_c6_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SalesFileWrong, match=r"none\.csv can't be read"):
        read_sales(tmp_path / "none.csv", USD_LAMP)
