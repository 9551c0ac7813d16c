"""The profiles of devices and hosts, read from profiles.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

_Profile = TypeVar("_Profile")


class Platform(StrEnum):
    """Whose system the phone runs."""

    ANDROID = "android"
    IOS = "ios"


class Bridge(StrEnum):
    """By what the page and the app around it can talk."""

    NONE = "none"
    MESSAGE_LISTENER = "message-listener"
    """Android's `addWebMessageListener`: an object with `postMessage(string)` and `onmessage`."""
    WEBKIT_HANDLERS = "webkit-handlers"
    """iOS's `window.webkit.messageHandlers.NAME.postMessage(object)`."""
    REACT_NATIVE = "react-native"
    """`window.ReactNativeWebView.postMessage(string)`."""
    JAVASCRIPT_CHANNEL = "javascript-channel"
    """Flutter's channel: an object with `postMessage(string)`."""


class Place(StrEnum):
    """Where a link opens."""

    BROWSER = "browser"
    """The phone's browser; the app itself is a web app there."""
    TAB = "tab"
    """The phone's browser, shown over the app."""
    VIEW = "view"
    """A view of the app's own, which shares nothing with the browser."""
    FRAME = "frame"
    """A frame in a page of the app's web site, in the browser."""


class EngineName(StrEnum):
    """Real embedded engines that stand in for phones' own."""

    WEBKITGTK = "webkitgtk"
    QT = "qt"

    @property
    def platform(self) -> Platform:
        """Whose view it stands in for."""
        return Platform.IOS if self is EngineName.WEBKITGTK else Platform.ANDROID


class Defect(StrEnum):
    """What views are known to get wrong."""

    SILENT = "silent"
    DROPS_WINDOWS = "drops-windows"
    FORGETS_COOKIES = "forgets-cookies"
    NO_SAFE_AREA = "no-safe-area"
    KEYBOARD_COVERS = "keyboard-covers"
    KILLED_AT_SIGN_IN = "killed-at-sign-in"


@dataclass(frozen=True, slots=True)
class Device:
    """A phone: `based_on` is Playwright's name of it, `device_type` the Rewards API's word for its platform."""

    name: str
    words: str
    platform: Platform
    based_on: str
    device_type: str


@dataclass(frozen=True, slots=True)
class Host:
    """What opens the link: user agent, headers and bridge where they differ from the phone's browser."""

    name: str
    words: str
    opens_in: Place = Place.BROWSER
    user_agents: Mapping[Platform, str] = field(default_factory=dict)
    headers: Mapping[Platform, Mapping[str, str]] = field(default_factory=dict)
    bridges: Mapping[Platform, Bridge] = field(default_factory=dict)
    defects: frozenset[Defect] = frozenset()
    engine: EngineName | None = None
    """What shows the view where it isn't Chromium in disguise."""

    def bridge(self, platform: Platform) -> Bridge:
        """The bridge on a platform."""
        return self.bridges.get(platform, Bridge.NONE)


class NoSuchProfile(Exception):
    """There is no device or host of that name; the text names those that are."""


def device(name: str) -> Device:
    """A device by its name. Raises NoSuchProfile."""
    return _named("device", devices(), name)


def host(name: str) -> Host:
    """A host by its name. Raises NoSuchProfile."""
    return _named("host", hosts(), name)


@cache
def devices() -> Mapping[str, Device]:
    """All devices by name, in the file's order."""
    return {
        name: Device(name, data["words"], Platform(data["platform"]), data["based_on"], data["device_type"])
        for name, data in _profiles()["device"].items()
    }


@cache
def hosts() -> Mapping[str, Host]:
    """All hosts by name, in the file's order."""
    tables = _profiles()["host"]
    return {name: _host(name, tables[data["like"]] | data if "like" in data else data) for name, data in tables.items()}


def _host(name: str, data: Mapping[str, Any]) -> Host:
    return Host(
        name=name,
        words=data["words"],
        opens_in=Place(data.get("opens_in", Place.BROWSER)),
        user_agents={Platform(p): agent for p, agent in data.get("user_agent", {}).items()},
        headers={Platform(p): headers for p, headers in data.get("headers", {}).items()},
        bridges={Platform(p): Bridge(bridge) for p, bridge in data.get("bridge", {}).items()},
        defects=frozenset(Defect(defect) for defect in data.get("defects", ())),
        engine=EngineName(data["engine"]) if "engine" in data else None,
    )


def _profiles() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("profiles.toml").read_text(encoding="utf-8"))


def _named(kind: str, known: Mapping[str, _Profile], name: str) -> _Profile:
    if name not in known:
        raise NoSuchProfile(f"There is no {kind} named {name!r}; there is: {', '.join(known)}.")
    return known[name]
