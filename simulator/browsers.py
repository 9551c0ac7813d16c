"""Finds a browser that really works on this machine, or installs one; counted only when it renders a page.

The order: the one that `SIMULATOR_BROWSER` names, Playwright's own, a headless shell, Chrome or Chromium of the
system; then Playwright's installer, then the system's packages; then a sentence with the commands. To be watched, it
needs a screen and windows, which a headless shell hasn't.
"""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click
from playwright.sync_api import Browser, BrowserType, Error, Playwright

SETTING: Final = "SIMULATOR_BROWSER"
HEADLESS_SHELLS: Final = (
    "/usr/lib/chromium/chromium-headless-shell",
    "/usr/lib64/chromium-browser/headless_shell",
    "/usr/lib/chromium-browser/headless_shell",
)
SYSTEM_NAMES: Final = (
    "chromium-headless-shell",
    "google-chrome",
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
)
MAC_CHROME: Final = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
SCREENS: Final = ("DISPLAY", "WAYLAND_DISPLAY")
FLAGS: Final = (
    "--disable-background-networking",  # a closed network is not to be knocked at while pages are tested
    "--disable-component-update",
    "--no-first-run",
)
PLAYWRIGHT_INSTALL: Final = (sys.executable, "-m", "playwright", "install", "--with-deps", "--only-shell", "chromium")
PLAYWRIGHT_INSTALL_WHOLE: Final = tuple(part for part in PLAYWRIGHT_INSTALL if part != "--only-shell")
APT: Final = ("apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=300")
APT_INSTALL: Final = (*APT, "install", "--no-install-recommends", "fonts-dejavu-core")
INSTALL_SECONDS: Final = 600


class NoBrowser(Exception):
    """No browser works here; the text says what was tried and which commands help."""


NONE_WORKS: Final = f"""\
No browser was found that launches and renders a page, and none could be installed. One of these helps:
  python -m playwright install --with-deps --only-shell chromium
  sudo apt-get install --no-install-recommends chromium-headless-shell fonts-dejavu-core
  {SETTING}=/path/to/chrome    (a Chrome or Chromium that you have)"""
NONE_TO_WATCH: Final = f"""\
No browser with windows works here, and none could be installed; a headless shell shows nothing. One of these helps:
  python -m playwright install --with-deps chromium
  sudo apt-get install --no-install-recommends chromium fonts-dejavu-core
  {SETTING}=/path/to/chrome    (a Chrome or Chromium that you have)"""
NO_SCREEN: Final = "To watch, a screen is needed, and there is none here: neither DISPLAY nor WAYLAND_DISPLAY is set."


@dataclass(frozen=True, slots=True)
class Found:
    """A browser that rendered a page; `executable` is None for Playwright's own."""

    executable: Path | None

    @property
    def words(self) -> str:
        """What to call it in a report."""
        return self.executable.name if self.executable else "Playwright's own Chromium"

    def launch(self, kind: BrowserType, *, headless: bool = True) -> Browser:
        """Start it; the caller closes it."""
        return kind.launch(executable_path=self.executable, headless=headless, args=list(FLAGS))


@dataclass(frozen=True, slots=True)
class Machine:
    """What the search asks of the machine it runs on."""

    works: Callable[[Found], bool]
    """Whether the browser launches and renders a page."""
    run: Callable[[Sequence[str]], bool]
    """Run an installer; whether it succeeded."""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    which: Callable[[str], str | None] = shutil.which
    has_screen: bool = field(
        default_factory=lambda: sys.platform != "linux" or any(os.environ.get(name) for name in SCREENS)
    )
    is_root: bool = field(default_factory=lambda: getattr(os, "geteuid", lambda: 1)() == 0)


def search(machine: Machine, *, to_watch: bool = False) -> Found:
    """The first browser that works, in the module's order; with windows, `to_watch`. Raises NoBrowser."""
    if to_watch and not machine.has_screen:
        raise NoBrowser(NO_SCREEN)
    named = machine.environment.get(SETTING)
    if named:
        return _the_named_one(machine, Path(named), to_watch=to_watch)
    found = _first_working(machine, to_watch=to_watch)
    if found is None and machine.run(PLAYWRIGHT_INSTALL_WHOLE if to_watch else PLAYWRIGHT_INSTALL):
        found = _first_working(machine, to_watch=to_watch)
    if found is None and _installed_by_apt(machine, to_watch=to_watch):
        found = _first_working(machine, to_watch=to_watch)
    if found is None:
        raise NoBrowser(NONE_TO_WATCH if to_watch else NONE_WORKS)
    return found


def find(playwright: Playwright, *, to_watch: bool = False) -> Found:
    """The browser of this machine, looked for once per process. Raises NoBrowser."""
    return _remembered(playwright.chromium, to_watch=to_watch)


@functools.cache
def _remembered(kind: BrowserType, *, to_watch: bool) -> Found:
    works = functools.partial(renders_a_page, kind, headless=not to_watch)
    return search(Machine(works=works, run=_run), to_watch=to_watch)


def renders_a_page(kind: BrowserType, candidate: Found, *, headless: bool = True) -> bool:
    """Launch the candidate and look at a page in it; any failure is a no."""
    try:
        with candidate.launch(kind, headless=headless) as browser:
            page = browser.new_page()
            page.set_content("<p id=probe style='width:40px'>one</p>")
            return bool(page.evaluate("document.getElementById('probe').offsetHeight > 0"))
    except Error:
        return False


def _the_named_one(machine: Machine, named: Path, *, to_watch: bool) -> Found:
    found = Found(named)
    if to_watch and _is_headless_shell(named):
        raise NoBrowser(f"{SETTING} names {named}, a headless shell, which shows nothing; name a Chrome or Chromium.")
    if not named.is_file() or not machine.works(found):
        raise NoBrowser(f"{SETTING} names {named}, which does not launch and render a page; mend it or unset it.")
    return found


def _first_working(machine: Machine, *, to_watch: bool) -> Found | None:
    return next((found for found in _candidates(machine, to_watch=to_watch) if machine.works(found)), None)


def _candidates(machine: Machine, *, to_watch: bool) -> Iterator[Found]:
    yield Found(None)
    system = (machine.which(name) for name in SYSTEM_NAMES)
    for name in (*HEADLESS_SHELLS, *system, MAC_CHROME):
        path = Path(name or "")
        if path.is_file() and not _is_snap_stub(path) and not (to_watch and _is_headless_shell(path)):
            yield Found(path)


def _is_headless_shell(path: Path) -> bool:
    """Whether it is a browser without windows, which takes a wish for windows without a word."""
    return any("headless" in name for name in (path.name, path.resolve().name))


def _is_snap_stub(path: Path) -> bool:
    """Ubuntu's `chromium-browser` package is a script that asks for a snap, which can't be driven."""
    if str(path.resolve()).startswith("/snap/") or path.resolve().name == "snap":
        return True
    with path.open("rb") as file:
        start = file.read(4096)
    return start.startswith(b"#!") and b"snap" in start


def _installed_by_apt(machine: Machine, *, to_watch: bool) -> bool:
    if not machine.is_root or machine.which("apt-get") is None:
        return False
    machine.run((*APT, "update"))
    packages = ("chromium",) if to_watch else ("chromium-headless-shell", "chromium")
    return any(machine.run((*APT_INSTALL, package)) for package in packages)


def _run(command: Sequence[str]) -> bool:
    click.echo(f"No browser yet; trying: {' '.join(command)}", err=True)
    try:
        done = subprocess.run(command, check=False, timeout=INSTALL_SECONDS, stdout=sys.stderr)  # noqa: S603 - constants of this module
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
