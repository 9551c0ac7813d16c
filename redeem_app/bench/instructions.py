"""Instructions per request, counted by valgrind: the same on every machine, however busy, so that a change shows.

It counts what the process itself executes: no kernel, no server, no waiting.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from redeem_app.adapters.migrations import migrate
from redeem_app.bench import audits, campaign, served
from redeem_app.bench.counted import COUNTED, FEW, WARM
from redeem_app.bench.filling import Filling, Told
from redeem_app.bench.servers import BenchFailed
from redeem_app.bench.traffic import PHONE, Traffic, message
from redeem_app.settings import read_settings

_REFS: Final = re.compile(r"==(\d+)== I\s+refs:\s+([\d,]+)")
_EACH: Final = WARM + 2 * FEW + COUNTED
_KEYS: Final = 16


def counted(folder: Path, rewards: int, told: Told) -> dict[str, float]:
    """Instructions of one request of each path, on so many rewards. Raises BenchFailed where there is no valgrind."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise BenchFailed("Instructions are counted by valgrind, which is not installed.")
    database, book = folder / f"counted-{rewards}.sqlite3", folder / f"counted-{rewards}.book"
    environment = served.environment(f"sqlite:///{database}", 80, book) | {"REDEEM_SWEEP_SECONDS": "0"}
    wanted = _wanted(environment, book, rewards, told)
    told(f"counting instructions on {rewards:,} rewards; this takes some minutes")
    done = subprocess.run(  # noqa: S603 - valgrind and our own module
        [
            *(valgrind, "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"),
            *(sys.executable, "-m", "redeem_app.bench.counted"),
        ],
        env={**os.environ, **environment, "PYTHONHASHSEED": "0"},
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchFailed(f"The counting failed:\n{done.stderr[-2000:]}")
    refs = {int(pid): int(count.replace(",", "")) for pid, count in _REFS.findall(done.stderr)}
    return {name: (refs[both] - refs[warm]) / COUNTED for name, (warm, both) in json.loads(done.stdout).items()}


def _wanted(environment: dict[str, str], book: Path, rewards: int, told: Told) -> dict[str, tuple[str, list[str]]]:
    """The expected status and the requests of each path, on a database made for them."""
    service = served.service(read_settings(environment), book)
    with closing(service.database):
        migrate(service.database)
        keys = [campaign.load(service), *(service.running.add_key(campaign.APP) for _ in range(_KEYS - 1))]
        filled = Filling(service, "counted", told).fill(rewards, signed_in=_EACH)
        traffic = Traffic(service, keys)
        return {
            "bare": ("200", [message("GET", "/hello", PHONE)] * _EACH),
            "open": (audits.EXPECTED["open"], traffic.opening(filled.links[:_EACH])),
            "apply": (audits.EXPECTED["apply"], traffic.applying(filled.signed_in)),
            "GetReward": (audits.EXPECTED["GetReward"], traffic.granting(_EACH)),
            "events": (audits.EXPECTED["events"], traffic.events(_EACH)),
        }
