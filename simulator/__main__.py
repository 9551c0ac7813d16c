"""`python -m simulator`: from a fresh clone too, so nothing but the first run is imported before it is done."""

import sys

from simulator import first_run

if __name__ == "__main__":
    lock = "requirements-load.lock" if sys.argv[1:2] == ["load"] else "requirements.lock"
    if any("qt-webview" in argument for argument in sys.argv):
        lock = "requirements-dev.lock"  # the one that has Qt
    first_run.prepare(lock, "simulator")

    from simulator.cli import main

    main()
