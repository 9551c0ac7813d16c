"""`python -m tests.planted FAULT ARGUMENTS`: the `redeem` command with one fault planted in it."""

import sys

from tests.planted import faults, serving


def main() -> None:
    """Plant the fault in this process and in those that it serves from, and go on as `redeem`."""
    _, fault, *arguments = sys.argv
    faults.plant(fault)
    serving.serve_with(fault)
    sys.argv = ["redeem", *arguments]

    from redeem_app.cli import main as redeem  # noqa: PLC0415 - after planting

    redeem()


if __name__ == "__main__":
    main()
