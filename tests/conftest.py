"""Rules of the whole suite."""

import os

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI is set, a test that was skipped is a test that is missing: the run fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
