"""A phone whose app has a real embedded engine as its view; its browser is the browser of all journeys."""

from typing import cast

from playwright.sync_api import Page

from simulator.hosts import bridge
from simulator.hosts.engines.embedded import EmbeddedEngine, Wanted
from simulator.hosts.engines.engine import BRIDGE, OPENS
from simulator.hosts.engines.page import EnginePage
from simulator.hosts.phone import Phone
from simulator.hosts.profiles import EngineName, Host


class EnginePhone(Phone):
    """Like any phone; only what is in the view runs elsewhere."""

    _engine: EmbeddedEngine | None = None
    _view: Page | None = None

    def open_link(self, url: str) -> Page:
        self._last_link = url
        if self._engine is None:
            self._engine = self._started()
            self._view = cast("Page", EnginePage(self._engine))
        self._engine.load(url)
        return self.back_to_the_app()

    @property
    def shows_view(self) -> bool:
        return self._view is not None and self.page is self._view

    def back_to_the_app(self) -> Page:
        if self._view is None:
            return self.open_link(self._last_link)
        self.page = self._view
        return self._view

    def listen(self) -> None:
        """Take note of what the view told; the app opens in the browser what it is asked to."""
        for event in self._engine.events() if self._engine else ():
            if event.kind == BRIDGE:
                self._hear(event.text)
            elif event.kind == OPENS:
                self.asked_to_open.append(event.text)

    def kill_app(self) -> None:
        super().kill_app()
        if self._engine is not None:
            self.listen()
            self._engine.close()
        self._engine = self._view = None

    def close(self) -> None:
        self.kill_app()
        super().close()

    def _started(self) -> EmbeddedEngine:
        engine = self.host.engine or EngineName.WEBKITGTK
        return EmbeddedEngine(engine, wanted(self.host, engine, self._look["viewport"], self._language))


def wanted(host: Host, engine: EngineName, size: dict[str, int], language: str) -> Wanted:
    """What the app around the view sets, by the host's profile for the platform that the engine stands in for."""
    platform = engine.platform
    return Wanted(
        width=size["width"],
        height=size["height"],
        language=language,
        user_agent=host.user_agents[platform].format(model="Pixel 7"),
        headers=host.headers.get(platform, {}),
        bridge=bridge.NAME,
    )
