"""A pytest plugin: `pytest --simulator-scenarios DIR` makes each scenario file in a folder a test.

It is installed with the simulator, and reads nothing of it before the option is given. Journeys are played in a process
of their own, so that they meet neither the event loops nor the closed sockets of the tests beside them.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from simulator.crew import Journey
    from simulator.journeys.film import Film

_FOLDERS = "simulator_scenarios"


class WentWrong(Exception):
    """A journey did not go as its scenario expects; the text says where, and how to play it again."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the simulator."""
    group = parser.getgroup("simulator", "journeys of people with a reward link")
    group.addoption("--simulator-scenarios", dest=_FOLDERS, action="append", metavar="DIR", default=[],
                    help="play each scenario file (*.toml) in this folder as a test; may repeat")  # fmt: skip
    group.addoption("--simulator-device", default="pixel", help="device to play on (default: pixel)")
    group.addoption("--simulator-host", default="", help="what opens the link (default: as the scenario says)")
    group.addoption("--simulator-seed", type=int, default=1, help="same seed, same run (default: 1)")
    group.addoption("--simulator-report", metavar="DIR", default="", help="write the simulator's report there")


def pytest_configure(config: pytest.Config) -> None:
    """Where scenarios are asked for, collect their folders and bring the players."""
    folders = [Path(folder).resolve() for folder in config.getoption(_FOLDERS)]
    for folder in folders:
        if not folder.is_dir():
            raise pytest.UsageError(f"--simulator-scenarios {folder}: there is no such folder.")
    if folders:
        config.pluginmanager.register(_Players(config, folders), "simulator-players")
        config.args.extend(str(folder) for folder in folders)


class _Players:
    """Collects the scenarios of some folders, and plays them."""

    def __init__(self, config: pytest.Config, folders: list[Path]) -> None:
        self._config = config
        self._folders = folders
        self._stack = ExitStack()
        self._crew: ProcessPoolExecutor | None = None
        self._films: list[Film] = []

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        is_scenario = file_path.suffix == ".toml" and any(file_path.is_relative_to(f) for f in self._folders)
        if not is_scenario:
            return None
        file: _ScenarioFile = _ScenarioFile.from_parent(parent, path=file_path)
        file.players = self
        return file

    def play(self, one: "Journey") -> "Film":
        """Play it in the crew, which is hired for the first one."""
        from simulator import crew  # noqa: PLC0415 - only where scenarios are asked for

        if self._crew is None:
            self._crew = self._stack.enter_context(crew.crew_of(1))
        film = self._crew.submit(crew.play_one, one, self._config.getoption("--simulator-seed")).result()
        self._films.append(film)
        return film

    def pytest_sessionfinish(self) -> None:
        self._stack.close()
        folder = self._config.getoption("--simulator-report")
        if folder and self._films:
            self._write(Path(folder))

    def _write(self, folder: Path) -> None:
        from datetime import UTC, datetime  # noqa: PLC0415 - likewise

        from simulator.report import writing  # noqa: PLC0415 - likewise

        at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        seconds = sum(film.seconds for film in self._films)
        writing.write(writing.Run(self._films, at, "the browser found by pytest", seconds), folder)


class _ScenarioFile(pytest.File):
    players: _Players

    def collect(self) -> Iterator["_Scenario"]:
        from simulator import scenario as scenarios  # noqa: PLC0415 - likewise
        from simulator.journeys import journey  # noqa: PLC0415 - likewise
        from simulator.journeys.verbs import WrongStep  # noqa: PLC0415 - likewise

        try:
            (found,) = scenarios.chosen([str(self.path)])
            journey.check(found)
        except (scenarios.ScenarioWrong, WrongStep) as wrong:
            raise self.CollectError(str(wrong)) from None
        item: _Scenario = _Scenario.from_parent(self, name=found.name)
        item.scenario = found
        yield item


class _Scenario(pytest.Item):
    scenario: Any

    def runtest(self) -> None:
        from simulator.hosts import profiles  # noqa: PLC0415 - likewise

        config, own = self.config, self.scenario.form.hosts
        host = config.getoption("--simulator-host") or (own[0] if own else "browser")
        device = profiles.device(config.getoption("--simulator-device"))
        assert isinstance(self.parent, _ScenarioFile)  # noqa: S101 - made by it
        film = self.parent.players.play((self.scenario, device, profiles.host(host)))
        if not film.went_well:
            raise WentWrong(f"{film.trouble}\nPlay it again:  {film.again}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any, **__: Any) -> Any:
        if isinstance(excinfo.value, WentWrong):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.scenario.title
