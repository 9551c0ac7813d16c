"""The `redeem` command on the database of a test."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from redeem_app.cli import main
from tests.service_under_test import SECRET

Redeem = Callable[..., Result]


@pytest.fixture
def redeem(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Redeem:
    """Runs `redeem` with these arguments, at the moment of the tests' clock; `at` moves it."""
    clock = tmp_path / "clock"
    for name, value in {
        "REDEEM_MODE": "sandbox",
        "REDEEM_DATABASE_URL": database_url,
        "REDEEM_SECRET_KEYS": SECRET,
        "REDEEM_PUBLIC_URL": "http://localhost",
        "REDEEM_CLOCK_FILE": str(clock),
    }.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, at: float) -> Result:
        clock.write_text(f"={at}")
        return CliRunner().invoke(main, arguments)

    return run
