"""Writes the report of a run into a folder."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from simulator.journeys.film import Film, Frame
from simulator.pages_of_ours import TEMPLATES
from simulator.report.junit import junit_xml


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its films in the order they were played, when, and in which browser."""

    films: Sequence[Film]
    at: str
    browser: str
    seconds: float

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
    """Write report.html, junit.xml and the event logs; gives the path of report.html."""
    folder.mkdir(parents=True, exist_ok=True)
    for film in run.films:
        name = f"{film.scenario}-{film.device}-{film.host}.events.jsonl"
        (folder / name).write_text(film.event_log, encoding="utf-8")
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
    return pages.get_template("report/report.html").render(run=run, picture=_picture, anchor=anchor)


def anchor(film: Film) -> str:
    """The place of a film in the report."""
    return f"{film.scenario}-{film.device}-{film.host}"


def _picture(frame: Frame) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(frame.picture).decode("ascii")
