"""A person's phone: the app on it, what opens links, and the phone's own browser beside it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from simulator.hosts import bridge
from simulator.hosts.profiles import Bridge, Device, Host

ACTION_MILLISECONDS: Final = 20_000


class Phone:
    """One phone of one person. The app and its webview share nothing with the browser, as on a real phone."""

    def __init__(self, playwright: Playwright, browser: Browser, device: Device, host: Host, language: str) -> None:
        self.device = device
        self.host = host
        self.heard: list[str] = []
        """What pages said over the bridge."""
        self._browser = browser
        self._look = _look(playwright.devices[device.based_on])
        self._language = language
        self._contexts: dict[str, BrowserContext] = {}
        self._now: datetime | None = None
        self.page: Page | None = None
        """What is on the screen."""

    def close(self) -> None:
        """Switch it off; everything on it is forgotten."""
        for context in self._contexts.values():
            context.close()
        self._contexts.clear()
        self.page = None

    def open_app(self, url: str) -> Page:
        """Show the app: in the browser if links open there (it is a web app), else by itself."""
        return self._show("app" if self.host.embedded else "browser", url)

    def open_link(self, url: str) -> Page:
        """Open a link where the host opens links."""
        return self._show("webview" if self.host.embedded else "browser", url)

    def open_in_browser(self, url: str) -> Page:
        """Open an address in the phone's own browser, whatever the host."""
        return self._show("browser", url)

    @property
    def shows_webview(self) -> bool:
        """Whether what is on the screen is a webview inside the app."""
        context = self._contexts.get("webview")
        return context is not None and self.page is not None and self.page in context.pages

    def back_to_the_app(self) -> Page:
        """Show the webview again as it was left."""
        context = self._contexts["webview"]
        self.page = context.pages[-1]
        self.page.bring_to_front()
        return self.page

    def forget(self) -> None:
        """Clear the browsers' memory, as a private window or another phone of the person's would have it."""
        self.close()

    def kill_app(self) -> None:
        """End the app and its webview; the browser stays as it is."""
        for name in ("app", "webview"):
            context = self._contexts.pop(name, None)
            if context is not None:
                context.close()

    def set_time(self, now: datetime) -> None:
        """Let pages know the world's time."""
        self._now = now
        for context in self._contexts.values():
            context.clock.set_fixed_time(now)

    def set_offline(self, *, offline: bool) -> None:
        """Take the network from the phone, or give it back."""
        for context in self._contexts.values():
            context.set_offline(offline)

    def throttle(self, conditions: Mapping[str, Any] | None) -> None:
        """Slow the network down, in the terms of Chromium's protocol; None gives it back."""
        usual = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}

        def slow_down(page: Page) -> None:
            session = page.context.new_cdp_session(page)
            session.send("Network.emulateNetworkConditions", dict(conditions or usual))

        self.each_page(slow_down)

    def each_page(self, act: Callable[[Page], None]) -> None:
        """Do something to every open page."""
        for context in self._contexts.values():
            for page in context.pages:
                act(page)

    def _show(self, place: str, url: str) -> Page:
        context = self._context(place)
        page = context.pages[-1] if context.pages else context.new_page()
        page.goto(url, wait_until="load")
        page.bring_to_front()
        self.page = page
        return page

    def _context(self, place: str) -> BrowserContext:
        if place not in self._contexts:
            self._contexts[place] = self._new_context(embedded=place == "webview")
        return self._contexts[place]

    def _new_context(self, *, embedded: bool) -> BrowserContext:
        settings: dict[str, Any] = {**self._look, "locale": self._language, "ignore_https_errors": True}
        kind = Bridge.NONE
        if embedded:
            platform = self.device.platform
            kind = self.host.bridge(platform)
            agent = self.host.user_agents.get(platform, settings["user_agent"])
            settings["user_agent"] = agent.format(model=self.device.words)
            settings["extra_http_headers"] = dict(self.host.headers.get(platform, {}))
        context = self._browser.new_context(**settings)
        context.set_default_timeout(ACTION_MILLISECONDS)
        if kind is not Bridge.NONE:
            context.expose_function(bridge.CALL, lambda message: self.heard.append(str(message)))
            context.add_init_script(bridge.script(kind))
        if self._now is not None:
            context.clock.set_fixed_time(self._now)
        return context


def _look(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """Playwright's device without the browser it would rather run in."""
    return {name: value for name, value in descriptor.items() if name != "default_browser_type"}
