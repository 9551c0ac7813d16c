"""The pytest plugin as an app team uses it: a folder of scenario files in a project of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2]
LIBRARY = HERE / "simulator" / "scenarios"


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    plugin = ("-p", "no:cacheprovider", "-p", "no:xdist", "-W", "error")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A project with one scenario that goes well, and one that expects what does not happen."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    tampered = (LIBRARY / "tampered.toml").read_text("utf-8")
    (scenarios / "ours.toml").write_text(tampered)
    (scenarios / "hopeful.toml").write_text(tampered.replace('"refusal"', '"offer"'))
    return tmp_path


@pytest.mark.browser
def test_each_scenario_of_a_folder_is_a_test(theirs: Path) -> None:
    done = pytest_in(theirs, "--simulator-scenarios", "scenarios", "--simulator-report", "report", "-v")

    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "expected page 'offer', saw 'refusal'" in done.stdout
    assert f"python3 -m simulator run {theirs / 'scenarios' / 'hopeful.toml'} --device pixel" in done.stdout
    assert (theirs / "report" / "report.html").is_file()
    assert done.returncode == 1


def test_a_file_that_can_not_be_played_is_told_with_its_mistake(theirs: Path) -> None:
    (theirs / "scenarios" / "hopeful.toml").write_text('title = "x"\n[people.ada]\n[[step]]\ndo = "flies"\n')

    done = pytest_in(theirs, "--simulator-scenarios", "scenarios", "--collect-only", "-q")

    assert "hopeful.toml" in done.stdout
    assert "flies" in done.stdout
    assert done.returncode == pytest.ExitCode.INTERRUPTED


def test_a_folder_that_is_not_there_is_wrong_usage(theirs: Path) -> None:
    done = pytest_in(theirs, "--simulator-scenarios", "nowhere")

    assert "there is no such folder" in done.stderr
    assert done.returncode == pytest.ExitCode.USAGE_ERROR


def test_without_the_option_nothing_of_the_simulator_is_read(theirs: Path) -> None:
    (theirs / "test_theirs.py").write_text(
        "import sys\n\ndef test_light():\n    assert 'playwright' not in sys.modules\n"
        "    assert 'simulator.scenario' not in sys.modules\n"
    )

    done = pytest_in(theirs, "-q")

    assert done.returncode == 0, done.stdout
