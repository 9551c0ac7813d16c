"""A run: scenarios on devices and hosts, one after the other, with progress told."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playwright.sync_api import sync_playwright

from simulator import browsers
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
    ends: Callable[[Film], None]
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


def play(planned: Sequence[Planned], seed: int, told: Told, *, headless: bool = True) -> Played:
    """Play them all. Raises NoBrowser."""
    began = time.monotonic()
    films: list[Film] = []
    with sync_playwright() as playwright:
        found = browsers.find(playwright)
        browser = found.launch(playwright.chromium, headless=headless)
        for number, one in enumerate(planned, 1):
            told.begins(one, number, len(planned), _left(began, len(films), len(planned)))
            is_last = number == len(planned)
            theatre = Theatre(playwright, browser, told.step, told.last_look if is_last else None)
            film = journey.play(one.scenario, theatre, one.device, one.host, seed)
            films.append(film)
            told.ends(film)
        browser.close()
    return Played(films, found.words, time.monotonic() - began)


def _left(began: float, done: int, all_of_them: int) -> float | None:
    return (time.monotonic() - began) / done * (all_of_them - done) if done else None
