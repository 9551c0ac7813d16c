"""What a load consists of, in one JSON text that every Locust process gets, from its starter or from its master."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from simulator.load.shape import Shape
from simulator.visitors.app_calls import AppCalls

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

    @property
    def gives_up_after(self) -> float:
        """Seconds after which those who have not finished never will."""
        return self.seconds + max(GRACE_SECONDS, 4 * 240 * self.hurry)

    def as_json(self) -> dict[str, Any]:
        """For another process."""
        return {**asdict(self), "shape": self.shape.model_dump(mode="json")}


def from_json(told: dict[str, Any]) -> Plan:
    """As `as_json` gave it."""
    return Plan(**{**told, "shape": Shape.model_validate(told["shape"]), "calls": AppCalls(**told["calls"])})
