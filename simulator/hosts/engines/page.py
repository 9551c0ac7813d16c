"""The view of an embedded engine in the words of a Playwright page: as many of them as people's acts in a view need.

The acts of journeys are written for Playwright's pages; no other part of the project knows that this is none.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Self

from simulator.hosts.engines.engine import Engine, EngineFailed

WAIT_SECONDS: Final = 20.0
LEAVES_SECONDS: Final = 5.0
LOOK_SECONDS: Final = 0.06
_FUNCTION: Final = re.compile(r"\s*(async\b|function\b|\w+\s*=>|\([^()]*\)\s*=>)")
_BEGIN: Final = """arg => {
    window.toldAtLast = null;
    (FUNCTION)(arg).then(
        value => { window.toldAtLast = { value: value }; },
        failure => { window.toldAtLast = { error: String(failure) }; },
    );
}"""
"""Begins what ends later, for engines that give no promises to the app around the page."""
_ELEMENT: Final = "document.querySelectorAll(given.selector)[given.index]"


class EngineLocator:
    """The elements that fit a selector, or one of them."""

    def __init__(self, page: "EnginePage", selector: str, index: int = 0) -> None:
        self._page = page
        self._selector = selector
        self._index = index

    @property
    def first(self) -> "EngineLocator":
        """The first that fits."""
        return self.nth(0)

    def nth(self, index: int) -> "EngineLocator":
        """The one at that place."""
        return EngineLocator(self._page, self._selector, index)

    def count(self) -> int:
        """How many fit."""
        return int(self._page.evaluate("selector => document.querySelectorAll(selector).length", self._selector))

    def click(self, **_: Any) -> None:
        """Press it, by a press of the engine's own."""
        self._page.engine.click(self._selector)

    def check(self, **_: Any) -> None:
        """Press a choice that isn't made yet."""
        if not self._told("checked"):
            self.click()

    def input_value(self) -> str:
        """What is in a field."""
        return str(self._told("value"))

    def text_content(self) -> str:
        """The text in it."""
        return str(self._told("textContent"))

    def get_attribute(self, name: str) -> str | None:
        """An attribute."""
        found = self._given(f"{_ELEMENT}.getAttribute({name!r})")
        return None if found is None else str(found)

    def _told(self, member: str) -> Any:
        return self._given(f"{_ELEMENT}.{member}")

    def _given(self, expression: str) -> Any:
        return self._page.evaluate(f"given => {expression}", {"selector": self._selector, "index": self._index})


class NotInEngines(EngineFailed, AttributeError):
    """A verb asks for what only Playwright's pages have."""


class EnginePage:
    """The page that is in the view; it is its own and only frame."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def main_frame(self) -> Self:
        """The frame that all is in."""
        return self

    def frame(self, **_: Any) -> None:
        """There are no other frames."""

    def is_closed(self) -> bool:
        """Never while somebody holds it."""
        return False

    def goto(self, url: str, **_: Any) -> None:
        """Open an address."""
        self.engine.load(url)

    def reload(self, **_: Any) -> None:
        """Load the page once more."""
        self.engine.load(str(self.evaluate("() => location.href")))

    def go_back(self, **_: Any) -> None:
        """Go back one page."""
        with self.expect_navigation():
            self.engine.evaluate("() => history.back()")

    @contextmanager
    def expect_navigation(self, **_: Any) -> Iterator[None]:
        """Wait, after what is done inside, until another page is there."""
        self._call("() => { window.isBeingLeft = true; }", None)
        yield
        self.wait_for_function("() => !window.isBeingLeft && document.readyState === 'complete'")

    def __getattr__(self, name: str) -> Any:
        """Whatever else a page of Playwright's can do."""
        raise NotInEngines(f"A view of a real embedded engine has no {name!r} here; play this on a simulated host.")

    def bring_to_front(self) -> None:
        """It is alone on its screen."""

    def locator(self, selector: str) -> EngineLocator:
        """The elements that fit."""
        return EngineLocator(self, selector)

    def evaluate(self, script: str, arg: Any = None) -> Any:
        """Call a function in the page, or run a script that gives nothing."""
        if not _FUNCTION.match(script):
            return self._call(f"() => {{ {script}\n }}", None)
        if not script.lstrip().startswith("async"):
            return self._call(script, arg)
        self._call(_BEGIN.replace("FUNCTION", script), arg)
        self.wait_for_function("() => window.toldAtLast")
        told = self._call("() => window.toldAtLast", None)
        if "error" in told:
            raise EngineFailed(told["error"])
        return told.get("value")

    def wait_for_function(self, function: str, arg: Any = None, **_: Any) -> None:
        """Wait until a function gives something true. Raises EngineFailed when it doesn't."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not self.evaluate(function, arg):
            if time.monotonic() > deadline:
                raise EngineFailed(f"Waited {WAIT_SECONDS:.0f} s in vain.")
            time.sleep(LOOK_SECONDS)

    def _call(self, function: str, arg: Any) -> Any:
        """Where the page is just being left, in the next one."""
        deadline = time.monotonic() + LEAVES_SECONDS
        while True:
            try:
                return self.engine.evaluate(function, arg)
            except EngineFailed:
                if time.monotonic() > deadline:
                    raise
                time.sleep(LOOK_SECONDS)

    def wait_for_timeout(self, milliseconds: float) -> None:
        """Let the page go on for a while."""
        time.sleep(milliseconds / 1000)

    def screenshot(self, **_: Any) -> bytes:
        """What is to be seen."""
        return self.engine.snapshot()
