"""A run: scenarios on devices and hosts, one after the other or side by side, with progress told."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from playwright.sync_api import sync_playwright

from simulator import browsers, crew
from simulator.crew import Manner
from simulator.hosts.profiles import Device, Host
from simulator.journeys import journey
from simulator.journeys.film import Film, Frame
from simulator.journeys.journey import Theatre
from simulator.journeys.stage import Stage
from simulator.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Planned:
    """One journey to be played."""

    scenario: Scenario
    device: Device
    host: Host


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told how a run goes on."""

    begins: Callable[[Planned, int, int, float | None], None]
    """A journey begins: it, its number, of how many, and the seconds that are left (None: not known yet)."""
    step: Callable[[Film, Frame], None]
    """A step is done; not told of journeys that are played side by side."""
    ends: Callable[[Film, int, int, float | None], None]
    """A journey is over: it, how many are, of how many, and the seconds that are left where several are under way."""
    last_look: Callable[[Stage], None] | None = None
    """Called in the last journey's world before it ends."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a run gives."""

    films: Sequence[Film]
    browser: str
    seconds: float


def plan(scenarios: Sequence[Scenario], devices: Sequence[Device], hosts: Sequence[Host]) -> list[Planned]:
    """Every scenario on every device and host that it makes sense on. Raises WrongStep."""
    for scenario in scenarios:
        journey.check(scenario)
    return [
        Planned(scenario, device, host)
        for scenario in scenarios
        for device in devices
        for host in hosts
        if not scenario.form.hosts or host.name in scenario.form.hosts
    ]


def play(planned: Sequence[Planned], seed: int, told: Told, manner: Manner, jobs: int = 1) -> Played:
    """Play them all, in this process or `jobs` at a time. Raises NoBrowser."""
    began = time.monotonic()
    with sync_playwright() as playwright:
        found = browsers.find(playwright, to_watch=not manner.headless)
        if jobs == 1:
            browser = found.launch(playwright.chromium, headless=manner.headless)
            theatre = Theatre(playwright, browser, looks_for_barriers=manner.looks_for_barriers, traces=manner.traces)
            films = _one_by_one(planned, seed, told, theatre)
    if jobs > 1:
        films = _side_by_side(planned, seed, told, manner, jobs)
    return Played(films, found.words, time.monotonic() - began)


def _one_by_one(planned: Sequence[Planned], seed: int, told: Told, theatre: Theatre) -> list[Film]:
    began = time.monotonic()
    films: list[Film] = []
    for number, one in enumerate(planned, 1):
        told.begins(one, number, len(planned), _left(began, len(films), len(planned)))
        last_look = told.last_look if number == len(planned) else None
        theatre = replace(theatre, on_step=told.step, last_look=last_look)
        film = journey.play(one.scenario, theatre, one.device, one.host, seed)
        films.append(film)
        told.ends(film, number, len(planned), None)
    theatre.browser.close()
    return films


def _side_by_side(planned: Sequence[Planned], seed: int, told: Told, manner: Manner, jobs: int) -> list[Film]:
    began = time.monotonic()
    films: dict[tuple[str, str, str], Film] = {}

    def ended(film: Film) -> None:
        films[film.scenario, film.device, film.host] = film
        told.ends(film, len(films), len(planned), _left(began, len(films), len(planned)))

    crew.play([(one.scenario, one.device, one.host) for one in planned], seed, jobs, manner, ended)
    return [films[one.scenario.name, one.device.name, one.host.name] for one in planned]


def _left(began: float, done: int, all_of_them: int) -> float | None:
    return (time.monotonic() - began) / done * (all_of_them - done) if done else None
