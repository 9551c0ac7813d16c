"""A counter's parts: however they are spread, lent and given back, they sum to the whole (rule C4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redeem_app.adapters.counter_shards import Shard, given_back, spread, taken_at

amounts = st.integers(0, 10_000)
units = st.integers(1, 5_000)
used_parts = st.dictionaries(st.integers(0, 31), amounts, min_size=1, max_size=16)


@st.composite
def parts_of_a_counter(draw: st.DrawFn) -> dict[int, Shard]:
    used = draw(used_parts)
    return {number: Shard(amount + draw(amounts), amount) for number, amount in used.items()}


@given(used_parts, amounts, units)
def test_c4_parts_sum_to_the_ceiling_and_none_is_used_beyond_itself(
    used: dict[int, int], ceiling: int, unit: int
) -> None:
    parts = spread(used, ceiling, unit)

    assert sum(part.ceiling for part in parts.values()) == max(ceiling, sum(used.values()))
    assert {number: part.used for number, part in parts.items()} == used
    assert all(part.free >= 0 for part in parts.values())


@given(used_parts, amounts, units)
def test_all_parts_but_the_first_hold_whole_units_and_about_equally_many(
    used: dict[int, int], ceiling: int, unit: int
) -> None:
    parts = spread(used, ceiling, unit)

    free = {number: part.free for number, part in parts.items()}
    first = min(free)
    assert all(amount % unit == 0 for number, amount in free.items() if number != first)
    assert max(amount // unit for amount in free.values()) - min(amount // unit for amount in free.values()) <= 1


@given(parts_of_a_counter(), st.integers(0, 31), units)
def test_c4_parts_lend_each_other_until_the_whole_is_spent(parts: dict[int, Shard], lane: int, amount: int) -> None:
    free = sum(part.free for part in parts.values())

    after = taken_at(lane, parts, amount)

    assert (after is None) == (free < amount)
    if after is not None:
        assert sum(part.ceiling for part in after.values()) == sum(part.ceiling for part in parts.values())
        assert sum(part.used for part in after.values()) == sum(part.used for part in parts.values()) + amount
        assert all(part.free >= 0 for part in after.values())


@given(used_parts, st.integers(0, 31), amounts)
def test_what_is_given_back_comes_from_what_was_taken(used: dict[int, int], lane: int, amount: int) -> None:
    if amount > sum(used.values()):
        with pytest.raises(ValueError, match="can't be given back"):
            given_back(lane, used, amount)
        return

    less = given_back(lane, used, amount)

    assert sum(less.values()) == amount
    assert all(0 < part <= used[number] for number, part in less.items())
