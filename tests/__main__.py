"""`python -m tests`: the whole suite, from a fresh clone too; arguments are pytest's own."""

import os
import sys

from simulator import first_run

MOST_PROCESSES = 6
"""Each of them drives a browser of its own."""


def processes() -> int:
    """One more than there are cores, since tests also wait: for processes that start, and for browsers."""
    return min((os.cpu_count() or 1) + 1, MOST_PROCESSES)


if __name__ == "__main__":
    first_run.prepare("requirements-dev.lock", "tests")

    import pytest

    raise SystemExit(pytest.main(sys.argv[1:] or ["-n", str(processes()), "--dist", "worksteal"]))
