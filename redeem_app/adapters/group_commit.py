"""How the writes of one process share durable commits; knows SQL's transactions and nothing of what is written.

Whoever finds nobody writing leads: it runs its own work and every work that has arrived by then in one transaction,
and commits once. What arrives during the commit is the next group, led by its first. So nothing waits for a timer or
for another thread to wake unless a commit is under way, there is no thread to start after a fork or to end, and a
lonely write costs what it costs alone.

Works run one at a time with whatever else the service does (`turnstile`); while a commit or a group is waited for, the
other threads go on, and so arrive for the next group.

A work that raises is undone alone, and its exception goes to its caller. Most works don't raise, so a group begins
without savepoints, which would cost as much as a write each; where a work of several raises, all of them run again, in
a savepoint each, and so does the next group. Nobody is answered before the commit, and where that fails everybody of
the group is told so: a refusal too may rest on what another work had written.
"""

import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from redeem_app import turnstile
from redeem_app.adapters.transactions import Connection, T

LARGEST: Final = 64
"""Works of one group; other processes wait for no more than these."""


class WritingConnection(Connection, Protocol):
    """A connection that tells whether its transaction is still open."""

    @property
    def in_transaction(self) -> bool:
        """False once the database itself has ended the transaction."""
        ...


Turn = Callable[[], AbstractContextManager[WritingConnection]]
"""The connection to write on, while no other process writes."""


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
    """One work, and the thread that waits for it."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self._work = work
        self._result: Any = None
        self.fault: BaseException | None = None
        self.is_over = False
        self.called = threading.Lock()
        """Held until the work is over, or its thread has to lead."""
        self.called.acquire()

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

    def write(self, work: Callable[[Connection], T]) -> T:
        mine = _Waiting(work)
        with turnstile.aside():
            self._commit(mine)
        result: T = mine.outcome()
        return result

    def _commit(self, mine: _Waiting) -> None:
        """Return once the work is over: led by this thread, or by another that was at it."""
        with self._mutex:
            self._arrived.append(mine)
            waits, self._is_led = self._is_led, True
        if waits:
            mine.called.acquire()
        if not mine.is_over:
            self._lead(mine)

    @property
    def waiting(self) -> int:
        """Works that have arrived and not begun."""
        return len(self._arrived)

    def _lead(self, mine: _Waiting) -> None:
        """Write a group, of which `mine` is the first."""
        group: list[_Waiting] = []
        try:
            with self._turn() as connection:
                self._commit_together(connection, group)
        except BaseException as fault:  # noqa: BLE001 - whatever it is, each of the group raises it to its caller
            if not group:
                group.append(self._arrived.popleft())
            for waiting in group:
                waiting.fault = fault
        self._hand_over()
        for waiting in group:
            waiting.is_over = True
            if waiting is not mine:
                waiting.called.release()

    def _commit_together(self, connection: WritingConnection, group: list[_Waiting]) -> None:
        if self._one_has_raised or not self._ran_through(connection, group):
            self._run_apart(connection, group)

    def _ran_through(self, connection: WritingConnection, group: list[_Waiting]) -> bool:
        """Write as if no work ever raised; False, and nothing is written, where one of several did."""
        connection.run("BEGIN IMMEDIATE")
        try:
            with turnstile.alone():
                for waiting in self._joining(group):
                    try:
                        waiting.run(connection)
                    except Exception:
                        if len(group) == 1 or not connection.in_transaction:
                            raise
                        _roll_back(connection)
                        return False
            connection.run("COMMIT")
        except BaseException:
            _roll_back(connection)
            raise
        return True

    def _run_apart(self, connection: WritingConnection, group: list[_Waiting]) -> None:
        """Write whatever raises, from the group's first work on."""
        connection.run("BEGIN IMMEDIATE")
        try:
            with turnstile.alone():
                for waiting in itertools.chain(tuple(group), self._joining(group)):
                    waiting.run_apart(connection)
            connection.run("COMMIT")
        except BaseException:
            _roll_back(connection)
            raise
        self._one_has_raised = any(waiting.fault is not None for waiting in group)

    def _joining(self, group: list[_Waiting]) -> Iterator[_Waiting]:
        """Take into the group who has arrived, one after the other, as long as there is room."""
        while self._arrived and len(group) < LARGEST:
            group.append(self._arrived.popleft())
            yield group[-1]

    def _hand_over(self) -> None:
        with self._mutex:
            self._is_led = bool(self._arrived)
            if self._arrived:
                self._arrived[0].called.release()


def _roll_back(connection: WritingConnection) -> None:
    if connection.in_transaction:
        connection.run("ROLLBACK")
