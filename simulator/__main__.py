"""`python -m simulator`: from a fresh clone too, so nothing but the first run is imported before it is done."""

from simulator import first_run

if __name__ == "__main__":
    first_run.prepare("requirements.lock", "simulator")

    from simulator.cli import main

    main()
