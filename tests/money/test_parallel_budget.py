"""A budget for exactly 1,000 rewards, and 32 callers at once: exactly 1,000, to the cent (rules C3, C4)."""

from typing import Final

import pytest

from redeem_app.adapters.database import Connection
from redeem_app.domain.campaign import Campaign
from redeem_app.domain.granting import Granting
from redeem_app.domain.money import Money
from redeem_app.domain.refusals import Reason, Refusal
from tests.campaign_builders import a_campaign, a_developer, a_group, an_app, an_item
from tests.money.granting_callers import a_caller, called_by_processes, called_by_threads
from tests.money.people import wanted
from tests.service_under_test import ServiceUnderTest

CALLERS: Final = 32
REWARDS: Final = 1_000
CHARGE: Final = 2_750
PLENTY: Final = Money(100_000_000, "USD")


def a_campaign_for(rewards: int, *, stock: int = REWARDS + 500, month_cap: Money = PLENTY) -> Campaign:
    budget = Money(CHARGE * rewards, "USD")
    return a_campaign(a_group(an_item(stock=stock)), budget=budget, month_cap=month_cap)


def books(under_test: ServiceUnderTest) -> dict[str, int]:
    """What each of the records says was issued, in rewards or cents."""
    statements = {
        "rewards": "SELECT COUNT(*) FROM rewards",
        "links": "SELECT COUNT(*) FROM links",
        "pieces": "SELECT SUM(used) FROM counters WHERE name LIKE 'pool/%'",
        "charged": "SELECT SUM(amount) FROM charges",
        "budget": "SELECT SUM(used) FROM counters WHERE name LIKE 'budget/%'",
        "campaign month": "SELECT SUM(used) FROM counters WHERE name LIKE 'month/%'",
        "account month": "SELECT SUM(used) FROM counters WHERE name LIKE 'account/%'",
    }

    def read(connection: Connection) -> dict[str, int]:
        return {name: int(connection.rows(statement)[0][0]) for name, statement in statements.items()}

    return under_test.service.database.read(read)


def in_balance(rewards: int) -> dict[str, int]:
    counted = dict.fromkeys(("rewards", "links", "pieces"), rewards)
    return counted | dict.fromkeys(("charged", "budget", "campaign month", "account month"), CHARGE * rewards)


def test_c4_32_threads_get_exactly_what_the_budget_holds(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign_for(REWARDS), developer=a_developer(month_cap=PLENTY))

    outcomes = called_by_threads(a_caller(under_test), CALLERS)

    assert sum(issued for issued, _ in outcomes) == REWARDS
    assert {reason for _, reason in outcomes} == {Reason.BUDGET_SPENT}
    assert books(under_test) == in_balance(REWARDS)


def test_c4_processes_with_threads_get_exactly_what_the_budget_holds(
    under_test: ServiceUnderTest, database_url: str
) -> None:
    under_test.load(a_campaign_for(REWARDS), developer=a_developer(month_cap=PLENTY))

    outcomes = called_by_processes(database_url, a_caller(under_test).key_hash, processes=4, callers=CALLERS // 4)

    assert sum(issued for issued, _ in outcomes) == REWARDS
    assert {reason for _, reason in outcomes} == {Reason.BUDGET_SPENT}
    assert books(under_test) == in_balance(REWARDS)


@pytest.mark.parametrize(
    ("campaign_cap", "account_cap", "stock", "reason"),
    [
        (Money(CHARGE * 50 + 1, "USD"), PLENTY, 100, Reason.CAMPAIGN_MONTH_CAP),
        (PLENTY, Money(CHARGE * 51 - 1, "USD"), 100, Reason.ACCOUNT_MONTH_CAP),
        (PLENTY, PLENTY, 50, None),
    ],
)
def test_c4_whatever_ends_first_ends_exactly(
    under_test: ServiceUnderTest, campaign_cap: Money, account_cap: Money, stock: int, reason: Reason | None
) -> None:
    campaign = a_campaign_for(REWARDS, stock=stock, month_cap=campaign_cap)
    under_test.load(campaign, developer=a_developer(month_cap=account_cap))

    outcomes = called_by_threads(a_caller(under_test), CALLERS)

    assert sum(issued for issued, _ in outcomes) == 50
    assert {told for _, told in outcomes} == {reason}
    assert books(under_test) == in_balance(50)


def test_c4_by_default_a_campaign_spends_5000_and_an_account_15000_in_a_month(under_test: ServiceUnderTest) -> None:
    cost, plenty = Money(250_000, "USD"), Money(10_000_000, "USD")
    plans = [
        a_campaign(a_group(an_item(price=Money(200_000, "USD"))), budget=plenty, cost_per_action=cost, campaign_id=name)
        for name in ("one", "two", "three", "four")
    ]
    under_test.load(*plans)

    outcomes = [
        calls_until_refused(under_test.service.granting, campaign) for campaign in ("one", "two", "three", "four")
    ]

    assert outcomes == [*[(2, Reason.CAMPAIGN_MONTH_CAP)] * 3, (0, Reason.ACCOUNT_MONTH_CAP)]


def calls_until_refused(granting: Granting, campaign: str) -> tuple[int, Reason]:
    issued = 0
    while True:
        try:
            granting.grant(an_app(), wanted(campaign))
        except Refusal as refusal:
            return issued, refusal.reason
        issued += 1
