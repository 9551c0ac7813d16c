"""Verbs of people in a fake app: they do what earns points, and follow the link that they win."""

from datetime import timedelta

from simulator.journeys.stage import Stage
from simulator.journeys.verbs import verb
from simulator.navigators import Lost, the

AT_MOST = 40
"""Things that a person does for a reward before giving up."""


@verb
def opens_app(stage: Stage, who: str) -> None:
    """Open the app on the phone."""
    stage.phone(who).open_app(stage.world.app.screen(who, stage.device.device_type))
    take_links(stage, who)


@verb
def plays_game(stage: Stage, who: str, levels: int = 0) -> None:
    """Play so many levels; without a number, until the app shows a reward."""
    does(stage, who, "play-level", levels)


@verb
def plays_sessions(stage: Stage, who: str, sessions: int = 1, days: int = 1) -> None:
    """Play the game for a while, so many times on each of so many days."""
    for day in range(days):
        if day:
            stage.pass_time(timedelta(days=1))
        does(stage, who, "play-session", sessions)


@verb
def buys(stage: Stage, who: str, product: str, times: int = 1) -> None:
    """Buy a product in the app's shop, so many times; with 0, until the app shows a reward."""
    does(stage, who, "buy", times, thing=product)


@verb
def watches_ad(stage: Stage, who: str, film: str = "harbour", times: int = 1) -> None:
    """Watch a sponsor's film, so many times; with 0, until the app shows a reward."""
    does(stage, who, "watch-ad", times, thing=film)


@verb
def is_rewarded(stage: Stage, who: str, moment: str) -> None:
    """The app decides by rules of its own that a moment is due, and asks for its reward."""
    stage.world.app.server.claim(who, moment)
    opens_app(stage, who)


@verb
def loses_link(stage: Stage, who: str) -> None:
    """Lose the message with the newest reward's link; the app gets it made anew, and shows the new one."""
    stage.world.app.server.make_link_anew(who)
    opens_app(stage, who)


def does(stage: Stage, who: str, act: str, times: int, thing: str = "") -> None:
    """Press a control of the app so many times; with 0, until the app shows a reward. Raises Lost."""
    opens_app(stage, who)
    page = stage.page(who)
    hook = f"[data-act='{act}'][data-thing='{thing}']" if thing else f"[data-act='{act}']"
    before = page.locator("[data-reward]").count()
    for _ in range(times or AT_MOST):
        with page.expect_navigation(wait_until="load"):
            the(page, hook).click()
        if not times and page.locator("[data-reward]").count() > before:
            break
    else:
        if not times:
            raise Lost(f"{who} did it {AT_MOST} times, and the app shows no reward.")
    take_links(stage, who)


def take_links(stage: Stage, who: str) -> None:
    """Take note of the links that the person has been given."""
    for reward in stage.world.app.server.customer(who).rewards:
        if reward.url not in stage.links:
            stage.links.append(reward.url)
