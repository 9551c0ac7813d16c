"""Plays one scenario: a world for itself, step after step, each looked at and kept."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Error, Playwright

from simulator import campaign_file
from simulator.apps.rewards_api import ApiRefused, NoAnswer
from simulator.apps.running import kind_of
from simulator.faults import NoSuchFault
from simulator.habits import Habits
from simulator.hosts.engines.engine import EngineFailed
from simulator.hosts.profiles import Device, Host, hosts
from simulator.journeys import (
    around,
    astray,
    at_amazon,
    by_habit,
    in_the_app,
    invariants,
    on_the_reward_page,
    out_of_the_app,
)
from simulator.journeys.film import Check, Film, Frame
from simulator.journeys.ledger import ledger_of
from simulator.journeys.seeing import SEEN
from simulator.journeys.stage import Stage
from simulator.journeys.verbs import VERBS, WrongStep, named
from simulator.navigators import Lost, sight
from simulator.people import Person
from simulator.report import accessibility, pictures
from simulator.scenario import Scenario, StepForm
from simulator.service import PROGRAM, ServiceFailed
from simulator.world import World, WorldPlan

EXPECTED_WITHIN_SECONDS: Final = 10.0
LOOK_MILLISECONDS: Final = 80
WENT_WRONG: Final = (Lost, Error, ServiceFailed, ApiRefused, NoAnswer, LookupError, NoSuchFault, EngineFailed)
WITH_VERBS: Final = (around, astray, at_amazon, by_habit, in_the_app, on_the_reward_page, out_of_the_app)


@dataclass(frozen=True, slots=True)
class Theatre:
    """What every journey of a run shares: the browser, and who is told of each step."""

    playwright: Playwright
    browser: Browser
    on_step: Callable[[Film, Frame], None] = lambda _film, _frame: None
    last_look: Callable[[Stage], None] | None = None
    """Called before a journey's world ends."""
    program: Sequence[str] = PROGRAM
    """What is started as the service."""
    looks_for_barriers: bool = False
    """Whether each page of the service is looked at with axe-core."""
    traces: Path | None = None
    """Where traces of journeys that went wrong are kept; None for nowhere."""


def check(scenario: Scenario) -> None:
    """Raise WrongStep for a verb, argument or expectation that doesn't exist."""
    for step in scenario.form.step:
        named(step.do).check(step.given)
        for name in step.expect_in:
            if name not in hosts():
                raise WrongStep(f"{scenario.path}: there is no host {name!r}; there is: {', '.join(hosts())}.")
        for name in (*step.expect, *(each for instead in step.expect_in.values() for each in instead)):
            if name not in SEEN:
                raise WrongStep(f"{scenario.path}: nothing is known of {name!r}; there is: {', '.join(SEEN)}.")
    _check_habits(scenario)


def _check_habits(scenario: Scenario) -> None:
    """Raise WrongStep for habits that the scenario's app has nothing for."""
    habits = {name: form.habits for name, form in scenario.form.people.items()}
    if all(one == Habits() for one in habits.values()):
        return
    try:
        kind = kind_of(campaign_file.named(scenario.form.campaign.file))
    except campaign_file.NoSuchCampaign as missing:
        raise WrongStep(f"{scenario.path}: {missing}") from None
    for name, one in habits.items():
        strange = one.strange_to(kind.events)
        if strange:
            raise WrongStep(f"{scenario.path}: people.{name}.habits.day: a {kind.name} has no {strange}.")


def play(scenario: Scenario, theatre: Theatre, device: Device, host: Host, seed: int) -> Film:
    """Play it in a world of its own. What goes wrong is in the film; nothing is raised for it."""
    film = Film(scenario.name, scenario.title, device.name, host.name, seed, known_as=scenario.known_as)
    began = time.monotonic()
    try:
        with World(_plan(scenario, seed, theatre.program)) as world:
            stage = Stage(world, theatre.playwright, theatre.browser, device, host, _people(scenario))
            stage.is_traced = theatre.traces is not None
            try:
                _settle_people(stage, scenario)
                _play_steps(scenario, stage, film, theatre)
                film.ledger = ledger_of(stage)
                film.broken = invariants.broken(stage)
                if theatre.last_look is not None:
                    theatre.last_look(stage)
            finally:
                film.asked = [(seen.operation, str(seen.status or "no answer")) for seen in world.amazon.requests_seen]
                film.told = stage.heard()
                film.event_log = world.log.as_text()
                film.traces = stage.close(
                    None if film.went_well else theatre.traces, f"{scenario.name}-{device.name}-{host.name}"
                )
    except (ServiceFailed, campaign_file.NoSuchCampaign, campaign_file.WrongVariation) as failure:
        film.error = str(failure)
    film.seconds = time.monotonic() - began
    return film


