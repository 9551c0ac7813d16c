"""`python -m simulator`: from a fresh clone too, so nothing but the first run is imported before it is done."""

import sys

from simulator import first_run

if __name__ == "__main__":
    wants_locust = sys.argv[1:2] == ["load"]
    first_run.prepare("requirements-load.lock" if wants_locust else "requirements.lock", "simulator")

    from simulator.cli import main

    main()
