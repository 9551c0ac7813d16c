"""How the writes of one process share durable commits; knows SQL's transactions and nothing of what is written.

Whoever finds nobody writing leads: it runs its own work and every work that has arrived by then in one transaction,
and commits once. What arrives during the commit is the next group, led by its first. So nothing waits for a timer,
and a lonely write costs what it costs alone.

Works of threads are led by one of these. Works of requests that share a thread (`cooperative`) are run on that thread,
once it has nothing else to do, and what may take longer is done by a thread beside it: the commit, and all of a group
for which another process or a fault has to be waited for.

A work that raises is undone alone, and its exception goes to its caller. Most works don't raise, so a group begins
without savepoints, which would cost as much as a write each; where a work of several raises, all of them run again, in
a savepoint each, and so does the next group. Nobody is answered before the commit, and where that fails everybody of
the group is told so: a refusal too may rest on what another work had written.
"""

import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Final, Protocol

from redeem_app import cooperative
from redeem_app.adapters.transactions import Connection, T

LARGEST: Final = 64
"""Works of one group; other processes wait for no more than these."""


class WritingConnection(Connection, Protocol):
    """A connection that tells whether its transaction is still open."""

    @property
    def in_transaction(self) -> bool:
        """False once the database itself has ended the transaction."""
        ...


class Turn(Protocol):
    """The connection to write on, while no other process writes."""

    def __call__(self, *, waits: bool = True) -> AbstractContextManager[WritingConnection]:
        """Where it may not wait, neither for a process nor for a lock, it raises BlockingIOError instead."""
        ...


class Writes(Protocol):
    """A way to commit works."""

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction, alone or among others, and return once it is durable."""
        ...


class OneByOne:
    """A transaction and a commit for each work: what `GroupCommit` must be equal to."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._threads = threading.Lock()

    def write(self, work: Callable[[Connection], T]) -> T:
        with self._threads, self._turn() as connection:
            connection.run("BEGIN IMMEDIATE")
            try:
                result = work(connection)
                connection.run("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise
            return result


class _Waiting:
    """One work, and where its caller waits."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self._work = work
        self._result: Any = None
        self.fault: BaseException | None = None
        self.is_over = False
        self.place = cooperative.place()

    def run(self, connection: WritingConnection) -> None:
        """Run the work, which leaves its traces in the transaction where it raises."""
        self._result = self._work(connection)

    def run_apart(self, connection: WritingConnection) -> None:
        """Run the work; where it raises, undo it alone and keep the fault."""
        connection.run("SAVEPOINT work")
        try:
            self.run(connection)
        except Exception as fault:
            if not connection.in_transaction:
                raise  # the works before this one are gone with it
            connection.run("ROLLBACK TO work")
            self.fault = fault
        connection.run("RELEASE work")

    def outcome(self) -> Any:
        if self.fault is not None:
            raise self.fault
        return self._result


class GroupCommit:
    """Works that arrive together share one commit."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._mutex = threading.Lock()
        self._arrived: deque[_Waiting] = deque()
        self._is_led = False
        self._one_has_raised = False
        """In the last group; then the next is likely to have such a work too."""
        self._beside_loop = ThreadPoolExecutor(1, thread_name_prefix="commits")

    def write(self, work: Callable[[Connection], T]) -> T:
        mine = _Waiting(work)
        with self._mutex:
            self._arrived.append(mine)
            leads, self._is_led = not self._is_led, True
        if leads:
            self._have_lead(mine)
        mine.place.wait()
        if not mine.is_over:
            self._lead([])
        result: T = mine.outcome()
        return result

    @property
    def waiting(self) -> int:
        """Works that have arrived and not begun."""
        return len(self._arrived)

    def _have_lead(self, first: _Waiting) -> None:
        """Begin a group with it: its thread does, once called, or its loop after all that is ready by now."""
        if isinstance(first.place, cooperative.OnLoop):
            first.place.loop.call_soon_threadsafe(self._lead_on_loop)
        else:
            first.place.call()

    def _lead(self, group: list[_Waiting]) -> None:
        """Write a group, waiting for whatever it takes; the works of `group` have been begun and undone before."""
        try:
            with self._turn() as connection:
                if group or self._one_has_raised or not self._ran_through(connection, self._joining(group)):
                    self._run_apart(connection, group)
                _commit(connection)
        except BaseException as fault:  # noqa: BLE001 - whatever it is, each of the group raises it to its caller
            self._fail(group, fault)
        self._end(group)

    def _lead_on_loop(self) -> None:
        """Run the works of this loop's requests here, and leave the rest to the thread beside it."""
        group: list[_Waiting] = []
        try:
            with ExitStack() as turn:
                connection = turn.enter_context(self._turn(waits=False))
                if not self._one_has_raised and self._ran_through(connection, self._joining(group, of_loop=True)):
                    self._beside_loop.submit(self._finish, connection, turn.pop_all(), group)
                    return
        except BaseException as fault:  # noqa: BLE001 - as above
            if group:
                self._fail(group, fault)
                self._end(group)
                return
        self._beside_loop.submit(self._lead, group)

    def _finish(self, connection: WritingConnection, turn: ExitStack, group: list[_Waiting]) -> None:
        """Commit what was run on the loop."""
        try:
            with turn:
                _commit(connection)
        except BaseException as fault:  # noqa: BLE001 - as above
            self._fail(group, fault)
        self._end(group)

    def _ran_through(self, connection: WritingConnection, joining: Iterator[_Waiting]) -> bool:
        """Run works as if none ever raised; False, and nothing is written, where one of several did."""
        connection.run("BEGIN IMMEDIATE")
        try:
            for number, waiting in enumerate(joining):
                try:
                    waiting.run(connection)
                except Exception:
                    if not number or not connection.in_transaction:
                        raise
                    _roll_back(connection)
                    return False
        except BaseException:
            _roll_back(connection)
            raise
        return True

    def _run_apart(self, connection: WritingConnection, group: list[_Waiting]) -> None:
        """Run whatever raises, from the group's first work on."""
        connection.run("BEGIN IMMEDIATE")
        try:
            for waiting in itertools.chain(tuple(group), self._joining(group)):
                waiting.run_apart(connection)
        except BaseException:
            _roll_back(connection)
            raise
        self._one_has_raised = any(waiting.fault is not None for waiting in group)

    def _joining(self, group: list[_Waiting], *, of_loop: bool = False) -> Iterator[_Waiting]:
        """Take into the group who has arrived, one after the other, as long as there is room.

        A loop takes its own works only, which are small; a thread's may be any.
        """
        while self._arrived and len(group) < LARGEST:
            if of_loop and not isinstance(self._arrived[0].place, cooperative.OnLoop):
                return
            group.append(self._arrived.popleft())
            yield group[-1]

    def _fail(self, group: list[_Waiting], fault: BaseException) -> None:
        if not group:
            group.append(self._arrived.popleft())
        for waiting in group:
            waiting.fault = fault

    def _end(self, group: list[_Waiting]) -> None:
        """Let the next group begin, and have the callers of this one go on."""
        with self._mutex:
            self._is_led = bool(self._arrived)
            if self._is_led:
                self._have_lead(self._arrived[0])
        for waiting in group:
            waiting.is_over = True
        cooperative.call_all(waiting.place for waiting in group)


def _commit(connection: WritingConnection) -> None:
    try:
        connection.run("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: WritingConnection) -> None:
    if connection.in_transaction:
        connection.run("ROLLBACK")
