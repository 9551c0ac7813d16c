"""Out of the app: sign-in never runs in a webview, so the page there leads to the phone's browser, and waits."""

from typing import Final

from playwright.sync_api import Page

from simulator.journeys.stage import Stage
from simulator.journeys.verbs import verb
from simulator.navigators import LOOK_MILLISECONDS, Lost, inside, press, sight, text_of, the, wait_for

LOOKS: Final = 25
"""How often a person looks whether the browser opens, before trying otherwise."""
_LEFT: Final = """before => {
    const main = document.querySelector('main');
    if (!main || main.dataset.state === 'over') return false;
    return main.dataset.page !== 'offer' || (main.dataset.notice || '') !== before;
}"""


def go_to_sign_in(stage: Stage, who: str) -> Page:
    """From the reward page's button to Amazon's sign-in, in the phone's browser where the page is in an app's view."""
    if stage.phone(who).shows_view:
        return carry_on_in_browser(stage, who)
    press(stage.page(who), "sign-in")
    return stage.page(who)


def carry_on_in_browser(stage: Stage, who: str) -> Page:
    """From the webview's button to Amazon's sign-in in the browser; the page that said no, where one did.

    Where the browser has taken over already, the person goes on there.
    """
    page = stage.page(who)
    before = sight(page)
    if inside(page).locator("main[data-page='hand-over'][data-state='opened']").count():
        return stage.phone(who).back_to_the_browser()
    if before.page != "hand-over" or not text_of(page, "[data-number]"):
        the(page, "[data-act='sign-in']").click()
        inside(page).wait_for_function(_LEFT, arg=before.notice)
    if sight(page).page != "hand-over":
        return page
    number = text_of(page, "[data-number]")
    browser = stage.phone(who).open_in_browser(_led_outside(stage, who))
    with browser.expect_navigation(wait_until="load"):
        the(browser, f"[data-act='number'][value='{number}']").click()
    return browser


def _led_outside(stage: Stage, who: str) -> str:
    """The address that the waiting view asks to be opened; where nothing opens, the one that a person copies."""
    phone, page = stage.phone(who), stage.page(who)
    if not phone.asked_to_open:
        the(page, "[data-act='open-outside']").click()
    for _ in range(LOOKS):
        page.wait_for_timeout(LOOK_MILLISECONDS)
        phone.listen()
        if phone.asked_to_open:
            break
    address = phone.asked_to_open[-1] if phone.asked_to_open else the(page, "input.address").input_value()
    phone.asked_to_open.clear()
    return address


@verb
def goes_back_to_the_app(stage: Stage, who: str) -> None:
    """Leave the browser for the app, whose webview has waited, and let it learn how things stand."""
    page = stage.phone(who).back_to_the_app()
    wait_for(page, lambda seen: seen.page != "hand-over", "the webview to go on by itself")


@verb
def redeems_once_more(stage: Stage, who: str) -> None:
    """Open the link in the app again, and go the whole way again where the page there doesn't know the outcome."""
    page = stage.phone(who).open_link(stage.last_link())
    if sight(page).page != "applied":
        carry_on_in_browser(stage, who)


@verb
def opens_browser_for_the_app(stage: Stage, who: str) -> None:
    """Press the webview's sign-in button and follow to the browser, as far as Amazon's sign-in."""
    carry_on_in_browser(stage, who)


@verb
def names_another_number(stage: Stage, who: str) -> None:
    """In the browser, choose a number that the app does not show."""
    page = stage.page(who)
    the(page, "[data-act='sign-in']").click()
    inside(page).wait_for_function(_LEFT, arg=sight(page).notice)
    number = text_of(page, "[data-number]")
    browser = stage.phone(who).open_in_browser(_led_outside(stage, who))
    others = browser.locator(f"[data-act='number']:not([value='{number}'])")
    if others.count() == 0:
        raise Lost(f"There are no numbers on this page: {sight(browser)}.")
    with browser.expect_navigation(wait_until="load"):
        others.first.click()
