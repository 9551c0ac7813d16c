"""Rules of the whole suite."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Playwright, sync_playwright

from tests.databases import Databases
from tests.redis_server import redis_url  # noqa: F401 - a fixture of the whole suite
from tests.service_under_test import ServiceUnderTest, a_service
from tests.sharing import in_shares

# How long an example takes says what else the machine is doing: speed is measured by the bench.
settings.register_profile("untimed", parent=settings.default, deadline=None)
settings.load_profile("untimed")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI is set, a test that was skipped is a test that is missing: the run fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several processes, long tests first in the share of each."""
    if processes := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")):
        places = [(item.path.relative_to(config.rootpath).as_posix(), item) for item in items]
        items[:] = in_shares(places, processes)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, once for the test process: a second one beside it does not start."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """SQLite files, or schemas of their own where TEST_DATABASE_URL names a PostgreSQL."""
    with Databases(os.environ.get("TEST_DATABASE_URL", "")) as made:
        yield made


@pytest.fixture
def database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own, up to date and without a row."""
    with databases.up_to_date(tmp_path) as url:
        yield url


@pytest.fixture
def empty_database_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A database without a table."""
    with databases.empty(tmp_path) as url:
        yield url


@pytest.fixture
def under_test(database_url: str) -> Iterator[ServiceUnderTest]:
    """The service without a campaign, with Amazon played by the test."""
    service = a_service(database_url)
    yield service
    service.service.database.close()
