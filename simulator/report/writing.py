"""Writes the report of a run into a folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from simulator.journeys.film import Film
from simulator.pages_of_ours import TEMPLATES
from simulator.report import comparing, pictures
from simulator.report.comparing import Earlier
from simulator.report.junit import junit_xml


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its films in the order they were played, when, and in which browser."""

    films: Sequence[Film]
    at: str
    browser: str
    seconds: float
    earlier: Earlier | None = None
    """The run before it, to compare with."""
    looked_for_barriers: bool = False

    @property
    def differences(self) -> list[str]:
        """What differs from the run before it, in sentences."""
        return comparing.differences(self.films, self.earlier) if self.earlier else []

    @property
    def findings(self) -> list[tuple[str, list[str]]]:
        """What axe-core found, once each, with the journeys that met it."""
        met: dict[str, list[str]] = {}
        for film in self.films:
            for finding in dict.fromkeys(found for frame in film.frames for found in frame.findings):
                met.setdefault(finding, []).append(film.scenario)
        return list(met.items())

    @property
    def step_grids(self) -> list[tuple[str, list[Film]]]:
        """For each scenario that was played on several phones or hosts: its films, to be laid step by step."""
        by_name: dict[str, list[Film]] = {}
        for film in self.films:
            by_name.setdefault(film.title, []).append(film)
        return [(title, films) for title, films in by_name.items() if len(films) > 1]

    def longest(self, films: Sequence[Film]) -> Film:
        """The film that got furthest."""
        return max(films, key=lambda film: len(film.frames))

    @property
    def went_well(self) -> bool:
        """Whether all journeys went as expected."""
        return all(film.went_well for film in self.films)

    @property
    def stages(self) -> list[str]:
        """The device and host pairs, as columns of the grid."""
        return list(dict.fromkeys(f"{film.device} · {film.host}" for film in self.films))

    def on(self, scenario: str, stage: str) -> Film | None:
        """The film of a scenario on a pair of device and host."""
        return next((f for f in self.films if f.scenario == scenario and f"{f.device} · {f.host}" == stage), None)

    @property
    def scenarios(self) -> list[tuple[str, str]]:
        """Names and titles, as rows of the grid."""
        return list(dict.fromkeys((film.scenario, film.title) for film in self.films))


def write(run: Run, folder: Path) -> Path:
    """Write report.html, report.json, junit.xml and the event logs; gives the path of report.html."""
    folder.mkdir(parents=True, exist_ok=True)
    for film in run.films:
        name = f"{film.scenario}-{film.device}-{film.host}.events.jsonl"
        (folder / name).write_text(film.event_log, encoding="utf-8")
    (folder / comparing.NAME).write_text(comparing.kept(run.films, run.at), encoding="utf-8")
    (folder / "junit.xml").write_text(junit_xml(run.films), encoding="utf-8")
    page = folder / "report.html"
    page.write_text(_html(run), encoding="utf-8")
    return page


def _html(run: Run) -> str:
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = pictures.shown(run.films)
    return pages.get_template("report/report.html").render(
        run=run,
        anchor=anchor,
        address=pictures.address,
        is_shown=lambda frame: id(frame) in shown,
        is_crowded=any(id(frame) not in shown for film in run.films for frame in pictures.different(film)),
    )


def anchor(film: Film) -> str:
    """The place of a film in the report."""
    return f"{film.scenario}-{film.device}-{film.host}"
