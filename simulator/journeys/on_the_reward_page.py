"""Verbs of people with a reward link: they open it, choose, go to sign in, apply, and try what people try."""

from contextlib import suppress

from playwright.sync_api import TimeoutError  # noqa: A004 - Playwright's own, which is no OSError

from simulator.journeys.by_habit import goes_about_link
from simulator.journeys.out_of_the_app import go_to_sign_in
from simulator.journeys.stage import Stage
from simulator.journeys.verbs import verb
from simulator.navigators import Lost, press, sight, the, wait_for

CHECKS_AT_MOST = 30


@verb
def opens_link(stage: Stage, who: str, tampered: bool = False, country: str = "", earlier: int = 0) -> None:
    """Open the newest reward link (or an earlier one) as is the person's habit; tampered with, from a country."""
    link = stage.link(earlier)
    if tampered:
        link = _tampered(link)
    address = f"{link}?country={country}" if country else link
    goes_about_link(stage, who, address, lambda: _opened(stage, who, address))


@verb
def opens_link_in_browser(stage: Stage, who: str) -> None:
    """Open the newest reward link in the phone's own browser, whatever the host."""
    stage.phone(who).open_in_browser(stage.last_link())


@verb
def chooses(stage: Stage, who: str, item: str) -> None:
    """Choose one of the rewards on offer."""
    the(stage.page(who), f"input[name='item'][value='{item}']").check()


@verb
def chooses_size(stage: Stage, who: str, size: str) -> None:
    """Choose a size of a made-to-order reward."""
    the(stage.page(who), f"input[type='radio'][value='{size}']").check(force=True)


@verb
def goes_to_sign_in(stage: Stage, who: str) -> None:
    """Press the button that leads to Amazon's sign-in, and follow it: out of an app's view, to the phone's browser."""
    go_to_sign_in(stage, who)


@verb
def applies_code(stage: Stage, who: str) -> None:
    """Press the button that applies the reward to the account, and wait for the outcome."""
    page = stage.page(who)
    press(page, "apply")
    wait_for(page, lambda seen: seen.page not in {"", "applying"}, "an outcome")


@verb
def asks_to_apply(stage: Stage, who: str) -> None:
    """Press the button that applies the reward, and look at whatever comes first."""
    press(stage.page(who), "apply")


@verb
def taps_apply_twice(stage: Stage, who: str) -> None:
    """Press the button that applies the reward two times, quickly."""
    page = stage.page(who)
    button = the(page, "[data-act='apply']")
    with page.expect_navigation(wait_until="load"):
        button.dblclick()
    wait_for(page, lambda seen: seen.page not in {"", "applying"}, "an outcome")


@verb
def tries_again(stage: Stage, who: str) -> None:
    """Press "try again" on the page that is shown."""
    press(stage.page(who), "retry")


@verb
def reloads(stage: Stage, who: str) -> None:
    """Load the page that is shown once more."""
    stage.page(who).reload(wait_until="load")


@verb
def goes_back(stage: Stage, who: str) -> None:
    """Go back one page, as the phone's Back does."""
    stage.page(who).go_back(wait_until="load")


@verb
def follows_product(stage: Stage, who: str) -> None:
    """Press the link to the product on the success page."""
    press(stage.page(who), "product")


@verb
def waits_for_outcome(stage: Stage, who: str) -> None:
    """Look at the page until it says by itself how the application ended."""
    wait_for(stage.page(who), lambda seen: seen.page not in {"", "applying"}, "an outcome")


@verb
def checks_until_outcome(stage: Stage, who: str) -> None:
    """Press "check again" every second until the page says how the application ended."""
    page = stage.page(who)
    for _ in range(CHECKS_AT_MOST):
        if sight(page).page != "applying":
            return
        page.wait_for_timeout(1000)
        with suppress(Lost, TimeoutError):  # the page may have gone on by itself in the meantime
            press(page, "retry")
    raise Lost(f"{who} checked {CHECKS_AT_MOST} times, and still sees: {sight(page)}.")


@verb
def forgets_sign_in(stage: Stage, who: str) -> None:
    """Clear the browsers' memory, as a private window would have it."""
    stage.phone(who).forget()


def _opened(stage: Stage, who: str, address: str) -> None:
    """Where the host opens links."""
    stage.phone(who).open_link(address)


def _tampered(link: str) -> str:
    """The link with one letter of its token changed, and still well formed."""
    head, _, token = link.rpartition("/")
    middle = len(token) // 2
    other = "A" if token[middle] != "A" else "B"
    return f"{head}/{token[:middle]}{other}{token[middle + 1 :]}"
