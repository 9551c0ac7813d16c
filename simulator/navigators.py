"""How to find one's way on each kind of page: by its hooks, never by its words, which are translated."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Frame, Locator, Page

SETTLES_SECONDS: Final = 30.0
LOOK_MILLISECONDS: Final = 60


class Lost(Exception):
    """What a verb needs is not on the page that is shown; the text says which page that is."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is to be seen: on whose page (`reward`, `app`, `amazon`, `elsewhere`), and in which state."""

    place: str
    page: str = ""
    reason: str = ""
    notice: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.place, self.page, self.reason, self.notice) if part)


def inside(page: Page) -> Frame:
    """Where the page's hooks are: in the frame that an app's web site puts around it, or in the page itself."""
    return page.frame(name="reward") or page.main_frame


def sight(page: Page) -> Sight:
    """What the page shows now."""
    told = inside(page).evaluate(
        """() => {
            const main = document.querySelector('main');
            const told = main ? main.dataset : {};
            if (told.app) return ['app', told.app, '', ''];
            if (document.querySelector('.simulation')) return ['amazon', told.page || '', told.problem || '', ''];
            if (told.page) return ['reward', told.page, told.reason || '', told.notice || ''];
            return ['elsewhere', '', '', ''];
        }"""
    )
    return Sight(*told)


def wait_for(page: Page, fits: Callable[[Sight], bool], wanted: str) -> Sight:
    """Wait until what is seen fits. Raises Lost when it doesn't come."""
    wait_until(page, lambda: fits(sight(page)), wanted)
    return sight(page)


def wait_until(page: Page, holds: Callable[[], bool], wanted: str) -> None:
    """Wait, while the page goes on, until something holds. Raises Lost when it doesn't come."""
    deadline = time.monotonic() + SETTLES_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise Lost(f"Waited for {wanted}, and saw: {sight(page)}.")
        page.wait_for_timeout(LOOK_MILLISECONDS)


def press(page: Page, hook: str) -> None:
    """Press the control of that name and follow where it leads. Raises Lost where there is none."""
    control = the(page, f"[data-act='{hook}']")
    with inside(page).expect_navigation(wait_until="load"):
        control.click()


def the(page: Page, selector: str) -> Locator:
    """The first element that fits. Raises Lost where there is none."""
    found = inside(page).locator(selector)
    if found.count() == 0:
        raise Lost(f"There is no {selector} on this page: {sight(page)}.")
    return found.first


def text_of(page: Page, selector: str) -> str:
    """The text of the first element that fits; empty where there is none."""
    found = inside(page).locator(selector)
    return (found.first.text_content() or "").strip() if found.count() else ""
