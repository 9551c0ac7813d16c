"""`simulator run`: plays scenarios in a browser without a screen, tells how it goes, and leaves a report."""

import json
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

import click

from simulator import run as runs
from simulator import scenario as scenarios
from simulator.browsers import NoBrowser
from simulator.crew import Manner
from simulator.hosts import profiles
from simulator.hosts.profiles import NoSuchProfile
from simulator.journeys.film import Film, Frame
from simulator.journeys.stage import Stage
from simulator.journeys.verbs import WrongStep
from simulator.report import accessibility, comparing, writing
from simulator.report.comparing import Earlier, NoSuchReport
from simulator.run import Planned, Played, Told
from simulator.scenario import ScenarioWrong

MAIN_JOB: Final = (
    ("existing-account", "pixel", "browser"),
    ("new-account", "iphone", "browser"),
    ("existing-account", "pixel", "webview"),
)
"""What a run without arguments plays."""

ALL: Final = "all"
WRONG: Final = 1
NO_BROWSER: Final = 3


@click.command()
@click.argument("scenario", nargs=-1)
@click.option("--device", "devices", multiple=True, help="A device, or all; may repeat. Default: pixel.")
@click.option("--host", "hosts", multiple=True, help="What opens the link, or all; may repeat. Default: browser.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same run.")
@click.option("--report", type=click.Path(path_type=Path, file_okay=False), help="Folder for the report.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end; progress goes to stderr.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Journeys at a time. Default: one for each core.")
@click.option("--watch", is_flag=True, help="Show the browser (needs a screen).")
@click.option("--axe/--no-axe", default=True, help="Look at every page of the service with axe-core. Default: yes.")
@click.option("--against", type=click.Path(path_type=Path), help="Compare with this report. Default: the newest one.")
@click.option("--stay/--no-stay", default=None, help="Keep the last world open until Ctrl-C. Default: in a terminal.")
def run(
    scenario: tuple[str, ...],
    devices: tuple[str, ...],
    hosts: tuple[str, ...],
    seed: int,
    report: Path | None,
    *,
    jobs: int | None,
    as_json: bool,
    watch: bool,
    axe: bool,
    against: Path | None,
    stay: bool | None,
) -> None:
    """Play scenarios: names, TOML files, folders of them, or `all`. Without any, the main job.

    Ends with 0 when all went as expected, 1 when a journey went wrong, 2 when asked for something that isn't there,
    3 when no browser works here.
    """
    planned = _planned(scenario, devices, hosts)
    tell = Teller(sys.stderr if as_json else sys.stdout)
    main_job = not scenario
    stays = (main_job and sys.stdin.isatty() and sys.stdout.isatty()) if stay is None else stay
    folder = report or Path("reports") / datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    last_look = (lambda stage: _stay_open(stage, tell)) if stays else None
    at_a_time = 1 if stays or watch or main_job else min(jobs or os.cpu_count() or 1, len(planned))
    told = Told(tell.begins, tell.step, tell.ended_one if at_a_time > 1 else tell.could_not_begin, last_look)
    try:
        earlier = comparing.read(against) if against else comparing.newest(folder.parent)
        folder.mkdir(parents=True, exist_ok=True)
        manner = Manner(headless=not watch, looks_for_barriers=axe and bool(accessibility.script()), traces=folder)
        played = runs.play(planned, seed, told, manner, at_a_time)
    except NoSuchReport as missing:
        raise click.UsageError(str(missing)) from None
    except NoBrowser as missing:
        click.echo(str(missing), err=True)
        raise SystemExit(NO_BROWSER) from None
    page = _write(played, folder, earlier, looked=manner.looks_for_barriers)
    if as_json:
        click.echo(json.dumps(_summary(played, page), ensure_ascii=False))
    tell.ended(played, page)
    if main_job and not stays:
        tell.say("A reward URL to open by hand, in a world that stays up:  python3 -m simulator play")
    if not all(film.went_well for film in played.films):
        raise SystemExit(WRONG)


