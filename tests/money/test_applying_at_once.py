"""R7: applying by one write gives the rows of the long way, and nothing where anything changed meanwhile."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from redeem_app.adapters.applying_records import settling
from redeem_app.domain.applications import Beginning, Settlement
from redeem_app.domain.applying import Applying
from redeem_app.domain.campaign import ChargedAt
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import AccountKey, LinkId
from redeem_app.domain.records import Records
from redeem_app.domain.reward import Chosen, RewardState
from tests.campaign_builders import a_campaign, a_group, an_item
from tests.money.people import SPRING, gets_reward, signs_in
from tests.service_under_test import ServiceUnderTest

TABLES = ("rewards", "applications", "charges", "counters", "used_up_requests")
STOCK = 48
"""Three in each part of the counter: where a part has none, the short way says so and the long way gathers."""
LAMP = Chosen(an_item().item_id)


class NotYet(Exception):
    """Stops what was about to be written."""


class Watched:
    """Records that keep what is about to begin, and either stop it or say that something is in the way."""

    def __init__(self, records: Records, *, stops: bool) -> None:
        self.read, self.write, self.issue, self.settle = records.read, records.write, records.issue, records.settle
        self.known_offer, self.issue_known = records.known_offer, records.issue_known
        self.offer_to_key, self.app_id_of_key = records.offer_to_key, records.app_id_of_key
        self.customer_of_key, self.book = records.customer_of_key, records.book
        self._stops = stops
        self.beginnings: list[Beginning] = []

    def begin(self, beginning: Beginning) -> bool:
        self.beginnings.append(beginning)
        if self._stops:
            raise NotYet
        return False


def applying_on(under_test: ServiceUnderTest, records: Records) -> Applying:
    service = under_test.service
    return Applying(records, under_test.clock, service.redemption._links, service.settling, service.hashes)


@pytest.fixture
def beginning(under_test: ServiceUnderTest) -> Beginning:
    """An application that is decided on and not written; its account may take one more reward of the moment."""
    under_test.load(a_campaign(a_group(an_item(stock=STOCK)), charged_at=ChargedAt.REDEMPTION))
    first = gets_reward(under_test)
    under_test.service.applying.apply(first, signs_in(under_test, first, "ann"), LAMP)
    token = gets_reward(under_test)
    visit = signs_in(under_test, token, "ann")
    watched = Watched(under_test.service.records, stops=True)
    with pytest.raises(NotYet):
        applying_on(under_test, watched).apply(token, visit, LAMP)
    [decided] = watched.beginnings
    return decided


def everything(under_test: ServiceUnderTest) -> dict[str, list[tuple[Any, ...]]]:
    return under_test.service.database.read(
        lambda db: {table: sorted(db.rows(f"SELECT * FROM {table}"), key=repr) for table in TABLES}  # noqa: S608
    )


def test_r7_what_was_decided_is_written(under_test: ServiceUnderTest, beginning: Beginning) -> None:
    assert under_test.service.records.begin(beginning)

    [state] = under_test.service.database.read(
        lambda db: db.rows("SELECT state FROM rewards WHERE reward_id = ?", (beginning.reward.reward_id,))
    )
    assert (state, len(everything(under_test)["applications"])) == (("applying",), 2)


def suspends(under_test: ServiceUnderTest, _: Beginning, __: datetime) -> None:
    under_test.service.running.move(SPRING, CampaignMove.SUSPEND)


def replaces_the_link(under_test: ServiceUnderTest, decided: Beginning, now: datetime) -> None:
    under_test.service.records.write(
        lambda tx: tx.rewards.replace_links(decided.reward.reward_id, LinkId("another"), now)
    )


def takes_the_last_piece(under_test: ServiceUnderTest, decided: Beginning, _: datetime) -> None:
    while under_test.service.records.write(lambda tx: tx.counters.take(decided.stock, 1)):
        pass


def collects_another(under_test: ServiceUnderTest, _: Beginning, __: datetime) -> None:
    token = gets_reward(under_test)
    under_test.service.applying.apply(token, signs_in(under_test, token, "ann"), LAMP)


def tries_with_many_accounts(under_test: ServiceUnderTest, decided: Beginning, now: datetime) -> None:
    def try_with(account: str) -> None:
        key, reward_id = AccountKey(account), decided.reward.reward_id
        under_test.service.records.write(lambda tx: tx.abuse.note_try(reward_id, key, now))

    for account in ("ben", "cem", "dee"):
        try_with(account)


def begins_first(under_test: ServiceUnderTest, decided: Beginning, _: datetime) -> None:
    assert under_test.service.records.begin(decided)


def expires(under_test: ServiceUnderTest, decided: Beginning, now: datetime) -> None:
    under_test.service.records.write(
        lambda tx: tx.rewards.move(decided.reward.reward_id, RewardState.ISSUED, RewardState.EXPIRED, now)
    )


def renews_the_request(under_test: ServiceUnderTest, decided: Beginning, now: datetime) -> None:
    reward_id = decided.reward.reward_id
    under_test.service.records.write(lambda tx: tx.request_ids.note_used_up(reward_id, 0, now))
    under_test.service.records.write(lambda tx: tx.request_ids.renew(reward_id, 0, now))


@pytest.mark.parametrize(
    "meanwhile",
    [
        suspends,
        replaces_the_link,
        takes_the_last_piece,
        collects_another,
        tries_with_many_accounts,
        begins_first,
        expires,
        renews_the_request,
    ],
)
def test_r7_where_anything_changed_meanwhile_nothing_is_written(
    under_test: ServiceUnderTest,
    beginning: Beginning,
    meanwhile: Callable[[ServiceUnderTest, Beginning, datetime], None],
) -> None:
    meanwhile(under_test, beginning, under_test.clock.now())
    before = everything(under_test)

    written = under_test.service.records.begin(beginning)

    assert (written, everything(under_test)) == (False, before)


def test_r7_a_person_with_another_account_too_many_is_refused(
    under_test: ServiceUnderTest, beginning: Beginning
) -> None:
    before = everything(under_test)
    strict = replace(beginning, at_most=replace(beginning.at_most, accounts_of_a_person=0))

    assert (under_test.service.records.begin(strict), everything(under_test)) == (False, before)


def test_r7_of_many_at_once_one_is_written(under_test: ServiceUnderTest, beginning: Beginning) -> None:
    with ThreadPoolExecutor(12) as pool:
        written = list(pool.map(lambda _: under_test.service.records.begin(beginning), range(60)))

    assert written.count(True) == 1


def without_ids(under_test: ServiceUnderTest, reward_id: str) -> list[list[tuple[Any, ...]]]:
    """The reward's rows of every table, but for what is drawn at random."""

    def told(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple("…" if isinstance(cell, str) and reward_id[:8] in cell else cell for cell in row)

    found = everything(under_test)
    mine = [[told(row) for row in rows if reward_id in row] for rows in found.values()]
    used = sum(row[3] for row in found["counters"] if row[0].startswith("item/"))
    return [*mine, [("pieces taken", used)]]


def test_r7_the_short_way_and_the_long_one_write_the_same(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign(a_group(an_item(stock=STOCK)), charged_at=ChargedAt.REDEMPTION))
    written: list[list[list[tuple[Any, ...]]]] = []
    for number, records in enumerate((under_test.service.records, Watched(under_test.service.records, stops=False))):
        token = gets_reward(under_test)
        visit = signs_in(under_test, token, f"person-{number}")
        applying_on(under_test, records).apply(token, visit, LAMP)
        reward = under_test.service.redemption.reward_of(token)
        assert reward is not None
        written.append(without_ids(under_test, reward.reward_id))

    short, long = written
    assert short[-1] == [("pieces taken", 1)]
    assert long[-1] == [("pieces taken", 2)]
    assert [len(rows) for rows in short[:-1]] == [1, 1, 2, 0, 0]
    assert str(short[0]) == str(long[0])
    assert str(short[2]) == str(long[2])
    assert [row[5:] for row in short[1]] == [row[5:] for row in long[1]]


def test_r7_a_success_counts_whatever_a_sweeper_made_of_the_reward_and_is_written_once(
    under_test: ServiceUnderTest, beginning: Beginning
) -> None:
    records, reward_id, now = under_test.service.records, beginning.reward.reward_id, under_test.clock.now()
    records.begin(beginning)
    records.write(lambda tx: tx.rewards.move(reward_id, RewardState.APPLYING, RewardState.UNKNOWN, now))

    records.settle(Settlement(reward_id, "heard", now))
    once = everything(under_test)
    records.settle(Settlement(reward_id, "heard again", now))

    [reward] = [row for row in once["rewards"] if row[0] == reward_id]
    assert "applied" in reward
    assert any("heard" in row for row in once["applications"])
    assert everything(under_test) == once


def test_r7_a_success_for_a_reward_that_is_open_again_changes_nothing(
    under_test: ServiceUnderTest, beginning: Beginning
) -> None:
    before = everything(under_test)

    under_test.service.records.settle(Settlement(beginning.reward.reward_id, "heard", under_test.clock.now()))

    assert everything(under_test) == before


if os.environ.get("TEST_DATABASE_URL"):  # the project's CI run brings it
    MANY = (
        "INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object('reward_id', 'many-' || n,"
        " 'request_id', 'many-' || n, 'customer_key', NULL))).* FROM {table} t, generate_series(1, 1000) n"
        " WHERE t.reward_id = ?"
    )

    def test_an_end_is_not_looked_for_among_all_that_wait_for_theirs(
        under_test: ServiceUnderTest, beginning: Beginning
    ) -> None:
        """They are many once Amazon is away, and none when PostgreSQL last counted them."""
        service, reward_id = under_test.service, beginning.reward.reward_id
        settlement = Settlement(reward_id, "heard", under_test.clock.now())
        service.records.begin(beginning)
        service.records.settle(settlement)
        for table in ("rewards", "applications"):
            service.database.write(lambda db, table=table: db.run(MANY.format(table=table), (reward_id,)))  # type: ignore[misc]
        service.database.write(lambda db: db.run("ANALYZE rewards, applications"))

        statement, values = settling(settlement)
        plan = str(service.database.read(lambda db: db.rows(f"EXPLAIN {statement}", values)))

        assert "applications_pkey" in plan
        assert "applications_unsettled" not in plan
