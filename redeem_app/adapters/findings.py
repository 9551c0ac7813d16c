"""What a check finds: how much it matters, about what, and a sentence with what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; the sentence tells an operator what is so, and what to do where it is wrong."""

    level: Level
    about: str
    sentence: str
