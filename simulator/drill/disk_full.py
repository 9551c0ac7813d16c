"""The disk is full: really, where a small one can be mounted; else the kernel refuses what makes files grow."""

import os
import resource
import time
from pathlib import Path
from typing import Final

from simulator.drill.refused import PersonWithLink, check_refusals
from simulator.drill.stand import Stand
from simulator.service import Service, ServiceFailed

FULL_SECONDS: Final = 1.0
PLAYED: Final = "no small disk can be mounted here: writes fail by RLIMIT_FSIZE (EFBIG), in place of ENOSPC"


def disk_full(stand: Stand) -> list[float]:
    """Full while everybody is told so, and a second longer; then there is room again. PostgreSQL may have ended."""
    person = PersonWithLink.of(stand)
    disk = stand.disk
    if disk is None or not disk.is_mounted:
        return _limited(stand, person)
    disk.fill()
    check_refusals(stand, person)
    time.sleep(FULL_SECONDS)
    began = time.monotonic()
    disk.free()
    if stand.cluster is not None and not stand.cluster.answers():
        stand.cluster.start()
    return [stand.serves_again(began)]


def _limited(stand: Stand, person: PersonWithLink) -> list[float]:
    if stand.cluster is not None:
        raise ServiceFailed("This drill needs a disk that can be filled, and only root can mount one.")
    stand.played = PLAYED
    _limit(stand, 0)
    check_refusals(stand, person)
    time.sleep(FULL_SECONDS)
    began = time.monotonic()
    _limit(stand, resource.RLIM_INFINITY)
    return [stand.serves_again(began)]


def _limit(stand: Stand, size: int) -> None:
    for process in (*_processes_of(stand.service), *_processes_of(stand.sweeper)):
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _processes_of(service: Service) -> list[int]:
    """Every process of a service's group."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                if os.getpgid(int(folder.name)) == service.group:
                    found.append(int(folder.name))
            except ProcessLookupError:
                continue
    return found
