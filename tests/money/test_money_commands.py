"""What an operator does by command: the life cycle, caps, stock, expiry and the books (C1, C4, R2)."""

import json
from collections.abc import Callable

from click.testing import Result

from redeem_app.domain.money import Money
from tests.campaign_builders import NOW, a_campaign, a_developer
from tests.money.people import gets_reward, left
from tests.service_under_test import ServiceUnderTest

Redeem = Callable[..., Result]
AT = NOW.timestamp()
CHARGE = Money(2_750, "USD")


def test_c1_each_move_is_a_command(under_test: ServiceUnderTest, redeem: Redeem) -> None:
    under_test.load(live=False)

    told = [
        redeem("campaign", *move, at=AT).output
        for move in (("submit", "spring"), ("reject", "spring"), ("revise", "spring"), ("move", "spring", "submit"))
    ]

    assert told == [
        "campaign spring is pending-approval\n",
        "campaign spring is rejected\n",
        "campaign spring is draft\n",
        "campaign spring is pending-approval\n",
    ]


def test_c1_an_illegal_move_says_what_is_legal(under_test: ServiceUnderTest, redeem: Redeem) -> None:
    under_test.load(live=False)

    refused = redeem("campaign", "finish", "spring", at=AT)

    assert refused.exit_code == 1
    assert refused.output == "Error: The campaign is draft, so `finish` is not possible. Legal now: submit.\n"


def test_an_unknown_campaign_is_told(under_test: ServiceUnderTest, redeem: Redeem) -> None:
    refused = redeem("campaign", "submit", "autumn", at=AT)

    assert under_test
    assert "There is no campaign autumn. `redeem campaign show` lists them." in refused.output


def test_c4_caps_are_raised_by_command(under_test: ServiceUnderTest, redeem: Redeem) -> None:
    under_test.load(a_campaign(month_cap=CHARGE), developer=a_developer(month_cap=CHARGE))
    gets_reward(under_test)

    campaign = redeem("campaign", "cap", "spring", "55", at=AT)
    account = redeem("developer", "cap", "dev", "55.00", at=AT)

    assert campaign.output == "campaign spring may spend 55.00 USD in a month\n"
    assert account.output == "developer dev may spend 55.00 USD in a month\n"
    gets_reward(under_test)
    assert "not an amount in USD" in redeem("campaign", "cap", "spring", "much", at=AT).output


def test_stock_is_set_by_command(under_test: ServiceUnderTest, redeem: Redeem) -> None:
    under_test.load()

    told = redeem("campaign", "stock", "spring", "US", "lamp", "7", at=AT)

    assert told.output == "7 pieces of lamp left\n"
    assert left(under_test, "pool/spring/US") == 7


def test_r2_expiry_by_command_and_the_books_after_it(under_test: ServiceUnderTest, redeem: Redeem) -> None:
    under_test.load()
    for _ in range(3):
        gets_reward(under_test)

    early = redeem("expire", at=AT)
    late = redeem("expire", at=a_campaign().redeemable_until.timestamp())
    books = json.loads(redeem("books", "--json", at=AT).output)

    assert early.output == "0 expired\n"
    assert late.stdout == "3 expired\n"
    [spring] = books["books"]
    assert (spring["issued"], spring["expired"], spring["open"]) == (3, 3, 0)
    assert books["disagreements"] == []


def test_books_that_disagree_end_with_1(under_test: ServiceUnderTest, redeem: Redeem) -> None:
    under_test.load()
    gets_reward(under_test)
    under_test.service.database.write(lambda connection: connection.run("DELETE FROM charges"))

    told = redeem("books", at=AT)

    assert told.exit_code == 1
    assert "spring: 0 issued, but 0 redeemed, 0 expired, 1 open" in told.output
