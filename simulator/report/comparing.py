"""What differs from an earlier run: its outcomes are kept beside its report, in `report.json`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.journeys.film import Film

NAME: Final = "report.json"
SLOWER: Final = 2.0
"""How many times as long a journey has to take to be told as slower."""
SLOWER_BY_SECONDS: Final = 3.0


class NoSuchReport(Exception):
    """There is no earlier run to compare with; the text says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier run: when, and each journey's outcome and seconds by its name, device and host."""

    at: str
    journeys: Mapping[str, tuple[bool, float]]


def key(film: Film) -> str:
    """A journey's name in a run."""
    return f"{film.scenario} on {film.device}, {film.host}"


def kept(films: Sequence[Film], at: str) -> str:
    """What is written beside the report, as JSON."""
    journeys = {key(film): [film.went_well, round(film.seconds, 2)] for film in films}
    return json.dumps({"at": at, "journeys": journeys}, ensure_ascii=False, indent=1)


def read(path: Path) -> Earlier:
    """An earlier run, by its folder or file. Raises NoSuchReport."""
    file = path / NAME if path.is_dir() else path
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        journeys = {name: (bool(well), float(seconds)) for name, (well, seconds) in document["journeys"].items()}
        return Earlier(str(document["at"]), journeys)
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
    now = {key(film): film for film in films}
    worse, other = [], []
    for name, film in now.items():
        before = earlier.journeys.get(name)
        if before is None:
            other.append(f"{name}: new")
        elif before[0] and not film.went_well:
            worse.append(f"{name}: went as expected before, and went wrong now")
        elif film.went_well and not before[0]:
            other.append(f"{name}: went wrong before, and goes as expected now")
        elif film.seconds > before[1] * SLOWER and film.seconds > before[1] + SLOWER_BY_SECONDS:
            other.append(f"{name}: took {film.seconds:.1f} s instead of {before[1]:.1f} s")
    gone = [f"{name}: not played this time" for name in earlier.journeys if name not in now]
    return worse + other + gone
