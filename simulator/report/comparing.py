"""What differs from an earlier run: its outcomes are kept beside its report, in `report.json`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from simulator.journeys.film import Film

NAME: Final = "report.json"
SLOWER: Final = 2.0
"""How many times as long a journey has to take to be told as slower."""
SLOWER_BY_SECONDS: Final = 3.0


class NoSuchReport(Exception):
    """There is no earlier run to compare with; the text says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is kept of one journey: how it went, how long it took, what each step saw, what stood in people's way."""

    went_well: bool
    seconds: float
    saw: Sequence[str]
    findings: Sequence[str]

    def as_json(self) -> dict[str, object]:
        """For `report.json`."""
        return {
            "wentWell": self.went_well,
            "seconds": round(self.seconds, 2),
            "saw": list(self.saw),
            "findings": list(self.findings),
        }


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier run: when, and each journey's outcome by its name, device and host."""

    at: str
    journeys: Mapping[str, Outcome]


def key(film: Film) -> str:
    """A journey's name in a run."""
    return f"{film.scenario} on {film.device}, {film.host}"


def outcome_of(film: Film) -> Outcome:
    """What is kept of a film."""
    saw = [f"{frame.words}: {frame.saw or 'done'}" for frame in film.frames]
    findings = dict.fromkeys(found for frame in film.frames for found in frame.findings)
    return Outcome(film.went_well, film.seconds, saw, list(findings))


def kept(films: Sequence[Film], at: str) -> str:
    """What is written beside the report, as JSON."""
    journeys = {key(film): outcome_of(film).as_json() for film in films}
    return json.dumps({"at": at, "journeys": journeys}, ensure_ascii=False, indent=1)


def read(path: Path) -> Earlier:
    """An earlier run, by its folder or file. Raises NoSuchReport."""
    file = path / NAME if path.is_dir() else path
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        return Earlier(str(document["at"]), {name: _outcome(told) for name, told in document["journeys"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise NoSuchReport(f"{file} is no report.json of an earlier run ({problem}).") from problem


def newest(folder: Path) -> Earlier | None:
    """The newest run beside each other in a folder; None where there is none that can be read."""
    for file in sorted(folder.glob(f"*/{NAME}"), key=lambda found: found.stat().st_mtime, reverse=True):
        try:
            return read(file)
        except NoSuchReport:
            continue
    return None


def differences(films: Sequence[Film], earlier: Earlier) -> list[str]:
    """A sentence for each journey that went otherwise than in the earlier run; worse ones first."""
    now = {key(film): outcome_of(film) for film in films}
    worse, other = [], []
    for name, outcome in now.items():
        before = earlier.journeys.get(name)
        if before is None:
            other.append(f"{name}: new")
        elif before.went_well and not outcome.went_well:
            worse.append(f"{name}: went as expected before, and went wrong now")
        elif outcome.went_well and not before.went_well:
            other.append(f"{name}: went wrong before, and goes as expected now")
        else:
            other += [f"{name}: {difference}" for difference in _in_detail(before, outcome)]
    gone = [f"{name}: not played this time" for name in earlier.journeys if name not in now]
    return worse + other + gone


def _in_detail(before: Outcome, now: Outcome) -> Iterator[str]:
    """What differs between two journeys with the same end: the first step that does, barriers, time."""
    for number, (then, this) in enumerate(zip_longest(before.saw, now.saw, fillvalue="nothing"), 1):
        if then != this:
            yield f"step {number} is now {this!r}, and was {then!r}"
            break
    for finding in now.findings:
        if finding not in before.findings:
            yield f"in people's way now: {finding}"
    for finding in before.findings:
        if finding not in now.findings:
            yield f"no longer in people's way: {finding}"
    if now.seconds > before.seconds * SLOWER and now.seconds > before.seconds + SLOWER_BY_SECONDS:
        yield f"took {now.seconds:.1f} s instead of {before.seconds:.1f} s"


def _outcome(told: Mapping[str, Any]) -> Outcome:
    return Outcome(bool(told["wentWell"]), float(told["seconds"]), list(told["saw"]), list(told["findings"]))
