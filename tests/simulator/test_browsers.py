"""A browser counts when it renders a page; the person's own choice is obeyed or refused, never replaced."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from simulator import browsers
from simulator.browsers import Found, Machine, NoBrowser


def a_program(folder: Path, name: str, text: str = "\x7fELF") -> Path:
    path = folder / name
    path.write_text(text, encoding="latin-1")
    return path


class ADesk:
    """A machine with some browsers, some of which work, and installers that may bring another."""

    def __init__(
        self,
        *,
        working: Sequence[Path | None] = (),
        on_path: dict[str, Path] | None = None,
        environment: dict[str, str] | None = None,
        installer: Callable[[Sequence[str]], bool] = lambda _: False,
        is_root: bool = False,
        has_screen: bool = True,
    ) -> None:
        self.working = set(working)
        self.ran: list[str] = []
        self._installer = installer
        on_path = on_path or {}
        self.machine = Machine(
            works=lambda found: found.executable in self.working,
            run=self._run,
            environment=environment or {},
            which=lambda name: str(on_path[name]) if name in on_path else None,
            is_root=is_root,
            has_screen=has_screen,
        )

    def _run(self, command: Sequence[str]) -> bool:
        self.ran.append(" ".join(command))
        return self._installer(command)


def test_the_named_browser_is_taken_before_all_others(tmp_path: Path) -> None:
    named = a_program(tmp_path, "mine")
    desk = ADesk(working=[None, named], environment={"SIMULATOR_BROWSER": str(named)})

    assert browsers.search(desk.machine) == Found(named)


def test_a_named_browser_that_does_not_work_is_an_error_and_not_a_hint(tmp_path: Path) -> None:
    desk = ADesk(working=[None], environment={"SIMULATOR_BROWSER": str(a_program(tmp_path, "broken"))})

    with pytest.raises(NoBrowser, match="SIMULATOR_BROWSER names"):
        browsers.search(desk.machine)


def test_playwrights_own_comes_before_the_systems(tmp_path: Path) -> None:
    chrome = a_program(tmp_path, "chrome")
    desk = ADesk(working=[None, chrome], on_path={"google-chrome": chrome})

    assert browsers.search(desk.machine) == Found(None)


def test_a_system_browser_that_does_not_render_is_passed_over(tmp_path: Path) -> None:
    broken, good = a_program(tmp_path, "chrome"), a_program(tmp_path, "chromium")
    desk = ADesk(working=[good], on_path={"google-chrome": broken, "chromium": good})

    assert browsers.search(desk.machine) == Found(good)


def test_a_snap_stub_is_not_a_browser(tmp_path: Path) -> None:
    stub = a_program(tmp_path, "chromium-browser", "#!/bin/sh\nexec snap run chromium\n")
    desk = ADesk(working=[stub], on_path={"chromium-browser": stub})

    with pytest.raises(NoBrowser):
        browsers.search(desk.machine)


def test_playwrights_installer_is_tried_and_then_the_search_begins_again() -> None:
    def bring_playwrights_own(command: Sequence[str]) -> bool:
        desk.working.add(None)
        return "playwright" in command

    desk = ADesk(installer=bring_playwrights_own)

    assert browsers.search(desk.machine) == Found(None)
    assert len(desk.ran) == 1


def test_apt_is_tried_last_and_only_by_root(tmp_path: Path) -> None:
    chromium = a_program(tmp_path, "chromium")

    def bring_chromium(command: Sequence[str]) -> bool:
        if "chromium-headless-shell" in command:
            desk.working.add(chromium)
        return "chromium-headless-shell" in command

    tools = {"apt-get": Path("/usr/bin/apt-get"), "chromium": chromium}
    desk = ADesk(installer=bring_chromium, is_root=True, on_path=tools)

    assert browsers.search(desk.machine) == Found(chromium)
    assert [line.split()[0] for line in desk.ran[1:]] == ["apt-get", "apt-get"]
    person = ADesk(on_path=tools)
    with pytest.raises(NoBrowser, match="apt-get install"):
        browsers.search(person.machine)
    assert all("playwright" in line for line in person.ran)


def test_to_be_watched_it_needs_windows_and_a_screen(tmp_path: Path) -> None:
    shell, chrome = a_program(tmp_path, "chromium-headless-shell"), a_program(tmp_path, "chromium")
    desk = ADesk(working=[shell, chrome], on_path={"chromium-headless-shell": shell, "chromium": chrome})

    assert browsers.search(desk.machine) == Found(shell)
    assert browsers.search(desk.machine, to_watch=True) == Found(chrome)
    with pytest.raises(NoBrowser, match="neither DISPLAY nor WAYLAND_DISPLAY"):
        browsers.search(ADesk(working=[chrome], has_screen=False).machine, to_watch=True)


def test_to_be_watched_a_whole_browser_is_installed(tmp_path: Path) -> None:
    shell = a_program(tmp_path, "chromium-headless-shell")
    tools = {"apt-get": Path("/usr/bin/apt-get"), "chromium-headless-shell": shell}
    desk = ADesk(working=[shell], on_path=tools, is_root=True)

    with pytest.raises(NoBrowser, match="a headless shell shows nothing"):
        browsers.search(desk.machine, to_watch=True)
    assert not any("shell" in line for line in desk.ran)
    named = ADesk(working=[shell], environment={"SIMULATOR_BROWSER": str(shell)})
    with pytest.raises(NoBrowser, match="which shows nothing"):
        browsers.search(named.machine, to_watch=True)


@pytest.mark.browser
def test_the_browser_of_this_machine_renders_a_page(playwright: Playwright, tmp_path: Path) -> None:
    found = browsers.find(playwright)

    assert browsers.renders_a_page(playwright.chromium, found)
    assert not browsers.renders_a_page(playwright.chromium, Found(a_program(tmp_path, "nothing")))
