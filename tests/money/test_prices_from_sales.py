"""Prices follow what copies sold for; what was issued keeps its price (rules C5, C6)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from redeem_app.domain.campaign import Words
from redeem_app.domain.ids import LinkId
from redeem_app.domain.money import Money
from tests.campaign_builders import NOW, a_campaign, a_group, an_item
from tests.money.people import gets_reward, left
from tests.service_under_test import ServiceUnderTest

Redeem = Callable[..., Result]
AT = NOW.timestamp()


@pytest.fixture
def sales(tmp_path: Path) -> Callable[[str], str]:
    def write(price: str) -> str:
        file = tmp_path / "sales.csv"
        file.write_text(f"item_id,sold_on,price,currency,copies\nlamp,2026-02-10,{price},USD,9\n")
        return str(file)

    return write


def price_of(under_test: ServiceUnderTest, token: str) -> Money:
    link_id = LinkId(under_test.service.granting._links.read(token))
    link = under_test.service.records.read(lambda tx: tx.rewards.linked(link_id))
    assert link is not None
    return link.offer.items[0].price


def test_c6_a_price_follows_the_sales_and_issued_rewards_keep_theirs(
    under_test: ServiceUnderTest, redeem: Redeem, sales: Callable[[str], str]
) -> None:
    under_test.load()
    before = gets_reward(under_test)

    told = redeem("campaign", "prices", "spring", sales("20.00"), at=AT)
    after = gets_reward(under_test)

    assert told.output == "US lamp: 25.00 USD -> 20.00 USD (changed, 9 copies sold)\n"
    assert (price_of(under_test, before), price_of(under_test, after)) == (Money(2_500, "USD"), Money(2_000, "USD"))
    assert left(under_test, "budget/spring") == 500_000 - 2 * 2_750


def test_c6_a_file_that_says_what_it_said_does_not_take_a_derived_price_back(
    under_test: ServiceUnderTest, redeem: Redeem, sales: Callable[[str], str]
) -> None:
    under_test.load()
    redeem("campaign", "prices", "spring", sales("20.00"), at=AT)

    under_test.load(a_campaign(announcement=Words("New!")), live=False)
    kept = price_of(under_test, gets_reward(under_test))
    under_test.load(a_campaign(a_group(an_item(price=Money(2_200, "USD")))), live=False)

    assert kept == Money(2_000, "USD")
    assert price_of(under_test, gets_reward(under_test)) == Money(2_200, "USD")


def test_c5_a_price_that_the_cost_per_action_does_not_cover_is_not_taken(
    under_test: ServiceUnderTest, redeem: Redeem, sales: Callable[[str], str]
) -> None:
    under_test.load()

    told = redeem("campaign", "prices", "spring", sales("30.00"), at=AT)

    assert "US lamp: 25.00 USD (not-covered, 9 copies sold; that needs a cost per action of 33.00 USD)" in told.output


def test_a_wrong_sales_file_changes_no_price(
    under_test: ServiceUnderTest, redeem: Redeem, sales: Callable[[str], str]
) -> None:
    under_test.load()

    told = redeem("campaign", "prices", "spring", sales("cheap"), at=AT)

    assert told.exit_code == 1
    assert "line 2: price is 'cheap'" in told.output
    assert "No price was changed." in told.output
