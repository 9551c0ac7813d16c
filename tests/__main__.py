"""`python -m tests`: the whole suite, from a fresh clone too; arguments are pytest's own."""

import sys

from simulator import first_run

if __name__ == "__main__":
    first_run.prepare("requirements-dev.lock", "tests")

    import pytest

    raise SystemExit(pytest.main(sys.argv[1:] or ["-n", "2", "--dist", "worksteal"]))