def _plan(scenario: Scenario, seed: int, program: Sequence[str]) -> WorldPlan:
    form = scenario.form
    campaign = campaign_file.named(form.campaign.file).varied(form.campaign.change)
    return WorldPlan(
        seed=seed,
        campaigns=(campaign,),
        live=form.campaign.live,
        delivery=form.delivery,
        amazon=dict(form.amazon),
        service_variables=form.settings,
        program=program,
    )


def _people(scenario: Scenario) -> dict[str, Person]:
    return {name: form.person(name) for name, form in scenario.form.people.items()}


def _settle_people(stage: Stage, scenario: Scenario) -> None:
    for name, person in stage.people.items():
        if person.has_account:
            stage.world.amazon.add_account(
                person.email,
                person.password,
                person.full_name,
                prime=person.prime,
                country=person.country,
                blocked=scenario.form.people[name].blocked,
            )


def _play_steps(scenario: Scenario, stage: Stage, film: Film, theatre: Theatre) -> None:
    for step, waits in zip(scenario.form.step, scenario.spans, strict=True):
        who = scenario.who(step)
        stage.pass_time(waits + stage.people[who].takes(stage.world.seeded))
        verb = VERBS[step.do]
        at = stage.world.clock.now().isoformat()
        frame = Frame(step.do, verb.by or who, step.note or verb.words, at, told=verb.as_told(step.given))
        film.frames.append(frame)
        _play_step(step, who, stage, frame)
        if theatre.looks_for_barriers:
            _look_for_barriers(stage, who, frame)
        stage.world.log.note(frame.who, step.do, saw=frame.saw, well=frame.went_well)
        theatre.on_step(film, frame)
        if not frame.went_well:
            return


def _play_step(step: StepForm, who: str, stage: Stage, frame: Frame) -> None:
    began = time.monotonic()
    try:
        named(step.do).act(stage, who, **step.given)
        frame.checks = _checked(step, who, stage)
    except WENT_WRONG as failure:
        frame.error = _words(failure)
    frame.seconds = time.monotonic() - began
    _take_picture(stage, who, frame)


def _look_for_barriers(stage: Stage, who: str, frame: Frame) -> None:
    page = stage.phone(who).page
    if page is None or not frame.saw.startswith("reward "):
        return
    try:
        frame.findings = accessibility.findings(page)
    except (Error, EngineFailed) as failure:
        frame.findings = [f"could not be looked at: {_words(failure)}"]


def _checked(step: StepForm, who: str, stage: Stage) -> list[Check]:
    """What was seen of each expectation, once all hold or none more can be hoped for."""
    expected = step.expected_in(stage.host.name)
    deadline = time.monotonic() + EXPECTED_WITHIN_SECONDS
    while True:
        checks = [Check(name, wanted, SEEN[name](stage, who)) for name, wanted in expected.items()]
        if all(check.holds for check in checks) or time.monotonic() > deadline:
            return checks
        page = stage.phone(who).page
        if page is not None:
            page.wait_for_timeout(LOOK_MILLISECONDS)


def _take_picture(stage: Stage, who: str, frame: Frame) -> None:
    page = stage.phone(who).page
    if page is None:
        return
    try:
        frame.saw = str(sight(page))
        frame.picture = pictures.kept(page.screenshot(type="jpeg", quality=85, scale="css", animations="disabled"))
    except (Error, EngineFailed) as failure:
        frame.error = frame.error or _words(failure)


def _words(failure: Exception) -> str:
    """The first line says it; the rest of Playwright's messages is a call log."""
    return (str(failure) or type(failure).__name__).partition("\n")[0]
