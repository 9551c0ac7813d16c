"""Rewards that are issued together on PostgreSQL: each stands or falls as it would alone (rules C3, C4)."""

import os
from collections.abc import Callable, Hashable, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from redeem_app.adapters.counter_records import SHARDS
from redeem_app.adapters.database import Connection, Database
from redeem_app.adapters.joint_issue_records import Called, issue_where, kind_of
from redeem_app.adapters.postgres_database import PostgresDatabase
from redeem_app.adapters.rate_limit import DatabaseLimit
from redeem_app.adapters.reward_records import reward_row
from redeem_app.adapters.transactions import T
from redeem_app.app import create_app
from redeem_app.domain.ids import CustomerKey, LinkId, RewardId
from redeem_app.domain.issuing import Issue
from redeem_app.domain.keyed_offers import Left
from redeem_app.domain.limits import CountedCall, Rate
from tests.api.api_caller import ApiCaller
from tests.campaign_builders import a_campaign, a_moment
from tests.service_under_test import ServiceUnderTest

if os.environ.get("TEST_DATABASE_URL"):  # the project's CI run brings it
    from tests.money.test_issuing_at_once import an_issue, everything, rows_of

    IN_EACH_PART = 12
    """Pieces in each part of the counters, of which one statement takes from one."""

    @pytest.fixture
    def issue(under_test: ServiceUnderTest) -> Issue:
        return an_issue(under_test, IN_EACH_PART * SHARDS["postgresql"])

    ONCE = Rate(1, 60.0)
    GOOD = "SELECT k.key_hash FROM api_keys k WHERE k.key_hash = ANY(CAST(? AS TEXT[])) AND k.retired_at IS NULL"

    def call(under_test: ServiceUnderTest, issue: Issue, number: int, *, name: str = "", key: str = "") -> Called:
        """For another reward like that one."""
        reward = replace(
            issue.reward,
            reward_id=RewardId(f"reward-{number}"),
            customer_key=CustomerKey(f"customer-{number}") if number % 2 else None,
            issued_at=issue.reward.issued_at + timedelta(seconds=number),
        )
        made = replace(issue, reward=reward, link_id=LinkId(f"link-{number}"), answer=None)
        key_hash = under_test.service.running.key_hash(key or under_test.api_key)
        return Called(key_hash, made, CountedCall(name or f"name-{number}", ONCE))

    def written(database: Database, calls: Sequence[Called]) -> list[Left | None]:
        return issue_where(database, (GOOD, ([called.key_hash for called in calls],)), calls)

    def test_c3_each_has_its_rows_and_hears_what_was_left_before_it(under_test: ServiceUnderTest, issue: Issue) -> None:
        database = under_test.service.database
        alone = [written(database, [call(under_test, issue, number)])[0] for number in (1, 2)]

        together = written(database, [call(under_test, issue, number) for number in (3, 4, 5)])

        left = [one or Left(0, 0, 0, 0) for one in (*alone, *together)]
        prices = Left(*(take.amount for take in issue.takes))
        assert [less(one, other) for one, other in pairwise(left)] == [prices] * 4
        rewards = [call(under_test, issue, number).issue.reward for number in range(1, 6)]
        rows = {row[0]: row for row in rows_of(under_test, "rewards")}
        assert [rows[reward.reward_id] for reward in rewards] == [
            tuple(reward_row(reward).values()) for reward in rewards
        ]

    def less(one: Left, other: Left) -> Left:
        return Left(*((a or 0) - (b or 0) for a, b in zip(one, other, strict=True)))

    def test_a_call_too_many_and_a_retired_key_get_nothing_and_the_others_theirs(
        under_test: ServiceUnderTest, issue: Issue
    ) -> None:
        database = under_test.service.database
        assert written(database, [call(under_test, issue, 1, name="busy")]) != [None]
        calls = [
            call(under_test, issue, 2),
            call(under_test, issue, 3, name="busy"),
            call(under_test, issue, 4, key="another-key"),
            call(under_test, issue, 5),
        ]

        outcomes = written(database, calls)

        assert [outcome is None for outcome in outcomes] == [False, True, True, False]
        assert {row[0] for row in rows_of(under_test, "rewards")} >= {"reward-1", "reward-2", "reward-5"}
        assert {"reward-3", "reward-4"}.isdisjoint(row[0] for row in rows_of(under_test, "rewards"))
        counted = {row[0] for row in rows_of(under_test, "recent_calls")}
        assert counted == {"busy", "name-2", "name-5"}

    def test_c4_too_little_for_all_is_nothing_for_anybody_and_counts_no_call(
        under_test: ServiceUnderTest, issue: Issue
    ) -> None:
        database, before = under_test.service.database, everything(under_test)
        calls = [call(under_test, issue, number) for number in range(IN_EACH_PART + 1)]

        with pytest.raises(database.faults.in_the_way):
            written(database, calls)

        assert everything(under_test) == before
        assert rows_of(under_test, "recent_calls") == []

    def test_a_count_beside_a_reward_does_not_make_the_reward_less_durable(
        under_test: ServiceUnderTest, issue: Issue
    ) -> None:
        """Where a call is only counted, the commit waits for no disk."""

        class Inside(PostgresDatabase):
            """Writes alone by what is a part of a larger transaction."""

            def __init__(self, connection: Connection) -> None:
                self._connection = connection

            def write_alone(self, work: Callable[[Connection], T]) -> T:
                return work(self._connection)

        def issued(db: Connection) -> tuple[Left | None, object]:
            [outcome] = written(Inside(db), [call(under_test, issue, 1)])
            return outcome, db.row("SHOW synchronous_commit")

        outcome, durability = under_test.service.database.write(issued)

        assert outcome is not None
        assert durability == ("on",)

    def test_calls_are_counted_by_what_they_write_as_they_are_by_themselves(under_test: ServiceUnderTest) -> None:
        service = under_test.service
        under_test.load(a_campaign(moments=(a_moment(due_at_points=None, tier=""),)))
        calls = DatabaseLimit(service.database)
        caller = ApiCaller(create_app(service=replace(service, calls=calls, call_rate=Rate(5, 60.0))), under_test)

        answers = [caller.get_reward().status_code for _ in range(7)]

        assert (answers, caller.issued()) == ([200] * 5 + [429] * 2, 5)
        [(_, moments, _)] = rows_of(under_test, "recent_calls")
        assert len(moments.split()) == 5

    def test_only_what_each_has_of_its_own_may_differ(issue: Issue) -> None:
        """Whatever else differs, by however new a field, makes another kind."""
        changed = {one.name: with_another(issue, one.name) for one in fields(issue) if one.name != "reward"}
        for one in fields(issue.reward):
            changed[one.name] = replace(issue, reward=with_another(issue.reward, one.name))

        alike = {name for name, other in changed.items() if kind(other) == kind(issue)}

        assert alike == {"reward_id", "link_id", "moment_id", "customer_key", "issued_at", "expires_at"}

    def test_a_month_is_another_kind(issue: Issue) -> None:
        later = replace(issue, reward=replace(issue.reward, issued_at=issue.reward.issued_at + timedelta(days=31)))

        assert kind(later) != kind(issue)

    def kind(issue: Issue) -> Hashable:
        return kind_of(Called("key", issue, None))

    def with_another(record: Any, field: str) -> Any:
        value = getattr(record, field)
        other = value + timedelta(seconds=1) if isinstance(value, datetime) else "another"
        return replace(record, **{field: other})
