"""What the figures were taken on: the size of the machine, the interpreter's build, how steady and durable it is."""

import importlib.metadata
import os
import platform
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TIMES: Final = 60


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine, named by its size only."""

    cores: int
    memory_gb: float
    system: str
    python: str
    build: str
    """Whether the interpreter was built with profile and link-time optimisation: worth a factor of 1.25 to 1.4."""
    server: str
    fsync_ms: float
    """Median of a write of 4 KB and its fsync in the bench's folder."""
    noise: float
    """p90 over minimum of a fixed loop: 1.0 is a quiet machine."""


def looked_at(folder: Path) -> Machine:
    """This machine now; takes about a second."""
    return Machine(
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        system=f"{platform.system()} {platform.machine()}",
        python=f"{platform.python_implementation()} {platform.python_version()}",
        build=_build(),
        server=f"granian {importlib.metadata.version('granian')}",
        fsync_ms=round(_fsync(folder) * 1000, 3),
        noise=round(noise(), 2),
    )


def _build() -> str:
    said = str(sysconfig.get_config_var("CONFIG_ARGS") or "")
    optimised = "--enable-optimizations" in said
    linked = "--with-lto" in said
    return {(True, True): "PGO and LTO", (True, False): "PGO", (False, True): "LTO"}.get((optimised, linked), "plain")


def _fsync(folder: Path) -> float:
    taken = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(_TIMES):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - began)
    return sorted(taken)[len(taken) // 2]


def noise() -> float:
    """p90 over minimum of a loop that always does the same."""
    taken = []
    for _ in range(_TIMES * 2):
        began = time.perf_counter()
        sum(range(40_000))
        taken.append(time.perf_counter() - began)
    return sorted(taken)[int(len(taken) * 0.9)] / min(taken)
