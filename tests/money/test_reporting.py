"""What a developer is told, and what it can't find out (rules C3, C4, V1)."""

import csv
import json
from collections.abc import Callable

from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from redeem_app.domain.campaign import ChargedAt
from redeem_app.domain.charges import ChargeKind
from redeem_app.domain.reporting import LEAST_TOLD, told_sums
from redeem_app.domain.tallies import MonthSum
from tests.campaign_builders import NOW, a_campaign
from tests.money.people import SPRING, gets_reward, redeems
from tests.service_under_test import ServiceUnderTest

Redeem = Callable[..., Result]
AT = NOW.timestamp()
LATER = NOW.replace(year=2027)
MONTHS = [f"2026-{month:02}" for month in range(3, 9)]


def redeemed(**months: int) -> list[MonthSum]:
    """`m03=5`: five rewards at one dollar were redeemed in March."""
    return [
        MonthSum(SPRING, f"2026-{name[1:]}", ChargeKind.REDEMPTION, rewards, rewards * 100)
        for name, rewards in months.items()
    ]


def test_the_report_tells_issued_charged_and_remaining(under_test: ServiceUnderTest, redeem: Redeem) -> None:
    under_test.load()
    for _ in range(2):
        gets_reward(under_test)

    [spring] = json.loads(redeem("report", "--json", at=AT).output)["campaigns"]
    table = redeem("report", at=AT).output
    rows = list(csv.DictReader(redeem("report", "--csv", at=AT).output.splitlines()))

    assert spring["months"] == [{"month": "2026-03", "issued": 2, "committed": "55.00", "charged": "55.00"}]
    assert (spring["issued"], spring["charged"], spring["remainingBudget"]) == (2, "55.00", "4945.00")
    assert spring["remainingRewards"] == {"US": 98}
    assert "2026-03         2 issued         55.00 committed         55.00 charged" in table
    assert rows[0]["charged"] == "55.00"


def test_the_report_is_of_one_developer_where_one_is_named(under_test: ServiceUnderTest, redeem: Redeem) -> None:
    under_test.load()

    assert json.loads(redeem("report", "--json", "--developer", "dev", at=AT).output)["campaigns"] != []
    assert json.loads(redeem("report", "--json", "--developer", "rival", at=AT).output)["campaigns"] == []


def test_v1_money_charged_at_redemption_is_not_told_while_the_month_runs(
    under_test: ServiceUnderTest, redeem: Redeem
) -> None:
    under_test.load(a_campaign(charged_at=ChargedAt.REDEMPTION))
    redeems(under_test, gets_reward(under_test), "ann")

    [spring] = json.loads(redeem("report", "--json", at=AT).output)["campaigns"]

    assert spring["months"] == [{"month": "2026-03", "issued": 1, "committed": "27.50", "charged": None}]
    assert (spring["charged"], spring["remainingBudget"]) == ("0.00", "4972.50")


def test_v1_enough_people_are_told_when_the_month_is_over() -> None:
    issued, redemptions = {"2026-03": 100}, redeemed(m03=30)

    assert told_sums(issued, redemptions, NOW) == {}
    assert told_sums(issued, redemptions, LATER) == {"2026-03": 3_000}


def test_v1_too_few_are_told_together_with_later_months_or_never() -> None:
    assert told_sums({"2026-03": 100}, redeemed(m03=LEAST_TOLD - 1), LATER) == {}
    assert told_sums({"2026-03": 100}, redeemed(m03=LEAST_TOLD - 1, m04=1), LATER) == {"2026-04": LEAST_TOLD * 100}


def test_v1_all_having_redeemed_tells_as_much_as_one_having_done_so() -> None:
    assert told_sums({"2026-03": 30}, redeemed(m03=30), LATER) == {}
    assert told_sums({"2026-03": 30}, redeemed(m03=30 - LEAST_TOLD), LATER) == {}
    assert told_sums({"2026-03": 50}, redeemed(m03=30), LATER) == {"2026-03": 3_000}


counts = st.dictionaries(st.sampled_from(MONTHS), st.integers(0, 60))


@given(counts, counts)
def test_v1_every_sum_that_is_told_covers_the_stated_minimum(issued: dict[str, int], redeemed: dict[str, int]) -> None:
    sums = [MonthSum(SPRING, month, ChargeKind.REDEMPTION, number, number) for month, number in redeemed.items()]

    told = told_sums(issued, sums, LATER)

    assert all(number >= LEAST_TOLD for number in told.values())
    assert sum(told.values()) <= sum(redeemed.values())
    if told:
        last = max(told)
        until = [sum(numbers.get(m, 0) for m in MONTHS if m <= last) for numbers in (issued, told)]
        assert until[0] - until[1] >= LEAST_TOLD
