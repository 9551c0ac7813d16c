"""A fresh clone makes its own environment once, and says in a sentence what stands in the way when it can't."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.first_run import CHECKOUT, STAMP, CannotPrepare, Environment, refuse_missing, refuse_old_python

LOCKS = ("requirements.lock", "requirements-load.lock", "requirements-dev.lock")
PIN = re.compile(r"^([a-z0-9._-]+(?:\[[a-z,]+\])?)==(\S+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall((CHECKOUT / lock).read_text(encoding="utf-8")))


def a_checkout(folder: Path, *, interpreter: str = 'echo "$@" >> "$0.calls"') -> Environment:
    """A checkout whose environment holds a stand-in for Python that writes down what it is asked."""
    for lock in LOCKS:
        (folder / lock).write_text(f"# {lock}\n", encoding="utf-8")
    environment = Environment(folder)
    environment.python.parent.mkdir(parents=True)
    environment.python.write_text(f"#!/bin/sh\n{interpreter}\n", encoding="utf-8")
    environment.python.chmod(environment.python.stat().st_mode | stat.S_IXUSR)
    return environment


def calls(environment: Environment) -> list[str]:
    written = environment.python.with_name("python.calls")
    return written.read_text(encoding="utf-8").splitlines() if written.exists() else []


def test_installs_what_the_lock_names_by_hash_and_itself_without_an_index(tmp_path: Path) -> None:
    environment = a_checkout(tmp_path)

    environment.bring_up_to_date("requirements.lock")

    _, packages, itself = calls(environment)
    assert "install --require-hashes --requirement" in packages
    assert "--no-deps --no-build-isolation --no-index --editable" in itself


def test_the_second_run_asks_nothing(tmp_path: Path) -> None:
    environment = a_checkout(tmp_path)
    environment.bring_up_to_date("requirements.lock")
    first = calls(environment)

    environment.bring_up_to_date("requirements.lock")

    assert calls(environment) == first


def test_a_changed_lock_is_installed(tmp_path: Path) -> None:
    environment = a_checkout(tmp_path)
    environment.bring_up_to_date("requirements.lock")
    first = calls(environment)

    (tmp_path / "requirements.lock").write_text("# changed\n", encoding="utf-8")
    environment.bring_up_to_date("requirements.lock")

    assert len(calls(environment)) > len(first)


@pytest.mark.parametrize("wide", ["requirements-dev.lock", "requirements-load.lock"])
def test_the_packages_for_tests_and_for_load_cover_those_for_running(wide: str, tmp_path: Path) -> None:
    environment = a_checkout(tmp_path)
    environment.bring_up_to_date(wide)
    first = calls(environment)

    environment.bring_up_to_date("requirements.lock")

    assert calls(environment) == first
    assert pins("requirements.lock").items() <= pins(wide).items()


def test_the_packages_for_tests_cover_those_for_load(tmp_path: Path) -> None:
    environment = a_checkout(tmp_path)
    environment.bring_up_to_date("requirements-dev.lock")
    first = calls(environment)

    environment.bring_up_to_date("requirements-load.lock")

    assert calls(environment) == first
    assert pins("requirements-load.lock").items() <= pins("requirements-dev.lock").items()


def test_a_failed_installation_leaves_no_stamp_and_speaks_of_the_connection(tmp_path: Path) -> None:
    environment = a_checkout(tmp_path, interpreter='case "$*" in *install*) exit 1;; esac')

    with pytest.raises(CannotPrepare, match="no way to a package index"):
        environment.bring_up_to_date("requirements.lock")

    assert not (environment.folder / STAMP).exists()


def test_an_old_python_is_told_which_one_is_needed() -> None:
    with pytest.raises(CannotPrepare, match=r"3\.11 or later is needed, and this is 3\.9\.2"):
        refuse_old_python((3, 9, 2))

    refuse_old_python((3, 11, 0))


def test_a_python_without_venv_is_told_what_brings_it() -> None:
    with pytest.raises(CannotPrepare, match=r"without venv and ensurepip.*python3-venv"):
        refuse_missing(["venv", "ensurepip"])

    refuse_missing([])


def test_the_locks_hold_the_build_backend_and_name_no_index() -> None:
    for lock in LOCKS:
        assert {"hatchling", "editables"} <= pins(lock).keys(), f"compile {lock} with --extra checkout or dev"
        assert "://" not in (CHECKOUT / lock).read_text(encoding="utf-8")


def test_nothing_but_the_standard_library_is_imported_before_the_environment_is_there() -> None:
    asked = "import sys, simulator.__main__, simulator.first_run; print(*sorted(m.split('.')[0] for m in sys.modules))"

    loaded = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); {asked}"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    ).stdout.split()

    assert set(loaded) - set(sys.stdlib_module_names) <= {"simulator", "__main__"}
