"""WebKitGTK and Qt WebEngine as views of an app: real engines with real bridges, which stand in for phones' own."""

import base64
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from simulator.hosts.engines import packages
from simulator.hosts.engines.engine import FAILED, LOADED, PLACE_OF, EngineFailed, Event
from simulator.hosts.engines.wire import HostProcess
from simulator.hosts.profiles import EngineName

_FOLDER: Final = Path(__file__).resolve().parent
_DRAWN_WITHIN_SECONDS: Final = 2.0
_DRAWS: Final = """() => {
    window.simulatorDrawn = false;
    requestAnimationFrame(() => requestAnimationFrame(() => { window.simulatorDrawn = true; }));
}"""
SYSTEM_PYTHON: Final = "/usr/bin/python3"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the app around the view sets: its size in CSS pixels, and what it sends."""

    width: int
    height: int
    language: str
    user_agent: str
    headers: Mapping[str, str] = field(default_factory=dict)
    bridge: str = "reward"
    """Name of the bridge; empty for none."""

    def as_json(self) -> str:
        """As the host scripts take it."""
        names = ("width", "height", "language", "user_agent", "bridge")
        return json.dumps({**{name: getattr(self, name) for name in names}, "headers": dict(self.headers)})


class EmbeddedEngine:
    """One view of such an engine. Raises NoEngine where the machine lacks it, EngineFailed where it doesn't start."""

    def __init__(self, engine: EngineName, wanted: Wanted) -> None:
        packages.provide(engine)
        command, environment = _started_by(engine)
        self._process = HostProcess([*command, wanted.as_json()], environment)
        self.name = self._process.name

    def load(self, url: str) -> None:
        self._process.forget(LOADED, FAILED)
        self._process.ask("load", url=url)
        if self._process.wait_event(LOADED, FAILED).kind == FAILED:
            raise EngineFailed("The address does not load.")

    def click(self, selector: str) -> None:
        place = self.evaluate(PLACE_OF, selector)
        if place is None:
            raise EngineFailed(f"There is no {selector} on the page.")
        self._wait_until_drawn()
        self._process.ask("press", x=place[0], y=place[1])

    def _wait_until_drawn(self) -> None:
        """A press before the page's first frame is lost; a view that draws nothing is pressed all the same."""
        self.evaluate(_DRAWS)
        deadline = time.monotonic() + _DRAWN_WITHIN_SECONDS
        while not self.evaluate("() => window.simulatorDrawn") and time.monotonic() < deadline:
            time.sleep(0.02)

    def evaluate(self, function: str, arg: Any = None) -> Any:
        return self._process.ask("evaluate", function=function, arg=arg)

    def wait_event(self, kind: str) -> Event:
        return self._process.wait_event(kind)

    def events(self) -> list[Event]:
        return [event for event in self._process.events() if event.kind not in {LOADED, FAILED}]

    def snapshot(self) -> bytes:
        return base64.b64decode(str(self._process.ask("snapshot")))

    def close(self) -> None:
        self._process.close()


def _started_by(engine: EngineName) -> tuple[list[str], dict[str, str]]:
    """The command and the environment of a host script."""
    if engine is EngineName.WEBKITGTK:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return [SYSTEM_PYTHON, "-E", "-s", str(_FOLDER / "webkitgtk_host.py")], outside
    more = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "*=false"}
    if getattr(os, "geteuid", lambda: 1)() == 0:
        more["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    return [sys.executable, str(_FOLDER / "qt_host.py")], {**os.environ, **more}