@dataclass(slots=True)
class Teller:
    """Tells the person at the terminal how the run goes."""

    out: TextIO
    _failed: list[Film] = field(default_factory=list)

    def say(self, text: str) -> None:
        """One line."""
        click.echo(text, file=self.out)

    def begins(self, one: Planned, number: int, of: int, left: float | None) -> None:
        """A journey begins."""
        rest = f", about {left:.0f} s left" if left is not None else ""
        self.say(f"\n[{number} of {of}{rest}] {one.scenario.title} ({one.device.words}, {one.host.words})")

    def step(self, _film: Film, frame: Frame) -> None:
        """A step is done."""
        mark = "ok " if frame.went_well else "BAD"
        self.say(f"  {mark} {frame.words}: {frame.saw or 'done'} ({frame.seconds:.1f} s)")
        if not frame.went_well:
            self.say(f"      {frame.trouble}")

    def could_not_begin(self, film: Film, _number: int, _of: int, _left: float | None) -> None:
        """A journey is over, whose steps were told; where there were none, say why."""
        if film.error:
            self.say(f"  BAD {film.error}")

    def ended_one(self, film: Film, number: int, of: int, left: float | None) -> None:
        """One of several journeys at a time is over."""
        mark = "ok " if film.went_well else "BAD"
        rest = f", about {left:.0f} s left" if left else ""
        self.say(f"[{number} of {of}{rest}] {mark} {film.title} ({film.device}, {film.host}; {film.seconds:.1f} s)")
        if not film.went_well:
            self.say(f"      {film.trouble}")

    def ended(self, played: Played, page: Path) -> None:
        """The run is over: what came out, and where to look."""
        well = sum(film.went_well for film in played.films)
        self.say(f"\n{well} of {len(played.films)} journeys went as expected, in {played.seconds:.0f} s.")
        for film in played.films:
            if not film.went_well:
                self.say(f"  {film.scenario} on {film.device}, {film.host}: {film.trouble}\n    again: {film.again}")
        self.say(f"Report: {page}")


def _write(played: Played, folder: Path, earlier: Earlier | None, *, looked: bool) -> Path:
    """The report; gives its absolute path."""
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    run = writing.Run(played.films, at, played.browser, played.seconds, earlier, looked)
    return writing.write(run, folder).resolve()


def _planned(names: Sequence[str], devices: Sequence[str], hosts: Sequence[str]) -> list[Planned]:
    try:
        if not names and not devices and not hosts:
            return _main_job()
        wanted = names or tuple(dict.fromkeys(name for name, _, _ in MAIN_JOB))
        chosen = scenarios.library() if ALL in wanted else scenarios.chosen(wanted)
        on = [profiles.device(d) for d in _expanded(devices or ("pixel",), list(profiles.devices()))]
        by = [profiles.host(h) for h in _expanded(hosts or ("browser",), list(profiles.hosts()))]
        planned = runs.plan(chosen, on, by)
    except (ScenarioWrong, NoSuchProfile, WrongStep) as wrong:
        raise click.UsageError(str(wrong)) from None
    if not planned:
        raise click.UsageError("None of these scenarios is played on these hosts; `simulator list` shows which are.")
    return planned


def _main_job() -> list[Planned]:
    return [
        Planned(scenarios.chosen([name])[0], profiles.device(device), profiles.host(host))
        for name, device, host in MAIN_JOB
    ]


def _expanded(names: Sequence[str], known: Sequence[str]) -> Sequence[str]:
    return known if ALL in names else names


def _stay_open(stage: Stage, tell: Teller) -> None:
    """Hand the world to the person, with a reward that nobody has touched, until Ctrl-C."""
    stage.world.let_time_run()
    reward = stage.world.fresh_reward("you")
    tell.say(f"\nThe last journey's world stays up. Its app:   {stage.world.app.screen('you')}")
    tell.say(f"A reward URL to open, not used yet:           {reward.url}")
    tell.say("Ctrl-C ends it and writes the report.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


def _summary(played: Played, page: Path) -> dict[str, object]:
    return {
        "report": str(page),
        "seconds": round(played.seconds, 1),
        "wentWell": all(film.went_well for film in played.films),
        "journeys": [
            {
                "scenario": film.scenario,
                "device": film.device,
                "host": film.host,
                "seed": film.seed,
                "wentWell": film.went_well,
                "trouble": film.trouble or None,
                "again": film.again,
                "steps": [{"do": f.verb, "who": f.who, "saw": f.saw, "wentWell": f.went_well} for f in film.frames],
            }
            for film in played.films
        ],
    }
