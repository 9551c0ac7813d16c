"""Counters on the database: never past the ceiling, whatever order and whoever comes at once (rule C4)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redeem_app.adapters.counter_records import SHARDS, CounterRecords
from redeem_app.adapters.database import Database, connect
from redeem_app.adapters.migrations import migrate
from redeem_app.domain.counters import Take

T = TypeVar("T")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = connect(database_url)
    migrate(database)
    yield database
    database.close()


def on_counters(database: Database, work: Callable[[CounterRecords], T], shards: int | None = None) -> T:
    """In a transaction of its own, which comes in by a lane of its own."""
    return database.write(lambda connection: work(CounterRecords(connection, shards)))


def take(database: Database, name: str, amount: int) -> bool:
    return on_counters(database, lambda counters: counters.take(name, amount))


def give_back(database: Database, name: str, amount: int) -> None:
    on_counters(database, lambda counters: counters.give_back(name, amount))


def set_ceiling(database: Database, name: str, ceiling: int, unit: int = 1) -> None:
    on_counters(database, lambda counters: counters.set_ceiling(name, ceiling, unit))


def left(database: Database, name: str) -> int:
    return on_counters(database, lambda counters: counters.left((name,))[name])


def used(database: Database, name: str) -> int:
    return on_counters(database, lambda counters: counters.used((name,))[name])


def test_c4_everything_can_be_taken_and_nothing_more(database: Database) -> None:
    set_ceiling(database, "budget", 1_000, unit=30)

    taken = [take(database, "budget", 30) for _ in range(40)]

    assert taken == [True] * 33 + [False] * 7
    assert (left(database, "budget"), used(database, "budget")) == (10, 990)


def test_c4_two_groups_with_different_charges_spend_one_budget_to_the_last_cent(database: Database) -> None:
    set_ceiling(database, "budget", 10_000, unit=2_750)

    dear = sum(take(database, "budget", 2_750) for _ in range(10))
    cheap = sum(take(database, "budget", 7) for _ in range(300))

    assert (dear, cheap) == (3, 250)
    assert left(database, "budget") == 0


def test_a_counter_that_nobody_made_gives_nothing(database: Database) -> None:
    assert not take(database, "nowhere", 1)
    assert on_counters(database, lambda counters: dict(counters.left(("nowhere",)))) == {}


def test_the_first_that_is_short_is_named(database: Database) -> None:
    def work(counters: CounterRecords) -> str | None:
        counters.set_ceiling("a", 10)
        counters.set_ceiling("b", 3)
        counters.set_ceiling("c", 1)
        return counters.take_all((Take("a", 5), Take("b", 5), Take("c", 5)))

    assert on_counters(database, work) == "b"


def test_a_months_counter_is_made_by_the_first_to_take_from_it(database: Database) -> None:
    wanted = (Take("month", 30, opens_at=100),)

    taken = [on_counters(database, lambda counters: counters.take_all(wanted)) for _ in range(4)]

    assert taken == [None, None, None, "month"]


def test_c4_a_raised_ceiling_counts_at_once_and_a_lowered_one_stops_at_what_is_used(database: Database) -> None:
    set_ceiling(database, "month", 100, unit=10)
    for _ in range(10):
        take(database, "month", 10)

    set_ceiling(database, "month", 120, unit=10)
    raised = left(database, "month")
    set_ceiling(database, "month", 50, unit=10)

    assert raised == 20
    assert (left(database, "month"), used(database, "month")) == (0, 100)


def test_more_than_was_taken_can_not_be_given_back(database: Database) -> None:
    set_ceiling(database, "stock", 100)
    take(database, "stock", 5)

    with pytest.raises(ValueError, match="only 5 were taken"):
        give_back(database, "stock", 6)

    assert used(database, "stock") == 5


def test_a_release_with_more_shards_uses_the_counters_of_the_earlier_one(database: Database) -> None:
    on_counters(database, lambda counters: counters.set_ceiling("budget", 10), shards=2)

    taken = [on_counters(database, lambda counters: counters.take("budget", 1), shards=8) for _ in range(12)]
    on_counters(database, lambda counters: counters.set_ceiling("budget", 11), shards=8)

    assert sum(taken) == 10
    assert left(database, "budget") == 1


acts = st.one_of(
    st.tuples(st.just("take"), st.integers(1, 40)),
    st.tuples(st.just("give back"), st.integers(1, 40)),
    st.tuples(st.just("ceiling"), st.integers(0, 300)),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ceiling=st.integers(0, 300), unit=st.integers(1, 40), history=st.lists(acts, max_size=25))
def test_c4_any_history_agrees_with_a_plain_number(
    database: Database, ceiling: int, unit: int, history: list[tuple[str, int]]
) -> None:
    name = f"counter {ceiling} {unit} {history}"
    set_ceiling(database, name, ceiling, unit)
    expected_used = 0

    for act, amount in history:
        if act == "take":
            fits = expected_used + amount <= ceiling
            assert take(database, name, amount) == fits
            expected_used += amount if fits else 0
        elif act == "give back" and amount <= expected_used:
            give_back(database, name, amount)
            expected_used -= amount
        elif act == "ceiling":
            set_ceiling(database, name, amount, unit)
            ceiling = max(amount, expected_used)

    assert (used(database, name), left(database, name)) == (expected_used, ceiling - expected_used)


def all_at_once(callers: int, call: Callable[[int], T]) -> list[T]:
    start = Barrier(callers)

    def begin(caller: int) -> T:
        start.wait()
        return call(caller)

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(begin, range(callers)))


def test_c4_a_month_opened_by_many_at_once_is_opened_once(database: Database) -> None:
    def take_some(_: int) -> int:
        wanted = (Take("month", 3, opens_at=100),)
        return sum(on_counters(database, lambda counters: counters.take_all(wanted)) is None for _ in range(3))

    taken = all_at_once(16, take_some)

    assert sum(taken) == 33
    assert (used(database, "month"), left(database, "month")) == (99, 1)


def test_c4_takers_givers_and_changed_ceilings_at_once_agree(database: Database) -> None:
    set_ceiling(database, "stock", 60)

    def act(caller: int) -> int:
        balance = 0
        for turn in range(8):
            if caller == 0:
                set_ceiling(database, "stock", 60 + 5 * (turn % 3))
            elif take(database, "stock", 2):
                balance += 2
                if turn % 2:
                    give_back(database, "stock", 2)
                    balance -= 2
        return balance

    balances = all_at_once(12, act)

    assert used(database, "stock") == sum(balances)
    assert 0 <= left(database, "stock") <= 70 - sum(balances)


def test_there_are_shards_for_each_dialect(database: Database) -> None:
    set_ceiling(database, "budget", 100)

    [(rows,)] = database.read(lambda connection: connection.rows("SELECT COUNT(*) FROM counters"))

    assert rows == SHARDS[database.dialect]
