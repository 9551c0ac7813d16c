"""A shape of load as data: who comes, how many by when, and what each does. One TOML file each."""

import random
import tomllib
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from simulator.people import Person
from simulator.personas import PersonaForm

FOLDER: Final = Path(__file__).resolve().parent / "shapes"
Share = Annotated[float, Field(ge=0, le=1)]


class NoSuchShape(LookupError):
    """There is no shape of that name, or its file is wrong; the text says which and what would be right."""


class Stops(StrEnum):
    """Where a person leaves it at."""

    ROBOTS = "robots"
    """No person comes: only robots open the link."""
    OFFER = "offer"
    CONFIRM = "confirm"
    NEVER = "never"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Persona(PersonaForm):
    """One kind of people: what the `people` of scenarios have, and what is of a load alone."""

    name: str
    share: Annotated[float, Field(gt=0)] = 1
    stops: Stops = Stops.NEVER
    robots: Annotated[int, Field(ge=0)] = 0
    """So many robots open the link before the person does."""

    def numbered(self, number: int) -> Person:
        """The one of that number."""
        return self.person(f"p{number}")


class Arrival(_Part):
    """By this share of the time, this share of the people has come."""

    time: Share
    people: Share


class Before(_Part):
    """What each person without a usual day of their own does in the app before the reward is asked for."""

    event: str
    times: Annotated[int, Field(ge=1)] = 1


class Shape(_Part):
    """A shape; `people` and `minutes` are what it is by itself, and options change."""

    title: str
    minutes: Annotated[float, Field(gt=0)]
    people: Annotated[int, Field(ge=1)]
    campaign: str = "demo"
    moment: str
    arrival: Annotated[list[Arrival], Field(min_length=2)]
    persona: Annotated[list[Persona], Field(min_length=1)]
    before: list[Before] = []
    day_minutes: Annotated[float, Field(gt=0)] | None = None
    """How long a day of people's habits lasts here; by itself, as long as the load."""

    @model_validator(mode="after")
    def _rises_to_everybody(self) -> "Shape":
        first, last = self.arrival[0], self.arrival[-1]
        if (first.time, last.time, last.people) != (0, 1, 1):
            raise ValueError("arrival begins at time 0 and ends at time 1 with all the people")
        if any(a.time >= b.time or a.people > b.people for a, b in pairwise(self.arrival)):
            raise ValueError("arrival goes forward in time, and nobody who came goes away")
        return self

    @property
    def day_seconds(self) -> float:
        """How long a day of people's habits lasts."""
        return 60 * (self.day_minutes or self.minutes)

    def come_by(self, share: float) -> float:
        """The share of the people that has come by a share of the time."""
        for before, after in pairwise(self.arrival):
            if share <= after.time:
                part = (share - before.time) / (after.time - before.time)
                return before.people + part * (after.people - before.people)
        return 1.0

    def persona_of(self, number: int, seed: int) -> Persona:
        """Which kind the person of that number is; the same for the same seed."""
        chance = random.Random(f"{seed}/persona/{number}")  # noqa: S311 - repeatable on purpose
        return chance.choices(self.persona, [persona.share for persona in self.persona])[0]


def named(name: str) -> Shape:
    """A shape of the project by its name, or one from a file. Raises NoSuchShape."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        raise NoSuchShape(f"There is no shape {name!r}; there is: {', '.join(there())}, or a TOML file of your own.")
    try:
        return Shape.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise NoSuchShape(f"{path.name}: {wrong}") from None
    except ValidationError as mistakes:
        first = mistakes.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise NoSuchShape(f"{path.name}: {where}: {first['msg']}") from None


def there() -> list[str]:
    """The names of the project's shapes."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))
