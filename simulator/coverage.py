"""Which scenarios show each rule, reach each state and refusal, and play each fault, and what none of them does."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.faults import FAULTS
from simulator.scenario import Scenario, StepForm

FILE: Final = Path(__file__).with_name("coverage.toml")
REASONS: Final = ("reason", "notice")


@dataclass(frozen=True, slots=True)
class Covered:
    """One thing that a person can meet, and the scenarios in which somebody does."""

    kind: str
    name: str
    words: str
    by: tuple[str, ...]


def table(library: Sequence[Scenario], file: Path = FILE) -> list[Covered]:
    """Every rule, state and refusal in the file's order, and every fault by name."""
    known = tomllib.loads(file.read_text(encoding="utf-8"))
    known["faults"] = {name: fault.words for name, fault in FAULTS.items()}
    met = {
        "rules": {scenario.name: set(scenario.form.shows) for scenario in library},
        "states": {scenario.name: _expected(scenario, ("page",)) for scenario in library},
        "refusals": {scenario.name: _expected(scenario, REASONS) for scenario in library},
        "app_refusals": {scenario.name: _expected(scenario, ("refused",)) for scenario in library},
        "faults": {scenario.name: _broken(scenario) for scenario in library},
    }
    return [
        Covered(kind, name, words, tuple(by for by, things in met[kind].items() if name in things))
        for kind in met
        for name, words in known[kind].items()
    ]


def excused(file: Path = FILE) -> Mapping[str, str]:
    """Rules that people can't meet, and why."""
    return dict(tomllib.loads(file.read_text(encoding="utf-8"))["not_met_by_people"])


def _expected(scenario: Scenario, names: Sequence[str]) -> set[str]:
    return {str(step.expect[name]) for step in _steps(scenario) for name in names if name in step.expect}


def _broken(scenario: Scenario) -> set[str]:
    return {str(step.given.get("what")) for step in _steps(scenario) if step.do == "breaks"}


def _steps(scenario: Scenario) -> Sequence[StepForm]:
    return scenario.form.step
