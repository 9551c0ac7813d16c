"""Writes on SQLite, one by one and in groups: the same promises, whoever comes at once and whatever fails."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redeem_app.adapters.group_commit import LARGEST, GroupCommit, OneByOne, Turn, Writes
from redeem_app.adapters.sqlite_database import SqliteDatabase
from redeem_app.adapters.transactions import Connection
from redeem_app.domain.records import StoreUnavailable
from tests.a_loop import ALoop, AskedOnALoop

Grouping = Callable[[Turn], Writes]

TABLES = (
    "CREATE TABLE IF NOT EXISTS notes (word TEXT PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS owed (word TEXT REFERENCES notes (word) DEFERRABLE INITIALLY DEFERRED)",
    "CREATE TABLE IF NOT EXISTS stock (used INTEGER NOT NULL, ceiling INTEGER NOT NULL)",
)


class Unwanted(Exception):
    """What a work of these tests raises."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "writes.sqlite3"


@pytest.fixture(params=["one by one", "in groups", "in groups of a loop"])
def database(request: pytest.FixtureRequest, path: Path) -> Iterator[SqliteDatabase]:
    if request.param == "in groups of a loop":
        with ALoop() as loop, brought_up(AskedOnALoop(path).on(loop)) as database:
            yield database
    else:
        with opened(path, OneByOne if request.param == "one by one" else GroupCommit) as database:
            yield database


def opened(path: Path, grouping: Grouping) -> AbstractContextManager[SqliteDatabase]:
    return brought_up(SqliteDatabase(path, grouping))


@contextmanager
def brought_up(database: SqliteDatabase) -> Iterator[SqliteDatabase]:
    database.write(lambda connection: [connection.run(table) for table in TABLES])
    yield database
    database.close()


class GatheringOnALoop:
    """A group of requests that arrive together on a loop."""

    def __init__(self, path: Path) -> None:
        self._loop = ALoop()
        self._opened = opened(path, GroupCommit)
        self.database = self._opened.__enter__()

    def together(self, *works: Callable[[Connection], object]) -> list[BaseException | None]:
        return self._loop.at_once([partial(self.database.write, work) for work in works])

    def close(self) -> None:
        self._opened.__exit__(None, None, None)
        self._loop.__exit__(None, None, None)


class Gathering:
    """A group that a thread leads, and that can be watched while it gathers."""

    def __init__(self, path: Path, callers: ThreadPoolExecutor | ALoop) -> None:
        self._writes: list[GroupCommit] = []
        self._opened = opened(path, self._watched)
        self.database = self._opened.__enter__()
        self._first = ThreadPoolExecutor(1)
        self._callers = callers

    def _watched(self, turn: Turn) -> GroupCommit:
        self._writes.append(GroupCommit(turn))
        return self._writes[0]

    def together(self, *works: Callable[[Connection], object]) -> list[BaseException | None]:
        """Run the works in one group, which an extra work holds open until they are all there; what each raised."""
        begun, may_end = threading.Event(), threading.Event()

        def hold(_: Connection) -> None:
            begun.set()
            may_end.wait(30)

        futures: list[Future[object]] = []
        held = self._first.submit(self.database.write, hold)
        begun.wait(30)
        for number, work in enumerate(works, start=1):
            futures.append(self._callers.submit(self.database.write, work))
            while self._writes[0].waiting < number:
                threading.Event().wait(0.001)
        may_end.set()
        held.exception(30)
        return [future.exception(30) for future in futures]

    def close(self) -> None:
        self._first.shutdown()
        self._callers.__exit__(None, None, None)
        self._opened.__exit__(None, None, None)


Together = Gathering | GatheringOnALoop


@pytest.fixture(params=["threads", "a loop behind a thread", "a loop"])
def gathering(request: pytest.FixtureRequest, path: Path) -> Iterator[Together]:
    gathering: Together
    if request.param == "a loop":
        gathering = GatheringOnALoop(path)
    else:
        gathering = Gathering(path, ThreadPoolExecutor(LARGEST * 2) if request.param == "threads" else ALoop())
    yield gathering
    gathering.close()


def noting(word: str) -> Callable[[Connection], int]:
    return lambda connection: connection.run("INSERT INTO notes (word) VALUES (?)", (word,))


def noting_and_raising(word: str) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        noting(word)(connection)
        raise Unwanted(word)

    return work


def breaking_the_commit(connection: Connection) -> int:
    return connection.run("INSERT INTO owed (word) VALUES ('nobody wrote this')")


def notes(path: Path) -> set[str]:
    """What is committed, read by a connection that knows nothing of the others."""
    connection = sqlite3.connect(path)
    found = {word for (word,) in connection.execute("SELECT word FROM notes")}
    connection.close()
    return found


