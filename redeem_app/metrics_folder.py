"""Where the worker processes of one `redeem serve` add their counters up, so that whichever is asked tells of all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client reads it when it is imported, so it must be set before a service is built."""


@contextmanager
def shared_by(workers: int) -> Iterator[None]:
    """A folder for several workers: an operator's, emptied of what an earlier start left there, or one of our own."""
    if workers == 1:
        yield
        return
    if given := os.environ.get(VARIABLE):
        Path(given).mkdir(parents=True, exist_ok=True)
        for left in Path(given).glob("*.db"):
            left.unlink()
        yield
        return
    with tempfile.TemporaryDirectory(prefix="redeem-metrics-") as folder:
        os.environ[VARIABLE] = folder
        yield
