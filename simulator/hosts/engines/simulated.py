"""A simulated view, which is Chromium in disguise, driven by the same acts as the real embedded engines."""

import time
from typing import Any, Final

from playwright.sync_api import Error, Page

from simulator.hosts.engines.engine import BRIDGE, OPENS, EngineFailed, Event
from simulator.hosts.phone import Phone

WAIT_SECONDS: Final = 10.0
LOOK_MILLISECONDS: Final = 20


class SimulatedEngine:
    """The view of a phone."""

    name = "Chromium in disguise"

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._pending: list[Event] = []
        self._heard = self._opened = 0

    def load(self, url: str) -> None:
        try:
            self._phone.open_link(url)
        except Error as failure:
            raise EngineFailed(str(failure)) from failure

    def click(self, selector: str) -> None:
        try:
            self._page.locator(selector).first.click()
        except Error as failure:
            raise EngineFailed(str(failure)) from failure

    def evaluate(self, function: str, arg: Any = None) -> Any:
        try:
            return self._page.evaluate(function, arg)
        except Error as failure:
            raise EngineFailed(str(failure)) from failure

    def wait_event(self, kind: str) -> Event:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            self._collect()
            found = next((event for event in self._pending if event.kind == kind), None)
            if found is not None:
                self._pending.remove(found)
                return found
            self._page.wait_for_timeout(LOOK_MILLISECONDS)
        raise EngineFailed(f"The view told nothing of the kind {kind!r}.")

    def events(self) -> list[Event]:
        self._collect()
        taken, self._pending = self._pending, []
        return taken

    def snapshot(self) -> bytes:
        return self._page.screenshot(type="png")

    def close(self) -> None:
        self._phone.close()

    def _collect(self) -> None:
        said, opened = self._phone.heard[self._heard :], self._phone.asked_to_open[self._opened :]
        self._heard, self._opened = self._heard + len(said), self._opened + len(opened)
        self._pending += [*(Event(BRIDGE, text) for text in said), *(Event(OPENS, url) for url in opened)]

    @property
    def _page(self) -> Page:
        if self._phone.page is None:
            raise EngineFailed("Nothing is loaded yet.")
        return self._phone.page
