"""Long work says on standard error how far it is, how fast, and how long it will take; standard output stays clean."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

import click

_EVERY: Final = 1.0
_SELDOM: Final = 10.0
"""Seconds between two tellings: to a person who watches, and into a log."""

INTERRUPTED: Final = 130
"""Exit code of a program that Ctrl-C ended, as shells have it."""


class Progress:
    """Tells how many of `total` things are done; `total` may not be known."""

    def __init__(  # noqa: PLR0913 - each has a default
        self,
        things: str,
        total: int | None,
        *,
        done: int = 0,
        as_json: bool = False,
        out: TextIO | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`done` were done before: they count as done and not for the speed."""
        self._things = things
        self._total = total
        self._before = self._done = done
        self._as_json = as_json
        self._out = out or sys.stderr
        self._seconds = seconds
        self._began = self._told = seconds()
        self._is_watched = self._out.isatty()

    def reached(self, done: int) -> None:
        """So many are done in all; told if it is time to."""
        self._done = done
        if self._seconds() - self._told >= (_EVERY if self._is_watched or self._as_json else _SELDOM):
            self.tell()

    def tell(self, *, is_last: bool = False) -> None:
        """Say how far it is, where there is anything to do."""
        if self._total == 0:
            return
        now = self._seconds()
        self._told = now
        speed = (self._done - self._before) / max(now - self._began, 1e-6)
        left = (self._total - self._done) / speed if self._total is not None and speed else None
        if self._as_json:
            told: dict[str, object] = {"done": self._done, "of": self._total, "perSecond": round(speed)}
            self._write(json.dumps(told | {"secondsLeft": None if left is None else round(left)}) + "\n")
        elif self._is_watched:
            self._write(f"\r\x1b[K{self._sentence(speed, left)}" + ("\n" if is_last else ""))
        else:
            self._write(self._sentence(speed, left) + "\n")

    def _sentence(self, speed: float, left: float | None) -> str:
        of = "" if self._total is None else f" of {self._total:,} ({self._done / max(self._total, 1):.0%})"
        rest = "" if left is None or self._done == self._total else f", {_span(left)} left"
        return f"{self._done:,}{of} {self._things}, {speed:,.0f} a second{rest}"

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


@contextmanager
def interruptible(progress: Progress, advice: Callable[[], str]) -> Iterator[None]:
    """Ctrl-C ends the work between two transactions, says how far it came and how to go on, and exits with 130."""
    try:
        yield
    except KeyboardInterrupt:
        progress.tell(is_last=True)
        click.echo(f"Interrupted. {advice()}", err=True)
        raise SystemExit(INTERRUPTED) from None
    else:
        progress.tell(is_last=True)


def _span(seconds: float) -> str:
    whole = round(seconds)
    if whole < 120:  # noqa: PLR2004 - seconds are plain up to two minutes
        return f"{whole} s"
    return f"{whole // 60} min" if whole < 7200 else f"{whole // 3600} h {whole % 3600 // 60} min"  # noqa: PLR2004
