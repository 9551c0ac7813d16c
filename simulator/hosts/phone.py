"""A person's phone: the app on it, what opens links, and the phone's own browser beside it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright

from simulator.hosts import bridge, view_script
from simulator.hosts.profiles import Bridge, Defect, Device, Host, Place
from simulator.phone_network import WELL, Conditions

ACTION_MILLISECONDS: Final = 20_000
_SITE: Final = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>The app's web site</title><style>html,body,iframe{margin:0;border:0;width:100%;height:100%;display:block}</style>
<body><script>
  var frame = document.createElement("iframe");
  frame.name = "reward";
  frame.title = "Reward";
  frame.src = new URL(location.href).searchParams.get("link");
  document.body.appendChild(frame);
  window.addEventListener("message", function (event) {
    var said = event.data;
    if (event.source === frame.contentWindow && said.reward === 1 && said.type !== "ack") {
      event.source.postMessage({ reward: 1, type: "ack", id: said.id }, event.origin);
      if (said.type === "open-outside") { window.open(said.url); }
    }
  });
</script></body></html>"""
"""The app's page that frames the reward page."""


class Phone:
    """One phone of one person. The app and its webview share nothing with the browser, as on a real phone."""

    def __init__(  # noqa: PLR0913 - what a phone is made of
        self,
        playwright: Playwright,
        browser: Browser,
        device: Device,
        host: Host,
        language: str,
        *,
        web_site: str = "",
    ) -> None:
        """`web_site` is the origin of the app's own, for a host that frames the page there."""
        self.device = device
        self.host = host
        self.heard: list[str] = []
        """What pages said over the bridge."""
        self.asked_to_open: list[str] = []
        """Addresses that the view was asked to open outside of it."""
        self.is_traced = False
        """Whether what it does from now on is recorded."""
        self._browser = browser
        self._look = _look(playwright.devices[device.based_on])
        self._language = language
        self._web_site = web_site
        self._contexts: dict[str, BrowserContext] = {}
        self._kept: Any = None
        """What the view keeps when the app is ended."""
        self._last_link = ""
        self._now: datetime | None = None
        self.page: Page | None = None
        """What is on the screen."""

    def close(self) -> None:
        """Switch it off; everything on it is forgotten."""
        for context in self._contexts.values():
            context.close()
        self._contexts.clear()
        self.page = None

    def keep_traces(self, folder: Path, name: str) -> list[str]:
        """Keep the recording of each of its browsers; gives the files' names."""
        kept = []
        for place, context in self._contexts.items():
            file = f"{name}-{place}.trace.zip"
            with suppress(Error):  # a browser that was ended has none
                context.tracing.stop(path=folder / file)
                kept.append(file)
        return kept

    def open_app(self, url: str) -> Page:
        """Show the app: in the browser if links open there (it is a web app), else by itself."""
        return self._show("browser" if self.host.opens_in is Place.BROWSER else "app", url)

    def open_link(self, url: str) -> Page:
        """Open a link where the host opens links."""
        self._last_link = url
        if self.host.opens_in is Place.FRAME:
            return self._show("view", f"{self._web_site}/rewards?link={quote(url, safe='')}")
        return self._show("view" if self.host.opens_in is Place.VIEW else "browser", url)

    def open_in_browser(self, url: str) -> Page:
        """Open an address in the phone's own browser, whatever the host."""
        if Defect.KILLED_AT_SIGN_IN in self.host.defects and self.shows_view:
            self.kill_app()
        return self._show("browser", url)

    @property
    def shows_view(self) -> bool:
        """Whether what is on the screen is a view inside the app, or a frame in its site."""
        context = self._contexts.get("view")
        return context is not None and self.page is not None and self.page in context.pages

    def back_to_the_app(self) -> Page:
        """Show the view again as it was left; where the app was ended, open the link there once more."""
        context = self._contexts.get("view")
        if context is None:
            return self.open_link(self._last_link)
        if Defect.FORGETS_COOKIES in self.host.defects:
            context.clear_cookies()
        self.page = context.pages[-1]
        self.page.bring_to_front()
        return self.page

    def back_to_the_browser(self) -> Page:
        """Show the phone's browser again as it was left."""
        self.page = self._contexts["browser"].pages[-1]
        self.page.bring_to_front()
        return self.page

    def listen(self) -> None:
        """Take note of what the view told; Playwright does it by itself while one waits."""

    def forget(self) -> None:
        """Clear the browsers' memory, as a private window or another phone of the person's would have it."""
        self.close()
        self._kept = None

    def kill_app(self) -> None:
        """End the app and its view, which keeps what is to outlast a session; the browser stays as it is."""
        for name in ("app", "view"):
            context = self._contexts.pop(name, None)
            if context is None:
                continue
            if name == "view":
                kept = context.storage_state()
                self._kept = {**kept, "cookies": [one for one in kept["cookies"] if one["expires"] > 0]}
            context.close()

    def set_time(self, now: datetime) -> None:
        """Let pages know the world's time."""
        self._now = now
        for context in self._contexts.values():
            context.clock.set_fixed_time(now)

    def set_network(self, conditions: Conditions) -> None:
        """Make the network as good or bad, in the terms of Chromium's protocol."""
        throughput = -1 if conditions.throughput == WELL.throughput else conditions.throughput
        told = {
            "offline": False,
            "latency": conditions.latency * 1000,
            "downloadThroughput": throughput,
            "uploadThroughput": throughput,
        }

        def change(page: Page) -> None:
            session = page.context.new_cdp_session(page)
            session.send("Network.emulateNetworkConditions", told)

        for context in self._contexts.values():
            context.set_offline(not conditions.is_there)
        if conditions.is_there:
            self.each_page(change)

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
            self._contexts[place] = self._new_view() if place == "view" else self._new_context({})
        return self._contexts[place]

    def _new_view(self) -> BrowserContext:
        platform = self.device.platform
        agent = self.host.user_agents.get(platform, str(self._look["user_agent"]))
        context = self._new_context(
            {
                "user_agent": agent.format(model=self.device.words),
                "extra_http_headers": dict(self.host.headers.get(platform, {})),
                "storage_state": self._kept,
            }
        )
        kind = self.host.bridge(platform)
        if kind is not Bridge.NONE:
            context.expose_function(bridge.CALL, self._hear)
            context.add_init_script(bridge.script(kind, is_silent=self._is_silent))
        if self.host.opens_in is Place.FRAME:
            context.route(f"{self._web_site}/**", lambda route: route.fulfill(body=_SITE, content_type="text/html"))
            context.on("page", self._new_window)
            with suppress(Error):  # a browser that doesn't know this permission doesn't ask for it either
                context.grant_permissions(["local-network-access"])
        else:
            context.expose_function(view_script.OPENS, lambda address: self.asked_to_open.append(str(address)))
            context.add_init_script(view_script.script(self.host.defects))
        return context

    @property
    def _is_silent(self) -> bool:
        return Defect.SILENT in self.host.defects

    def _hear(self, message: object) -> None:
        """What the page says over the bridge; a host that answers also does what it is asked."""
        self.heard.append(str(message))
        address = bridge.asks_to_open(str(message))
        if address and not self._is_silent:
            self.asked_to_open.append(address)

    def _new_window(self, page: Page) -> None:
        """A window that a frame opens is the browser's."""
        if page.opener() is not None:
            self.asked_to_open.append(page.url)
            page.close()

    def _new_context(self, differs: Mapping[str, Any]) -> BrowserContext:
        settings = {**self._look, "locale": self._language, "ignore_https_errors": True, **differs}
        context = self._browser.new_context(**settings)
        context.set_default_timeout(ACTION_MILLISECONDS)
        if self.is_traced:
            context.tracing.start(screenshots=True, snapshots=True)
        if self._now is not None:
            context.clock.set_fixed_time(self._now)
        return context


def _look(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """Playwright's device without the browser it would rather run in."""
    return {name: value for name, value in descriptor.items() if name != "default_browser_type"}
