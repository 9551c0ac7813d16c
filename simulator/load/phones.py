"""Whole journeys in one browser, side by side and again and again: each by another person on a fresh phone.

A person opens the link, presses the button, signs in at the fake Amazon, consents, presses the button once more and
sees the reward. Nothing is sent but what a browser sends by itself, and the last page has to show what was on offer.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import Browser, Error, Page, async_playwright
from playwright.sync_api import sync_playwright

from simulator import browsers
from simulator.browsers import Found
from simulator.hosts.profiles import Device
from simulator.load.outcome import Outcome
from simulator.people import Person
from simulator.visitors.sending import NotHeard
from simulator.visitors.way import WrongAnswer

ACTION_MILLISECONDS: Final = 20_000
FLAGS: Final = (
    *browsers.FLAGS,
    "--renderer-process-limit=1",  # for each phone, as Chromium does it on phones with little memory
)


@dataclass(frozen=True, slots=True)
class Given:
    """Who plays a journey, and the link that the app got for them."""

    person: Person
    link: str
    address: str
    """From which the person says to come: each from one of their own."""


@dataclass(slots=True)
class Played:
    """What came of it."""

    browser: str
    span: float
    """Seconds that were measured."""
    lasted: list[float] = field(default_factory=list)
    """Seconds from link to reward of each journey that ended well within the span."""
    outcome: Outcome = field(default_factory=Outcome)
    """Of all journeys: came, rewarded, applied, wrong; of those that are applied, `early` and `late` don't count."""

    @property
    def a_minute(self) -> float:
        """Journeys that ended well, per minute."""
        return 60 * len(self.lasted) / self.span


def play(next_one: Callable[[], Given], phones: int, span: float, device: Device) -> Played:
    """Play on so many phones at a time for so many seconds, after one journey on each that isn't counted.

    Those under way when time is up are played to their end and judged, but don't count. `next_one` is called in other
    threads, and may raise WrongAnswer and NotHeard. Raises NoBrowser.
    """
    with sync_playwright() as playwright:
        found = browsers.find(playwright)
        look = dict(playwright.devices[device.based_on])
    del look["default_browser_type"]
    return asyncio.run(_Theatre(next_one, found, look, Played(found.words, span)).play(phones))


@dataclass(frozen=True, slots=True)
class _Theatre:
    next_one: Callable[[], Given]
    found: Found
    look: dict[str, Any]
    played: Played

    async def play(self, phones: int) -> Played:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=self.found.executable, args=FLAGS)
            await _all_of(self._warm_up(browser) for _ in range(phones))
            ends = time.monotonic() + self.played.span
            await _all_of(self._until(ends, browser) for _ in range(phones))
            await browser.close()
        return self.played

    async def _warm_up(self, browser: Browser) -> None:
        if await self._journey(browser) is not None:
            self.played.outcome.count("early")

    async def _until(self, ends: float, browser: Browser) -> None:
        while time.monotonic() < ends:
            lasted = await self._journey(browser)
            if lasted is None:
                continue
            if time.monotonic() > ends:
                self.played.outcome.count("late")
            else:
                self.played.lasted.append(lasted)

    async def _journey(self, browser: Browser) -> float | None:
        """From asking for the reward to seeing it; gives the seconds from the link on, None where it went wrong."""
        outcome = self.played.outcome
        outcome.count("came")
        try:
            given = await asyncio.to_thread(self.next_one)
            outcome.count("rewarded")
            async with self._fresh_phone(browser, given) as page:
                began = time.monotonic()
                await redeem(page, given)
                lasted = time.monotonic() - began
        except (WrongAnswer, NotHeard, Error) as wrong:
            outcome.note_wrong(_in_short(wrong))
            return None
        outcome.count("applied")
        return lasted

    @asynccontextmanager
    async def _fresh_phone(self, browser: Browser, given: Given) -> AsyncIterator[Page]:
        """A page of a browser that has seen nothing yet: no cookies, nothing kept from another journey."""
        headers = {"x-forwarded-for": given.address}
        context = await browser.new_context(**self.look, locale=given.person.language, extra_http_headers=headers)
        context.set_default_timeout(ACTION_MILLISECONDS)
        try:
            yield await context.new_page()
        finally:
            await context.close()


async def redeem(page: Page, given: Given) -> None:
    """From the link to the reward. Raises Playwright's Error where it doesn't go on, WrongAnswer for a wrong reward."""
    await page.goto(given.link, wait_until="domcontentloaded")
    offered = await page.locator(f"{_on('offer')} :is(h2, input:checked + * strong)").first.text_content()
    await page.locator(f"{_on('offer')} [data-act='sign-in']").click()
    await page.locator(f"{_on('sign-in')} input[name='email']").fill(given.person.email)
    await page.locator(f"{_on('sign-in')} input[name='password']").fill(given.person.password)
    await page.locator(f"{_on('sign-in')} [data-act='sign-in']").click()
    await page.locator(f"{_on('consent')} [data-act='allow']").click()
    await page.locator(f"{_on('confirm')} [data-act='apply']").click()
    await page.locator(f"{_on('applied')} + footer").wait_for()
    shown = await page.locator(f"{_on('applied')} h2").first.text_content()
    if shown != offered:
        raise WrongAnswer("sees the reward", f"the page shows {shown}, and {offered} was chosen")


def _in_short(wrong: Exception) -> str:
    """Its first line, without the secret of a link."""
    return re.sub(r"/r/[\w.-]+", "/r/…", str(wrong).partition("\n")[0])


def _on(name: str) -> str:
    return f"main[data-page='{name}']"


async def _all_of(acts: Iterable[Coroutine[Any, Any, object]]) -> None:
    async with asyncio.TaskGroup() as group:
        for act in acts:
            group.create_task(act)
