"""One `redeem serve` with several processes: whichever is asked tells the figures of all, and limits hold for all."""

import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
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


def test_a_process_that_was_killed_is_started_again_and_others_serve_meanwhile(service: Service) -> None:
    until(lambda: serving(service) == WORKERS)
    killed = min(_processes(service))

    os.kill(killed, signal.SIGKILL)
    statuses = set()

    def is_replaced() -> bool:
        with suppress(httpx.ReadError, httpx.RemoteProtocolError):  # it had been given to the one that was killed
            statuses.add(get(service, "/healthz").status_code)
        return serving(service) == WORKERS + 1

    until(is_replaced)
    statuses.add(get(service, "/healthz").status_code)

    assert statuses == {200}
    assert killed not in _processes(service)
    assert len(_processes(service)) == WORKERS


def serving(service: Service) -> int:
    """How many processes have begun to listen, those that have ended since among them."""
    return len(re.findall(r"Started worker-\d+$", service.whole_log(), re.MULTILINE))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_all_processes_end_at_once_when_each_is_told_as_a_terminal_does(service: Service, how: signal.Signals) -> None:
    os.killpg(service.group, how)

    until(lambda: not _processes(service))


def until(seen: Callable[[], bool]) -> None:
    for _ in range(400):
        if seen():
            return
        threading.Event().wait(0.05)
    raise AssertionError("in vain")


def _processes(service: Service) -> set[int]:
    """Those that serve: of the service's group, the ones that have no children."""
    parent_of = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent, group = entry.read_text("utf-8").rpartition(")")[2].split()[:3]
            if int(group) == service.group and state != "Z":
                parent_of[int(entry.parent.name)] = int(parent)
    return set(parent_of) - set(parent_of.values())


def test_the_processes_limit_a_link_together(service: Service) -> None:
    statuses = [get(service, "/r/one-link-that-is-hammered").status_code for _ in range(OPENED + 10)]

    assert ALLOWED <= statuses.count(404) < ALLOWED + WORKERS, "a process may let one through that it has not told"
    assert statuses[-1] == 429
