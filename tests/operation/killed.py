"""Runs `redeem` commands, each in a process of its own that is killed at one commit.

Every line that is read is an order; the line that is written back says how the process ended. Nothing here is imported
by a test process. A kill falls right before a commit, with all of its statements done; right after it, before whoever
asked for it hears; or after a read.
"""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from redeem_app import operating
from redeem_app.adapters import banner_images, postgres_database  # noqa: F401 - loaded once, for all that are forked
from redeem_app.adapters.database import Connection, Database, connect
from redeem_app.cli import main
from redeem_app.commands import books, campaigns, rewards  # noqa: F401 - likewise

T = TypeVar("T")


@dataclass
class Killed:
    """A database whose process is killed at the commit or read of that number, from 0 on."""

    inner: Database
    when: str
    number: int

    def __post_init__(self) -> None:
        self.dialect, self.faults = self.inner.dialect, self.inner.faults

    def read(self, work: Callable[[Connection], T]) -> T:
        result = self.inner.read(work)
        self._meets("read")
        return result

    def write(self, work: Callable[[Connection], T]) -> T:
        return self._writing(self.inner.write, work)

    def write_alone(self, work: Callable[[Connection], T]) -> T:
        return self._writing(self.inner.write_alone, work)

    def close(self) -> None:
        self.inner.close()

    def _writing(self, write: Callable[[Callable[[Connection], T]], T], work: Callable[[Connection], T]) -> T:
        def then_killed(connection: Connection) -> T:
            done = work(connection)
            self._meets("before")
            return done

        result = write(then_killed)
        self._meets("after")
        return result

    def _meets(self, moment: str) -> None:
        if moment == self.when:
            if self.number == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self.number -= 1


def run(words: list[str], when: str, number: int) -> NoReturn:
    """Run the command in this process, which does not outlive it."""
    code = 1
    with contextlib.suppress(BaseException):
        setattr(operating, "connect", lambda url: Killed(connect(url), when, number))  # noqa: B010 - of another form
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        with contextlib.redirect_stderr(sys.stdout):
            code = main.main(words, standalone_mode=False) or 0
    os._exit(code)


def obey() -> None:
    """Do what is ordered, until there are no more orders."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            os.environ.update(order["environment"])
            run(order["words"], order["when"], order["number"])
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    obey()