def test_a_write_is_durable_when_it_returns_and_gives_what_the_work_gave(database: SqliteDatabase, path: Path) -> None:
    given = database.write(noting("one"))

    assert (given, notes(path)) == (1, {"one"})


def test_a_work_that_raises_changes_nothing_and_the_next_is_written(database: SqliteDatabase, path: Path) -> None:
    with pytest.raises(Unwanted):
        database.write(noting_and_raising("one"))
    database.write(noting("two"))

    assert notes(path) == {"two"}


def test_a_commit_that_fails_is_told_and_the_next_is_written(database: SqliteDatabase, path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        database.write(breaking_the_commit)
    database.write(noting("two"))

    assert notes(path) == {"two"}


def test_where_the_file_cant_be_locked_the_write_is_refused_and_later_works(
    database: SqliteDatabase, path: Path
) -> None:
    lock = path.with_name(f"{path.name}-writer")
    database.close()
    lock.unlink()
    lock.mkdir()
    with pytest.raises(StoreUnavailable):
        database.write(noting("one"))
    lock.rmdir()
    database.write(noting("two"))

    assert notes(path) == {"two"}


def test_a_full_disk_loses_nothing_that_was_answered(database: SqliteDatabase, path: Path) -> None:
    database.write(noting("before"))
    [(pages,)] = database.read(lambda connection: connection.rows("PRAGMA page_count"))
    database.write(lambda connection: connection.rows(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreUnavailable, match="full"):
        database.write(lambda connection: [noting(f"{n} {'x' * 500}")(connection) for n in range(100)])
    database.write(lambda connection: connection.rows("PRAGMA max_page_count = 100000"))
    database.write(noting("after"))

    assert notes(path) == {"before", "after"}


acts = st.tuples(st.integers(1, 30), st.booleans())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ceiling=st.integers(0, 400), histories=st.lists(st.lists(acts, max_size=6), min_size=1, max_size=8))
def test_c4_any_histories_at_once_take_what_they_are_told_they_took(
    database: SqliteDatabase, ceiling: int, histories: list[list[tuple[int, bool]]]
) -> None:
    def fill(connection: Connection) -> None:
        connection.run("DELETE FROM stock")
        connection.run("INSERT INTO stock VALUES (0, ?)", (ceiling,))

    def took(amount: int, raises: bool) -> int:  # noqa: FBT001 - drawn as a pair
        def work(connection: Connection) -> int:
            changed = connection.run(
                "UPDATE stock SET used = used + ? WHERE used + ? <= ceiling AND ceiling = ?", (amount, amount, ceiling)
            )
            if raises:
                raise Unwanted
            return amount * changed

        try:
            return database.write(work)
        except Unwanted:
            return 0

    database.write(fill)
    with ThreadPoolExecutor(len(histories)) as pool:
        taken = list(pool.map(lambda history: [took(*act) for act in history], histories))

    [(used,)] = database.read(lambda connection: connection.rows("SELECT used FROM stock"))
    refused = [
        act[0]
        for acts, told in zip(histories, taken, strict=True)
        for act, t in zip(acts, told, strict=True)
        if not t and not act[1]
    ]
    assert used == sum(map(sum, taken)) <= ceiling
    assert all(used + amount > ceiling for amount in refused), "nothing was refused that would still fit"


def test_one_that_raises_is_undone_alone_among_others(gathering: Together, path: Path) -> None:
    raised = gathering.together(noting("one"), noting_and_raising("two"), noting("three"), noting("one"))

    assert [type(fault) for fault in raised] == [type(None), Unwanted, type(None), sqlite3.IntegrityError]
    assert notes(path) == {"one", "three"}


def test_after_one_that_raised_the_next_ones_are_written_as_ever(
    gathering: Gathering | GatheringOnALoop, path: Path
) -> None:
    gathering.together(noting("one"), noting_and_raising("two"))

    for rest in (("three", "four"), ("five", "six")):
        raised = gathering.together(*map(noting, rest), noting_and_raising("never"))
        assert [type(fault) for fault in raised] == [type(None), type(None), Unwanted]
    assert notes(path) == {"one", "three", "four", "five", "six"}


def test_where_the_commit_fails_everyone_of_the_group_is_told(
    gathering: Gathering | GatheringOnALoop, path: Path
) -> None:
    raised = gathering.together(noting("one"), noting_and_raising("two"), breaking_the_commit, noting("three"))
    gathering.database.write(noting("later"))

    assert {type(fault) for fault in raised} == {sqlite3.IntegrityError}
    assert notes(path) == {"later"}


def test_more_than_fit_in_a_group_are_written_in_several(gathering: Together, path: Path) -> None:
    words = [f"word {number}" for number in range(LARGEST + 10)]

    raised = gathering.together(*(noting(word) for word in words))

    assert set(raised) == {None}
    assert notes(path) == set(words)


_WRITER = """
import asyncio, os, sys, threading
from contextvars import Context
from functools import partial
from pathlib import Path
from redeem_app.cooperative import Requests
from redeem_app.adapters.group_commit import GroupCommit, OneByOne
from redeem_app.adapters.sqlite_database import SqliteDatabase
database = SqliteDatabase(Path(sys.argv[1]), {"GroupCommit": GroupCommit, "OneByOne": OneByOne}[sys.argv[2]])
def write(name):
    for number in range(10_000):
        def work(connection, word=f"{name}-{number}"):
            for half in "ab":
                connection.run("INSERT INTO notes (word) VALUES (?)", (f"{word}-{half}",))
            return word
        os.write(1, f"{database.write(work)}\n".encode())  # in one piece, whichever threads answer at once
async def all_on_one_loop():
    requests = Requests(asyncio.get_running_loop())
    await asyncio.gather(*(requests.run(partial(write, name), Context()) for name in range(8)))
if sys.argv[3] == "on a loop":
    asyncio.run(all_on_one_loop())
for name in range(8):
    threading.Thread(target=write, args=(name,), daemon=True).start()
threading.Event().wait()
"""


@pytest.mark.parametrize(
    ("grouping", "where"), [("OneByOne", "in threads"), ("GroupCommit", "in threads"), ("GroupCommit", "on a loop")]
)
def test_after_kill_9_every_answered_work_is_there_and_none_is_there_by_half(
    path: Path, grouping: str, where: str
) -> None:
    with opened(path, OneByOne):
        pass
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path), grouping, where], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    answered = [process.stdout.readline() for _ in range(100)]
    process.kill()
    answered += process.stdout.readlines()
    process.wait()
    process.stdout.close()

    whole = {line.strip() for line in answered if line.endswith("\n")}
    written = notes(path)
    halves = {word.rsplit("-", 1)[0] for word in written}
    assert {f"{word}-{half}" for word in whole for half in "ab"} <= written
    assert written == {f"{word}-{half}" for word in halves for half in "ab"}


