"""Issuing by one write: all of it or nothing, and never more than the long way would issue (rules C3, C4)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.domain.given_answers import Repeatable
from redeem_app.domain.granting_at_once import GrantingAtOnce
from redeem_app.domain.ids import CustomerKey, LinkId, RewardId
from redeem_app.domain.issuing import Issue
from redeem_app.domain.money import Money
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Refusal
from redeem_app.operating import new_id_in_order
from tests.campaign_builders import a_campaign, a_group, an_item
from tests.money.granting_callers import WANTED, a_caller
from tests.service_under_test import SECRET, ServiceUnderTest

TABLES = ("rewards", "links", "charges", "given_answers", "counters")


class Observed:
    """Records that keep what was issued by them."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.known_offer, self.issue_known = records.known_offer, records.issue_known
        self.read, self.write, self.offer_to_key = records.read, records.write, records.offer_to_key
        self.begin, self.settle = records.begin, records.settle
        self.app_id_of_key, self.customer_of_key = records.app_id_of_key, records.customer_of_key
        self.book = records.book
        self.issues: list[Issue] = []

    def issue(self, issue: Issue) -> bool:
        self.issues.append(issue)
        return self._records.issue(issue)


@pytest.fixture
def issue(under_test: ServiceUnderTest) -> Issue:
    return an_issue(under_test, 48)


def an_issue(under_test: ServiceUnderTest, stock: int) -> Issue:
    """An issue that was written once, in a campaign whose month has begun, to be varied and written again."""
    under_test.load(a_campaign(a_group(an_item(stock=stock)), budget=Money(2_750 * stock, "USD")))
    caller, observed = a_caller(under_test), Observed(under_test.service.records)
    caller.grant()  # opens the month
    at_once = GrantingAtOnce(observed, under_test.clock, SignedLinks([SECRET]), new_id_in_order)
    replace(caller, at_once=at_once).grant(replace(WANTED, repeatable=Repeatable("key", "body")))
    [issued] = observed.issues
    return issued


def everything(under_test: ServiceUnderTest) -> dict[str, object]:
    return under_test.service.database.read(
        lambda db: {table: sorted(db.rows(f"SELECT * FROM {table}"), key=repr) for table in TABLES}  # noqa: S608
    )


def another(issue: Issue, number: int = 1) -> Issue:
    assert issue.answer is not None
    reward_id = RewardId(f"reward-{number}")
    given = replace(issue.answer.given, reward_id=reward_id)
    return replace(
        issue,
        reward=replace(issue.reward, reward_id=reward_id),
        link_id=LinkId(f"link-{number}"),
        answer=replace(issue.answer, key_hash=f"key-{number}", given=given),
    )


def test_c3_reward_link_charge_answer_and_counters_are_written_together(
    under_test: ServiceUnderTest, issue: Issue
) -> None:
    assert under_test.service.records.issue(another(issue))

    found = {table: len(list(rows)) for table, rows in everything(under_test).items() if isinstance(rows, list)}
    assert {table: found[table] for table in TABLES[:-1]} == {
        "rewards": 3, "links": 3, "charges": 3, "given_answers": 2,
    }  # fmt: skip


@pytest.mark.parametrize("changed", ["answered", "no counter", "too dear", "same link", "same reward"])
def test_c4_where_anything_is_in_the_way_nothing_is_written(
    under_test: ServiceUnderTest, issue: Issue, changed: str
) -> None:
    other = another(issue)
    assert issue.answer is not None
    assert other.answer is not None
    in_the_way = {
        "answered": replace(other, answer=replace(other.answer, key_hash=issue.answer.key_hash)),
        "no counter": replace(other, takes=(*other.takes[:-1], replace(other.takes[-1], name="pool/nowhere"))),
        "too dear": replace(other, takes=(replace(other.takes[0], amount=2_750 * 48), *other.takes[1:])),
        "same link": replace(other, link_id=issue.link_id),
        "same reward": replace(other, reward=issue.reward),
    }[changed]
    before = everything(under_test)

    written = under_test.service.records.issue(in_the_way)

    assert (written, everything(under_test)) == (False, before)


def test_c4_at_once_no_more_than_there_are(under_test: ServiceUnderTest, issue: Issue) -> None:
    records = under_test.service.records
    with ThreadPoolExecutor(12) as pool:
        written = list(pool.map(lambda number: records.issue(another(issue, number)), range(80)))

    # Two of 48 were issued before. Where a part of a counter is too small for this way, the long way gathers the parts.
    assert 0 < sum(written) <= 46
    assert sum(row[0].startswith("reward-") for row in rows_of(under_test, "rewards")) == sum(written)


def rows_of(under_test: ServiceUnderTest, table: str) -> list[tuple[str, ...]]:
    return under_test.service.database.read(lambda db: db.rows(f"SELECT * FROM {table}"))  # noqa: S608


def test_a_key_whose_time_is_over_is_answered_anew(under_test: ServiceUnderTest) -> None:
    plenty = Money(10_000_000, "USD")
    under_test.load(a_campaign(a_group(an_item(stock=9)), budget=plenty, month_cap=plenty))
    caller, repeatable = a_caller(under_test), replace(WANTED, repeatable=Repeatable("key", "body"))
    first = caller.grant(repeatable)
    end_all_answers(under_test)

    second = caller.grant(repeatable)

    assert first is not None
    assert second is not None
    assert first.token != second.token
    assert caller.grant(repeatable) == second


def end_all_answers(under_test: ServiceUnderTest) -> None:
    now = int((under_test.clock.now() - timedelta(seconds=1)).timestamp() * 1000)
    under_test.service.database.write(lambda db: db.run("UPDATE given_answers SET kept_until = ?", (now,)))


def test_c4_both_ways_at_once_spend_one_budget_exactly(under_test: ServiceUnderTest) -> None:
    plenty = Money(100_000_000, "USD")
    under_test.load(a_campaign(a_group(an_item(stock=500)), budget=Money(2_750 * 30, "USD"), month_cap=plenty))
    caller = a_caller(under_test)

    def call(number: int) -> bool:
        named = replace(WANTED, customer_key=CustomerKey(f"customer-{number}") if number % 2 else None)
        try:
            return caller.grant(named) is not None
        except Refusal:
            return False

    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(call, range(60)))

    def spent(tx: Transaction) -> int:
        return tx.counters.used(("budget/spring",))["budget/spring"]

    assert sum(granted) == 30
    assert under_test.service.records.read(spent) == 2_750 * 30
