"""Rules of the whole suite."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Playwright, sync_playwright
from psycopg.sql import SQL, Identifier

from tests.redis_server import redis_url  # noqa: F401 - a fixture of the whole suite
from tests.service_under_test import ServiceUnderTest, a_service


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI is set, a test that was skipped is a test that is missing: the run fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, once for the test process: a second one beside it does not start."""
    with sync_playwright() as started:
        yield started


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    """An empty database: a SQLite file, or a schema of its own where TEST_DATABASE_URL names a PostgreSQL."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield f"sqlite:///{tmp_path / 'records.sqlite3'}"
        return
    schema = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
    yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{schema}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))


@pytest.fixture
def under_test(database_url: str) -> Iterator[ServiceUnderTest]:
    """The service on an empty database, with Amazon played by the test."""
    service = a_service(database_url)
    yield service
    service.service.database.close()
