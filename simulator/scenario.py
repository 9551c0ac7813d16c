"""Scenario files: who does what in which world, and what is expected; read and checked before anything starts."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.personas import PersonaForm
from simulator.spans import span

FOLDER: Final = Path(__file__).resolve().parent / "scenarios"
_RULE: Final = re.compile(r"[A-Z]\d+")


class ScenarioWrong(Exception):
    """A scenario file can't be played; the text names the file and every mistake."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonForm(PersonaForm):
    """`[people.NAME]`: habits and belongings of one person; the first one acts where a step names none."""

    blocked: bool = Field(default=False, description="whether Amazon refuses credit on the account")


class CampaignForm(_Form):
    """`[campaign]`: a campaign file of the project, with what is different in this scenario."""

    file: str = Field(default="demo", description="name of the campaign file")
    change: Mapping[str, Any] = Field(default={}, description="changed values by path, `campaign.0.budget` = 50")
    live: bool = Field(default=True, description="whether it is submitted and approved after loading")


class StepForm(_Form):
    """`[[step]]`: one act of one person, or of the operator, and what is expected after it."""

    do: str = Field(description="a verb, such as `opens_link`; `simulator list --verbs` shows them")
    who: str = Field(default="", description="the person; the first one where it is left out")
    note: str = Field(default="", description="a sentence for the report")
    after: str = Field(default="", description="time that passes first: `31 days`")
    given: Mapping[str, Any] = Field(default={}, alias="with", description="what the verb needs to know")
    expect: Mapping[str, Any] = Field(default={}, description="what is seen afterwards")
    expect_in: Mapping[str, Mapping[str, Any]] = Field(
        default={}, description="what is seen otherwise in some hosts, by the host's name"
    )

    def expected_in(self, host: str) -> Mapping[str, Any]:
        """What is seen afterwards where the host of that name opens links."""
        return {**self.expect, **self.expect_in.get(host, {})}


class ScenarioForm(_Form):
    """A whole scenario file."""

    title: str = Field(description="what a product owner calls it")
    shows: Sequence[str] = Field(default=(), description="ids of the rules that it shows")
    hosts: Sequence[str] = Field(default=(), description="the only hosts that it makes sense on; empty for all")
    delivery: Literal["load-balance", "claim-code"] = Field(default="load-balance")
    people: Mapping[str, PersonForm] = Field(default={"ada": PersonForm()})
    campaign: CampaignForm = Field(default=CampaignForm())
    settings: Mapping[str, str] = Field(default={}, description="REDEEM_ settings of the service")
    amazon: Mapping[str, Any] = Field(default={}, description="settings of the fake Amazon")
    step: Annotated[Sequence[StepForm], Field(min_length=1, description="what happens, in order")]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario that can be played."""

    name: str
    path: Path
    form: ScenarioForm
    spans: tuple[timedelta, ...] = field(default=())
    """For each step, the time that passes before it."""

    @property
    def title(self) -> str:
        """What a product owner calls it."""
        return self.form.title

    @property
    def known_as(self) -> str:
        """What a command calls it: its name in the library, the path of a file elsewhere."""
        return self.name if self.path.parent == FOLDER else str(self.path)

    @property
    def first_person(self) -> str:
        """Who acts where a step names nobody."""
        return next(iter(self.form.people))

    def who(self, step: StepForm) -> str:
        """Who acts in a step."""
        return step.who or self.first_person


def read(path: Path) -> Scenario:
    """A scenario file. Raises ScenarioWrong with every mistake that can be told without playing it."""
    try:
        form = ScenarioForm.model_validate(tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))
    except OSError as missing:
        raise ScenarioWrong(f"{path}: {missing.strerror}") from missing
    except tomllib.TOMLDecodeError as broken:
        raise ScenarioWrong(f"{path}: {broken}") from broken
    except ValidationError as wrong:
        raise ScenarioWrong(_mistakes(path, wrong)) from None
    strangers = {step.who for step in form.step if step.who} - form.people.keys()
    if strangers:
        raise ScenarioWrong(f"{path}: there is no [people.{min(strangers)}]")
    unknown = [rule for rule in form.shows if not _RULE.fullmatch(rule)]
    if unknown:
        raise ScenarioWrong(f'{path}: shows: {unknown[0]!r} is not the id of a rule, such as "C3"')
    try:
        spans = tuple(span(step.after) for step in form.step)
    except ValueError as wrong:
        raise ScenarioWrong(f"{path}: {wrong}") from None
    return Scenario(path.stem, path, form, spans)


def library(folder: Path = FOLDER) -> list[Scenario]:
    """All scenarios of a folder, by name. Raises ScenarioWrong."""
    return [read(path) for path in sorted(folder.glob("*.toml"))]


def chosen(names: Sequence[str], folder: Path = FOLDER) -> list[Scenario]:
    """Scenarios by name, or by the path of a file or folder. Raises ScenarioWrong."""
    found: list[Scenario] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            found += library(path)
        elif path.suffix == ".toml":
            found.append(read(path))
        elif (folder / f"{name}.toml").is_file():
            found.append(read(folder / f"{name}.toml"))
        else:
            there = ", ".join(file.stem for file in sorted(folder.glob("*.toml")))
            raise ScenarioWrong(f"There is no scenario named {name!r}; there is: {there}.")
    return found


def _mistakes(path: Path, wrong: ValidationError) -> str:
    told = []
    for error in wrong.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in error["loc"])
        told.append(f"{path}: {where}: {error['msg']}")
    return "\n".join(told)
