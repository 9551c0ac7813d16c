"""What a load consists of, in one JSON text that every Locust process gets, from its starter or from its master."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from simulator.habits import Habits
from simulator.load.shape import Shape
from simulator.visitors.app_calls import AppCalls

DAY: Final = timedelta(days=1)
DAYS_AT_MOST: Final = 10
"""Usual days that a person of a load spends until the reward is due."""
GRACE_SECONDS: Final = 60.0
"""How long those who came last may take, at the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that a Locust process needs to know."""

    shape: Shape
    people: int
    minutes: float
    seed: int
    app_name: str
    calls: AppCalls
    workers: int = 1
    """Processes that play people."""
    can_sign_in: bool = True
    """False where there is no fake Amazon: then nobody goes past the offer."""
    results: str = ""
    """The file for what came out; written by the process that leads."""

    @property
    def hurry(self) -> float:
        """By how much people think faster than the shape has it."""
        return min(1.0, self.minutes / self.shape.minutes)

    @property
    def seconds(self) -> float:
        """From the first arrival to the last."""
        return self.minutes * 60

    def lasts(self, span: timedelta) -> float:
        """How many seconds a span of people's habits takes in this load."""
        return span / DAY * self.shape.day_seconds * self.hurry

    @property
    def gives_up_after(self) -> float:
        """Seconds after which those who have not finished never will."""
        longest = max(self.lasts(_longest(persona.habits)) for persona in self.shape.persona)
        return self.seconds + longest + max(GRACE_SECONDS, 4 * 240 * self.hurry)

    def as_json(self) -> dict[str, Any]:
        """For another process."""
        return {**asdict(self), "shape": self.shape.model_dump(mode="json")}


def _longest(habits: Habits) -> timedelta:
    """What the habits take at most, from coming to leaving."""
    days = (DAYS_AT_MOST - 1) * habits.absence if any(habits.day.deeds()) else timedelta(0)
    return days + habits.delay + habits.hesitation


def from_json(told: dict[str, Any]) -> Plan:
    """As `as_json` gave it."""
    return Plan(**{**told, "shape": Shape.model_validate(told["shape"]), "calls": AppCalls(**told["calls"])})
