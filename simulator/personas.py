"""Personas in files: what scenarios say of their people, and shapes of load of theirs, in the same words."""

from pydantic import BaseModel, ConfigDict, Field

from simulator.habits import Habits
from simulator.people import Pace, Person


class PersonaForm(BaseModel):
    """Belongings and habits of one person, or of one kind of people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: bool = Field(default=True, description="whether the person has an Amazon account")
    prime: bool = Field(default=False, description="whether that account is a Prime member's")
    country: str = Field(default="US", description="where the person lives (ISO 3166-1)")
    language: str = Field(default="en-US", description="the phone's language (BCP 47)")
    pace: Pace = Field(default=Pace.STEADY, description="hasty, steady or slow")
    habits: Habits = Field(default=Habits(), description="what the person does without being told")

    def person(self, name: str) -> Person:
        """The person of that name."""
        return Person(
            name=name,
            has_account=self.account,
            prime=self.prime,
            country=self.country,
            language=self.language,
            pace=self.pace,
            habits=self.habits,
        )
