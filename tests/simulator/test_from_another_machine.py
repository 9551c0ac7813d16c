"""`play` and `load` between machines: what is opened to the network works from there, and nothing else is open."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.two_machines import Machine, two_machines

VISITOR = "tests.simulator.visitor_from_elsewhere"


@pytest.fixture(scope="module")
def machines() -> Iterator[tuple[Machine, Machine]]:
    with two_machines() as machines:
        yield machines


@contextmanager
def played(here: Machine, *options: str) -> Iterator[dict[str, str]]:
    """A world for hands; gives what its first line says."""
    with here.starts("-m", "simulator", "play", "--json", *options) as world:
        assert world.stdout is not None
        first = world.stdout.readline()
        try:
            yield json.loads(first or "{}")
        finally:
            world.send_signal(signal.SIGINT)
            world.communicate(timeout=60)


def test_with_lan_the_whole_way_goes_from_another_machine(machines: tuple[Machine, Machine]) -> None:
    here, elsewhere = machines
    with played(here, "--lan") as told:
        seen = json.loads(elsewhere.says("-m", VISITOR, json.dumps(told)))

    assert told["rewardUrl"].startswith(f"http://{here.address}:")
    assert seen["ended"] == "applied"
    assert seen["playground"] == seen["shop"] == 200
    assert len(seen["resources"]) > 2
    assert set(seen["resources"].values()) == {200}, seen["resources"]
    assert seen["hosts"] == [here.address]


def test_without_lan_nothing_is_reachable_from_another_machine(machines: tuple[Machine, Machine]) -> None:
    here, elsewhere = machines
    with played(here) as told:
        from_there = json.loads(elsewhere.says("-m", VISITOR, json.dumps({**told, "address": here.address})))
        at_home = json.loads(here.says("-m", VISITOR, json.dumps({**told, "address": "127.0.0.1"})))

    assert set(from_there) == {"service", "playground", "app", "fakeAmazon", "rewardUrl"}
    assert set(from_there.values()) == {"ConnectionRefusedError"}
    assert set(at_home.values()) == {"open"}


def test_a_worker_on_another_machine_plays_the_people_of_a_load(machines: tuple[Machine, Machine]) -> None:
    here, elsewhere = machines
    bind = f"{here.address}:5557"
    load = ["-m", "simulator", "load", "push-campaign", "--people", "8", "--minutes", "0.05", "--json"]
    with (
        elsewhere.starts("-m", "simulator", "load", "--worker-of", bind) as worker,
        here.starts(*load, "--await-workers", "1", "--bind", bind) as leader,
    ):
        try:
            printed, said = leader.communicate(timeout=120)
            worker.communicate(timeout=60)
        finally:
            leader.kill()
            worker.kill()

    assert leader.returncode == 0, printed + said
    done = json.loads(printed)
    assert done["outcome"]["finished"] == done["outcome"]["rewarded"] == 8
    assert done["outcome"]["applied"] > 0
    assert all(check["went_well"] is True for check in done["checks"])
    assert f"listens on {here.address}" in said


def test_a_load_for_workers_elsewhere_wants_an_address_that_they_find(machines: tuple[Machine, Machine]) -> None:
    here, _ = machines
    command = here.python("-m", "simulator", "load", "--await-workers", "1", "--bind", "0.0.0.0:5557")
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "write this machine's own" in done.stderr
