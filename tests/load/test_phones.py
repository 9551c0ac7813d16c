"""`simulator phones`: whole journeys in a browser, counted only when they ended with the reward, and audited."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from simulator import campaign_file
from simulator.commands.phones import done_of, people_of
from simulator.hosts import profiles
from simulator.load import phones, shape
from simulator.load.phones import Played
from simulator.load.target import OwnWorld, calls_of
from simulator.service import free_port
from simulator.verdict import Check
from simulator.visitors.sending import HttpxSender
from simulator.world import CLIENT_ID, World, WorldPlan
from tests.load.lying_proxy import a_lying_proxy

PROJECT = Path(__file__).parents[2]


def asked(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulator", "phones", *options]
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


def test_each_person_gets_the_reward_once_and_the_warm_up_is_not_counted() -> None:
    told = asked("--at-once", "2", "--seconds", "8", "--json")

    assert told.returncode == 0, told.stdout + told.stderr
    done = json.loads(told.stdout)
    outcome = done["outcome"]
    assert outcome["came"] == outcome["rewarded"] == outcome["applied"]
    assert outcome["early"] == 2
    assert done["journeys"] == outcome["applied"] - outcome["early"] - outcome.get("late", 0)
    assert {check["name"] for check in done["checks"]} >= {"nobody got twice", "the ledger sums to zero"}
    assert all(check["went_well"] for check in done["checks"])
    assert done["journeysAMinute"] > 0
    assert done["journeysAMinute"] == round(done["journeys"] * 60 / 8, 1)
    assert 0 < done["p50"] <= done["p95"] < 8000
    assert done["browser"]


def test_a_journey_that_ends_with_another_reward_is_wrong_and_does_not_count() -> None:
    campaign, port = campaign_file.named("demo"), free_port()
    proxy = f"http://127.0.0.1:{port}"
    plan = WorldPlan(campaigns=(campaign,), runs_in_real_time=True, service_variables={"REDEEM_PUBLIC_URL": proxy})
    with World(plan) as world, ThreadPoolExecutor(1) as beside, HttpxSender() as sender:
        world.amazon.register_client(CLIENT_ID, world.seeded.secret("client"), [f"{proxy}/reward/sign-in/return"])
        calls = calls_of(campaign, shape.named("push-campaign"), world.service.url, world.app.api_key, "")
        people = people_of(OwnWorld(world, calls, campaign.app_name, None), sender)

        with a_lying_proxy(port, world.service.url, _another_reward):
            played = beside.submit(phones.play, people, 1, 0.1, profiles.device("pixel")).result()

    assert played.lasted == []
    assert played.outcome.counts["applied"] == 0
    assert played.outcome.counts["wrong"] == played.outcome.counts["came"] == 2
    assert "sees the reward: the page shows Somebody else's lamp" in played.outcome.wrong[0]


def _another_reward(_path: str, text: str) -> str:
    is_last = '<main data-page="applied"' in text
    return re.sub(r"(<h2[^>]*>)[^<]*", r"\1Somebody else's lamp", text, count=1) if is_last else text


def test_no_speed_is_told_when_the_books_do_not_add_up() -> None:
    played = Played("a browser", span=10.0, lasted=[1.0, 2.0, 3.0])

    right = done_of(played, 2, [Check("nobody got twice", went_well=True, told="")])
    wrong = done_of(played, 2, [Check("nobody got twice", went_well=False, told="")])

    assert (right["journeysAMinute"], right["p50"]) == (18.0, 2000)
    assert (wrong["journeysAMinute"], wrong["wentWell"]) == (None, False)


def test_without_a_browser_and_with_a_wrong_device_the_exit_status_says_so() -> None:
    assert asked("--seconds", "1", SIMULATOR_BROWSER="/nowhere/chrome").returncode == 3
    assert asked("--device", "abacus").returncode == 2
