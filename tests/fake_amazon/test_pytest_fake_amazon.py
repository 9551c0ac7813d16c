"""The fixture as a third party uses it: in a project of its own, by name alone."""

import os
import subprocess
import sys
from pathlib import Path

THEIR_TEST = """
import urllib.error
import urllib.request

import pytest


def test_our_integration(fake_amazon):
    fake_amazon.register_partner("Fakep", "AKFAKE", "secret", 100)
    with pytest.raises(urllib.error.HTTPError) as problem:
        urllib.request.urlopen(f"{fake_amazon.base_url}/user/profile?access_token=none")
    assert problem.value.code == 400
    problem.value.close()
    assert [seen.operation for seen in fake_amazon.requests_seen] == ["profile"]


def test_another_one_begins_anew(fake_amazon):
    assert fake_amazon.requests_seen == ()


def test_over_https(fake_amazon_over_https):
    assert fake_amazon_over_https.base_url.startswith("https://")
    assert fake_amazon_over_https.certificate.exists()
"""


def test_somebody_else_s_project_takes_the_fixture_by_name(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["simulator.pytest_fake_amazon"]\n')
    (tmp_path / "test_theirs.py").write_text(THEIR_TEST)
    here = str(Path(__file__).resolve().parents[2])

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": here},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "3 passed" in done.stdout, done.stdout + done.stderr
