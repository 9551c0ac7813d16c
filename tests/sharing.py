"""In which order tests run, so that no process is left with a long one while the others have done theirs.

Each process of a run gets an equal share of the tests, one after the other in the order of collection, and takes from
the others what they have not begun once its own is done. So the long ones stand first in every share.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")

LONG: Final = (
    "tests/operation/test_install_by_the_book.py",
    "tests/operation/test_container_stages.py",
    "tests/operation/test_database_restart.py",
    "tests/operation/test_network_gone.py",
    "tests/bench",
    "tests/drill",
    "tests/load",
    "tests/whole",
    "tests/journeys",
    "tests/operation/test_killed_commands.py",
    "tests/amazon/test_fault_storm.py",
    "tests/simulator",
    "tests/money/test_minting.py",
    "tests/money/test_parallel_budget.py",
    "tests/money/test_what_developers_see.py",
)
"""Modules and folders whose tests take seconds, the longest first: whole worlds, processes, browsers."""

MOST_TOGETHER: Final = 12
"""Tests of a module with more of them are dealt one by one."""


def in_shares(tests: Sequence[tuple[str, T]], processes: int) -> list[T]:
    """Tests, each with the path of its module from the project's folder: as many shares, the long tests first in each.

    Tests of one module keep their order, and stay together where they are few.
    """
    shares = _dealt([test for test in tests if rank(test[0]) < len(LONG)], processes)
    short = [test for module, test in tests if rank(module) == len(LONG)]
    dealt: list[T] = []
    for number, share in enumerate(shares):
        left = len(tests) - len(dealt)
        room = max(0, left // (processes - number) - len(share))
        dealt += share + short[:room]
        short = short[room:]
    return dealt + short


def rank(module: str) -> int:
    """0 for the longest."""
    return next((n for n, place in enumerate(LONG) if module == place or module.startswith(f"{place}/")), len(LONG))


def _dealt(tests: Sequence[tuple[str, T]], processes: int) -> list[list[T]]:
    """Each of the shares in the order of rank; the next hand goes to who has the fewest tests."""
    modules: defaultdict[str, list[T]] = defaultdict(list)
    for module, test in sorted(tests, key=lambda one: rank(one[0])):
        modules[module].append(test)
    shares: list[list[T]] = [[] for _ in range(processes)]
    for few in modules.values():
        for hand in [few] if len(few) <= MOST_TOGETHER else [[one] for one in few]:
            min(shares, key=len).extend(hand)
    return shares
