"""Acts that are done together: nobody's is lost, done twice or taken for another's, whatever goes wrong."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from redeem_app.adapters.gathering import LARGEST, Gathering

KIND = "kind"


class InTheWayError(Exception):
    pass


class Held:
    """A gathering of words that can be kept from going on, so that others arrive meanwhile."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.may_go_on = threading.Event()
        self.gathering: Gathering[str, str, str] = Gathering(
            self._together, (InTheWayError,), lambda word: word.split("-", 1)[0]
        )
        self._pool = ThreadPoolExecutor(LARGEST + 3)

    def _together(self, _: str, words: Sequence[str]) -> list[str]:
        self.groups.append(list(words))
        assert self.may_go_on.wait(10)
        if any(word.startswith("refused") for word in words):
            raise InTheWayError
        if any(word.startswith("broken") for word in words):
            raise ConnectionError
        return [word.upper() for word in words]

    def after_first(self, *words: str) -> list[Future[str]]:
        """Ask for `first`, and while that is under way for the words, in their order; then let all go on."""
        asked = [self._ask("first")]
        self._until(lambda: len(self.groups) == 1)
        for number, word in enumerate(words, 1):
            asked.append(self._ask(word))
            self._until(lambda number=number: self.gathering.waiting(KIND) == number)  # type: ignore[misc]
        self.may_go_on.set()
        self._pool.shutdown()
        return asked

    def _ask(self, word: str) -> Future[str]:
        return self._pool.submit(self.gathering.do, KIND, word)

    @staticmethod
    def _until(holds: Callable[[], bool]) -> None:
        for _ in range(10_000):
            if holds():
                return
            threading.Event().wait(0.001)
        raise TimeoutError

    def close(self) -> None:
        self.may_go_on.set()
        self._pool.shutdown()


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.close()


def test_who_finds_nobody_under_way_begins_at_once_alone(held: Held) -> None:
    held.may_go_on.set()

    outcomes = [held.gathering.do(KIND, word) for word in ("a", "b")]

    assert (outcomes, held.groups, held.gathering.waiting(KIND)) == (["A", "B"], [["a"], ["b"]], -1)


def test_what_arrives_meanwhile_is_done_together_and_each_gets_its_own_outcome(held: Held) -> None:
    asked = held.after_first("a", "b", "c")

    assert [one.result() for one in asked] == ["FIRST", "A", "B", "C"]
    assert held.groups == [["first"], ["a", "b", "c"]]


def test_a_group_has_an_end(held: Held) -> None:
    words = [f"{number}" for number in range(LARGEST + 2)]

    asked = held.after_first(*words)

    assert [one.result() for one in asked[1:]] == words
    assert [len(group) for group in held.groups] == [1, LARGEST, 2]


def test_what_is_alike_is_done_one_after_the_other(held: Held) -> None:
    asked = held.after_first("a-1", "a-2", "b-1", "a-3", "b-2")

    assert [one.result() for one in asked[1:]] == ["A-1", "A-2", "B-1", "A-3", "B-2"]
    assert held.groups[1:] == [["a-1", "b-1"], ["a-2", "b-2"], ["a-3"]]


def test_what_is_in_the_way_of_one_is_in_the_way_of_nobody_else(held: Held) -> None:
    asked = held.after_first("a", "refused", "b")

    assert [one.exception() and type(one.exception()) for one in asked] == [None, None, InTheWayError, None]
    assert [asked[place].result() for place in (0, 1, 3)] == ["FIRST", "A", "B"]
    assert held.groups[:2] == [["first"], ["a", "refused", "b"]]
    assert sorted(held.groups[2:]) == [["a"], ["b"], ["refused"]]


def test_a_fault_is_told_to_everybody_of_the_group_and_nothing_is_tried_again(held: Held) -> None:
    asked = held.after_first("a", "broken")

    assert [type(one.exception()) for one in asked[1:]] == [ConnectionError, ConnectionError]
    assert held.groups == [["first"], ["a", "broken"]]
    assert held.gathering.do(KIND, "later") == "LATER"


def test_kinds_do_not_wait_for_each_other(held: Held) -> None:
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(held.gathering.do, kind, "a") for kind in ("one", "other")]
        Held._until(lambda: len(held.groups) == 2)
        held.may_go_on.set()

    assert [one.result() for one in asked] == ["A", "A"]
