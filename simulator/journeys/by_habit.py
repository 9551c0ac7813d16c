"""What people do by their habits: usual days in the app, and how they go about a reward link."""

from collections.abc import Callable
from typing import Final

from simulator import robots
from simulator.habits import DAYS_AT_MOST, Opens
from simulator.hosts.profiles import Place
from simulator.journeys.in_the_app import does, opens_app
from simulator.journeys.stage import Stage
from simulator.journeys.verbs import verb
from simulator.navigators import Lost, press, sight, the

MAIL_SCANNER: Final = robots.ROBOTS["outlook-safelinks"]


@verb
def plays_as_usual(stage: Stage, who: str, days: int = 0) -> None:
    """Spend so many usual days in the app, away in between; without a number, until the app shows a new reward."""
    habits = stage.people[who].habits
    deeds = list(habits.day.deeds())
    if not deeds:
        raise Lost(f"{who} has no usual day; [people.{who}.habits] says what they do on one.")
    before = len(stage.world.app.server.customer(who).rewards)
    for day in range(days or DAYS_AT_MOST):
        if day:
            stage.pass_time(habits.absence)
        for deed in deeds:
            does(stage, who, deed.act, 1, deed.thing)
        if not days and len(stage.world.app.server.customer(who).rewards) > before:
            return
    if not days:
        raise Lost(f"{who} spent {DAYS_AT_MOST} usual days, and the app shows no new reward.")


@verb
def redeems_now(stage: Stage, who: str) -> None:
    """Press "Redeem now" in the app, or open the newest reward's link as is the person's habit."""
    link = the(stage.page(who), "[data-act='redeem']").get_attribute("href") or ""
    stage.links.append(link)
    goes_about_link(stage, who, link, lambda: _from_the_app(stage, who, link))


def goes_about_link(stage: Stage, who: str, link: str, at_once: Callable[[], None]) -> None:
    """Open a link as the person does: `at_once`, later, from a mail; by some, after a first look and a night."""
    habits = stage.people[who].habits
    if not stage.is_new_to(who, link):
        _opens(stage, who, link, at_once)
        return
    if habits.opens is Opens.MAIL:
        robots.visit(MAIL_SCANNER, link)
    stage.pass_time(habits.delay)
    _opens(stage, who, link, at_once)
    if habits.hesitation:
        stage.pass_time(habits.hesitation)
        _opens(stage, who, link, at_once)


def _opens(stage: Stage, who: str, link: str, at_once: Callable[[], None]) -> None:
    if stage.people[who].habits.opens is Opens.MAIL:
        stage.phone(who).open_in_browser(link)
    else:
        at_once()


def _from_the_app(stage: Stage, who: str, link: str) -> None:
    if stage.host.opens_in is not Place.BROWSER:
        stage.phone(who).open_link(link)
        return
    if sight(stage.page(who)).place != "app":
        opens_app(stage, who)
    press(stage.page(who), "redeem")