def test_closing_waits_for_who_reads_and_writes_and_the_file_can_be_used_again(database: SqliteDatabase) -> None:
    over = threading.Event()

    def work_on(number: int) -> int:
        done = 0
        while not over.is_set():
            database.write(lambda connection: connection.run("INSERT INTO stock VALUES (?, 0)", (number,)))
            database.read(lambda connection: connection.rows("SELECT COUNT(*), MAX(word) FROM notes, stock"))
            done += 1
        return done

    with ThreadPoolExecutor(6) as pool:
        working = [pool.submit(work_on, number) for number in range(6)]
        for _ in range(200):
            database.close()
            threading.Event().wait(0.001)
        over.set()
        done = sum(future.result() for future in working)

    assert database.read(lambda connection: connection.rows("SELECT COUNT(*) FROM stock")) == [(done,)]


def test_a_thread_with_a_long_work_holds_up_no_request_that_does_not_write(path: Path) -> None:
    may_end = threading.Event()
    with ALoop() as loop, opened(path, GroupCommit) as database, ThreadPoolExecutor(1) as pool:
        long = pool.submit(database.write, lambda connection: (noting("long")(connection), may_end.wait(30)))
        waiting = [loop.submit(database.write, noting(word)) for word in ("one", "two")]
        other = loop.submit(database.read, lambda connection: connection.rows("SELECT word FROM notes"))

        assert other.result(30) == []
        assert not any(future.done() for future in waiting)

        may_end.set()
        assert [future.result(30) for future in (*waiting, long)][:2] == [1, 1]
    assert notes(path) == {"long", "one", "two"}


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "flock"])
def test_who_else_writes_holds_up_no_request_that_does_not_write(path: Path, lock: str) -> None:
    with ALoop() as loop, opened(path, GroupCommit) as database, another_process_with(path, lock) as end:
        waiting = loop.submit(database.write, noting("one"))
        other = loop.submit(database.read, lambda connection: connection.rows("SELECT word FROM notes"))

        assert other.result(30) == []
        assert not waiting.done()

        end()
        assert waiting.result(30) == 1
    assert notes(path) == {"one"}


@contextmanager
def another_process_with(path: Path, lock: str) -> Iterator[Callable[[], object]]:
    """A program that holds the lock until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path), lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()
    yield process.stdin.close
    process.wait(30)
    process.stdout.close()


_HOLDER = """
import fcntl, sqlite3, sys
if sys.argv[2] == "flock":
    held = open(sys.argv[1] + "-writer", "w")
    fcntl.flock(held, fcntl.LOCK_EX)
else:
    held = sqlite3.connect(sys.argv[1], isolation_level=None)
    held.execute(sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""
