"""The time in the fake Amazon: real time, or what a clock file says, so that a tester can move it.

The file holds `+SECONDS` or `-SECONDS` (an offset to real time, decimals allowed) or `=EPOCH_SECONDS` (time stands
still there). It is read at every look at the clock; missing or empty means real time. Several programs may read one
file, and so live in the same time.
"""

import os
import re
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

_SETTING: Final = re.compile(r"([+=-])(\d+(?:\.\d+)?)")


class WrongClockSetting(ValueError):
    """The clock's setting is neither `+SECONDS`, `-SECONDS` nor `=EPOCH_SECONDS`."""


class Clock(ABC):
    """Tells the time and can be moved."""

    @abstractmethod
    def read(self) -> str:
        """The setting, in the file's notation."""

    @abstractmethod
    def write(self, setting: str) -> None:
        """Take over a setting. Raises WrongClockSetting."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC. Raises WrongClockSetting when the file holds something else."""
        return moment(self.read())

    def stand_at(self, when: datetime) -> None:
        """Let time stand still at a moment (aware)."""
        self.write(f"={when.timestamp():.6f}")

    def advance(self, by: timedelta) -> None:
        """Move on by a span: a standing clock stays standing, a running one runs on."""
        setting = self.read().strip()
        seconds = float(setting.lstrip("=") or 0) + by.total_seconds()
        self.write(f"={seconds:.6f}" if setting.startswith("=") else f"{seconds:+.6f}")

    def run_on(self) -> None:
        """Back to real time."""
        self.write("")


class MemoryClock(Clock):
    """A clock of one world's own."""

    def __init__(self, setting: str = "") -> None:
        self._setting = ""
        self.write(setting)

    def read(self) -> str:
        """The setting, in the file's notation."""
        return self._setting

    def write(self, setting: str) -> None:
        """Take over a setting. Raises WrongClockSetting."""
        moment(setting)
        self._setting = setting


class FileClock(Clock):
    """A clock that follows a file, shared with other programs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str:
        """The file's text; empty when there is no file."""
        try:
            return self.path.read_text(encoding="ascii")
        except FileNotFoundError:
            return ""

    def write(self, setting: str) -> None:
        """Replace the file in one step, so that no reader sees half of it. Raises WrongClockSetting."""
        moment(setting)
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        draft.write_text(setting, encoding="ascii")
        draft.replace(self.path)


def moment(setting: str) -> datetime:
    """The moment that a setting means now. Raises WrongClockSetting."""
    real = datetime.now(UTC)
    text = setting.strip()
    if not text:
        return real
    match = _SETTING.fullmatch(text)
    if match is None:
        raise WrongClockSetting(f"{text!r} is not +SECONDS, -SECONDS or =EPOCH_SECONDS")
    sign, seconds = match[1], float(match[2])
    if sign == "=":
        return datetime.fromtimestamp(seconds, UTC)
    return real + timedelta(seconds=seconds if sign == "+" else -seconds)


def clock_from(source: Clock | Path | str | None) -> Clock:
    """A clock from what a caller has: none (real time), the path of a clock file, or a clock."""
    if source is None:
        return MemoryClock()
    if isinstance(source, str | Path):
        return FileClock(Path(source))
    return source
