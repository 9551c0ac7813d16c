"""How the tests of a run are shared between its processes."""

from pathlib import Path

import pytest

from tests.sharing import LONG, MOST_TOGETHER, in_shares

ROOT = Path(__file__).resolve().parents[2]

LONG_ONES = [("tests/whole/test_one.py", f"one-{n}") for n in range(4)]
MANY = [("tests/journeys/test_many.py", f"many-{n}") for n in range(MOST_TOGETHER + 2)]
SHORT = [("tests/rules/test_short.py", f"short-{n}") for n in range(40)]


@pytest.mark.parametrize("processes", [1, 2, 3, 7])
def test_each_test_is_there_once(processes: int) -> None:
    tests = [*SHORT, *MANY, *LONG_ONES]

    assert sorted(in_shares(tests, processes)) == sorted(name for _, name in tests)


def test_each_share_begins_with_its_long_tests() -> None:
    dealt = in_shares([*SHORT, *MANY, *LONG_ONES], 2)

    shares = (dealt[: len(dealt) // 2], dealt[len(dealt) // 2 :])
    long = [[name for name in share if not name.startswith("short")] for share in shares]
    assert [share[: len(first)] for share, first in zip(shares, long, strict=True)] == long
    assert abs(len(long[0]) - len(long[1])) <= 1


def test_few_tests_of_a_module_stay_together() -> None:
    dealt = in_shares([*SHORT, *MANY, *LONG_ONES], 2)

    begins = dealt.index("one-0")
    assert dealt[begins : begins + 4] == ["one-0", "one-1", "one-2", "one-3"]


def test_every_long_place_is_there() -> None:
    assert [place for place in LONG if not (ROOT / place).exists()] == []
