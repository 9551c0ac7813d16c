"""One `redeem serve` with several processes: whichever is asked tells the figures of all, and limits hold for all."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from simulator.service import Service, ServiceSettings, free_port

WORKERS = 3
OPENED = 40
ALLOWED = 25


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    variables = {
        "REDEEM_MODE": "sandbox",
        "REDEEM_DATABASE_URL": f"sqlite:///{tmp_path}/records.sqlite3",
        "REDEEM_WORKERS": str(WORKERS),
        "REDEEM_LINK_PAGES_PER_MINUTE": str(ALLOWED),
        "TMPDIR": str(tmp_path),
    }
    started = Service(ServiceSettings(tmp_path, free_port(), variables, (sys.executable, "-m", "redeem_app")))
    started.start()
    yield started
    started.stop()
    assert list(tmp_path.glob("redeem-metrics-*")) == [], "the folder of the counters goes with the service"


def get(service: Service, path: str) -> httpx.Response:
    """On a connection of its own, so that any of the processes may answer."""
    with httpx.Client(timeout=20, trust_env=False) as client:
        return client.get(service.url + path)


def figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_each_process_tells_what_all_of_them_counted(service: Service) -> None:
    for number in range(OPENED):
        get(service, f"/r/link-{number:04}-that-nobody-made")

    told = [get(service, "/metrics").text for _ in range(2 * WORKERS)]

    refused = 'redeem_refused_total{reason="link-invalid",whom="person"}'
    assert {figure(text, refused) for text in told} == {OPENED}
    assert {figure(text, "redeem_unsettled") for text in told} == {0}


def test_the_processes_limit_a_link_together(service: Service) -> None:
    statuses = [get(service, "/r/one-link-that-is-hammered").status_code for _ in range(OPENED + 10)]

    assert ALLOWED <= statuses.count(404) < ALLOWED + WORKERS, "a process may let one through that it has not told"
    assert statuses[-1] == 429
