"""The reward page and the success page as `redeem serve` gives them, in a world of their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

from simulator import browsers
from simulator import scenario as scenarios
from simulator.hosts import profiles
from simulator.journeys.journey import Theatre, play
from simulator.journeys.stage import Stage

JOURNEY = "existing-account"


@dataclass(frozen=True, slots=True)
class ServedPages:
    """Two addresses of a running service, and the cookies of the person who has redeemed."""

    browser: Browser
    program: str
    """The browser's executable."""
    reward: str
    success: str
    cookies: Sequence[Mapping[str, object]]


def look_at(look: Callable[[ServedPages], None]) -> None:
    """Play a journey to its end, and look at its pages before the service goes. Exits with what went wrong."""
    looked: list[str] = []

    def last_look(stage: Stage) -> None:
        success = stage.last_link()
        cookies = [dict(cookie) for cookie in stage.page("ada").context.cookies(success)]
        reward = stage.world.fresh_reward("somebody else").url
        look(ServedPages(stage.browser, program, reward, success, cookies))
        looked.append(success)

    with sync_playwright() as playwright:
        found = browsers.find(playwright)
        program = str(found.executable or playwright.chromium.executable_path)
        with found.launch(playwright.chromium) as browser:
            theatre = Theatre(playwright, browser, last_look=last_look)
            stage = (profiles.device("pixel"), profiles.host("browser"))
            film = play(scenarios.chosen([JOURNEY])[0], theatre, *stage, seed=1)
    if not film.went_well or not looked:
        raise SystemExit(f"The journey did not come to its end: {film.trouble}")
