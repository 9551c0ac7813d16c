"""The people of the scenarios: who they are, what they have, how they go about things."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from simulator.habits import Habits
from simulator.seeded import Seeded


class Pace(StrEnum):
    """How long a person takes for one thing."""

    HASTY = "hasty"
    STEADY = "steady"
    SLOW = "slow"


SECONDS = {Pace.HASTY: (1, 3), Pace.STEADY: (5, 20), Pace.SLOW: (60, 240)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person. `language` goes into the browser (BCP 47), `country` into the address of a new account."""

    name: str
    has_account: bool = True
    prime: bool = False
    country: str = "US"
    language: str = "en-US"
    pace: Pace = Pace.STEADY
    habits: Habits = field(default_factory=Habits)
    account_number: int = 1
    """Which of the person's Amazon accounts is in use."""

    @property
    def full_name(self) -> str:
        """As it stands on an account."""
        return f"{self.name.capitalize()} Example"

    @property
    def email(self) -> str:
        """Of the Amazon account, in a domain that nobody has."""
        return f"{self.name}{self.account_number if self.account_number > 1 else ''}@people.example"

    @property
    def password(self) -> str:
        """Of the Amazon account."""
        return f"{self.name}'s password 1"

    def takes(self, seeded: Seeded) -> timedelta:
        """How long the next thing takes this person."""
        least, most = SECONDS[self.pace]
        return timedelta(seconds=seeded.stream(f"pace/{self.name}").randint(least, most))
