"""`simulator load` by its command: each shape for some seconds, and what it makes of answers that are wrong.

Always as a process of its own: Locust changes the process that imports it.
"""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.load import shape
from simulator.load.plan import Plan
from simulator.load.shape import NoSuchShape
from simulator.service import free_port
from simulator.visitors.app_calls import AppCalls
from simulator.world import CLIENT_ID, World, WorldPlan
from tests.load.lying_proxy import Lie, a_lying_proxy

PROJECT = Path(__file__).parents[2]
SECONDS = 0.05
"""Of the load, in minutes."""


def load(*arguments: str, expected: int = 0) -> dict[str, Any]:
    command = [sys.executable, "-m", "simulator", "load", *arguments, "--minutes", str(SECONDS), "--json"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == expected, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def failed(done: dict[str, Any]) -> set[str]:
    return {check["name"] for check in done["checks"] if check["went_well"] is False}


@pytest.mark.parametrize(("name", "workers"), [("push-campaign", 1), ("slow-day", 1), ("robot-wave", 2)])
def test_each_shape_runs_and_everything_adds_up(name: str, workers: int) -> None:
    bind = f"127.0.0.1:{free_port()}"
    done = load(name, "--people", "20", "--workers", str(workers), "--bind", bind)

    assert failed(done) == set()
    assert done["outcome"]["finished"] == done["outcome"]["rewarded"] == 20
    assert done["outcome"]["applied"] > 0
    assert all(check["went_well"] is True for check in done["checks"])


def test_these_are_the_shapes() -> None:
    assert shape.there() == ["push-campaign", "robot-wave", "slow-day"]


VIEWERS = """
title = "Viewers who come back the day after until ten films are watched, and read their mail later"
minutes = 30
day_minutes = 3
people = 4
campaign = "video"
moment = "ten-films"
arrival = [{ time = 0, people = 0 }, { time = 1, people = 1 }]

[[persona]]
name = "viewer"
pace = "hasty"

[persona.habits]
day = { films = 4 }
opens = "mail"
opens_after = "6 hours"
sleeps_on_it = "1 day"
"""


def test_people_of_a_load_have_habits(tmp_path: Path) -> None:
    (tmp_path / "viewers.toml").write_text(VIEWERS, encoding="utf-8")

    done = load(str(tmp_path / "viewers.toml"))

    outcome = done["outcome"]
    assert failed(done) == set()
    assert outcome["finished"] == outcome["rewarded"] == outcome["applied"] == outcome["came back"] == 4
    assert outcome["deeds"] == 10 * 4, "each stops on the third day, at the tenth film"
    assert outcome["robots"] == 4, "the scanner of each one's mail"
    steps = {one["step"]: one["requests"] for one in done["requests"]}
    assert steps["the ad network calls back"] == 10 * 4


def test_a_worker_that_was_started_elsewhere_gets_the_plan_from_the_one_that_leads() -> None:
    bind = f"127.0.0.1:{free_port()}"
    follow = [sys.executable, "-m", "simulator", "load", "--worker-of", bind]
    with subprocess.Popen(follow, cwd=PROJECT, stderr=subprocess.DEVNULL) as worker:
        done = load("push-campaign", "--people", "8", "--await-workers", "1", "--bind", bind)
        worker.wait(30)

    assert failed(done) == set()
    assert done["outcome"]["applied"] > 0


def _wrong_title(_path: str, text: str) -> str:
    return re.sub(r"(<h2[^>]*>)[^<]*", r"\1Somebody else's reward", text) if 'data-page="applied"' in text else text


def _one_field_more(path: str, text: str) -> str:
    return json.dumps({**json.loads(text), "redeemedBy": "p1"}) if path == "/GetReward" else text


def _sent_back(_path: str, text: str) -> str:
    return text.replace('data-page="applied"', 'data-page="offer"')


LIES: dict[str, Lie] = {
    "does not show the chosen": _wrong_title,
    "redeemedBy": _one_field_more,
    "saw offer (status 200) instead of applied": _sent_back,
}


def test_an_answer_with_status_200_and_the_wrong_content_is_caught() -> None:
    port = free_port()
    proxy = f"http://127.0.0.1:{port}"
    plan = WorldPlan(
        runs_in_real_time=True,
        amazon={"calls_per_second": None},
        amazon_control=True,
        service_variables={"REDEEM_PUBLIC_URL": proxy, "REDEEM_API_CALLS_PER_SECOND": "1000"},
    )
    with World(plan) as world:
        world.amazon.register_client(CLIENT_ID, world.seeded.secret("client"), [f"{proxy}/reward/sign-in/return"])
        at = ["--url", proxy, "--app-key", world.app.api_key, "--amazon", world.amazon_url]
        for seed, (sentence, lie) in enumerate(LIES.items(), 1):
            with a_lying_proxy(port, world.service.url, lie):
                done = load("push-campaign", "--people", str(6 + seed), "--seed", str(seed), *at, expected=1)

            assert "every answer says what it has to" in failed(done)
            assert any(sentence in wrong for wrong in done["wrong"])


def test_another_machine_is_spared_unless_it_is_ours() -> None:
    command = [sys.executable, "-m", "simulator", "load", "--url", "https://rewards.example", "--app-key", "x"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "--beyond-loopback" in done.stderr


def test_without_locust_a_sentence_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "hide.py").write_text(
        "import importlib.util as u, sys\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'locust' else find(name, *more)\n"
        "from simulator.cli import main\n"
        "main()\n",
        encoding="utf-8",
    )
    command = [sys.executable, str(tmp_path / "hide.py"), "load"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(PROJECT)}
    )

    assert done.returncode == 3
    assert "pip install 'redeem-app[load]'" in done.stderr


def test_no_command_becomes_geventlike() -> None:
    asked = (
        "import sys, simulator.load.target\n"
        "from simulator.cli import COMMANDS, main\n"
        "assert all(main.get_command(None, name) for name in COMMANDS)\n"
        "print(any(m in sys.modules for m in ('gevent', 'locust')))"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


ALMOST = 'title="t"\nminutes=1\npeople=1\nmoment="m"\npersona=[{name="p"}]\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title = 1", "title"),
        (f"{ALMOST}arrival = [{{time = 0.5, people = 1}}, {{time = 1, people = 1}}]", "arrival begins at time 0"),
        (f"{ALMOST}arrival = [{{time = 0, people = 0}}, {{time = 1, people = 1}}]\nsurprise = true", "surprise"),
        ("= 3", "Invalid"),
    ],
)
def test_a_wrong_shape_is_refused_with_its_place(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")

    with pytest.raises(NoSuchShape, match=sentence):
        shape.named(str(tmp_path / "mine.toml"))


def test_a_shape_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(NoSuchShape, match="push-campaign, robot-wave, slow-day"):
        shape.named("rush")


def test_a_day_of_habits_lasts_as_the_shape_says_and_shorter_in_a_shorter_load() -> None:
    calls = AppCalls("", "", "", "", "", "")
    whole, half = (
        Plan(shape=shape.named("slow-day"), people=1, minutes=minutes, seed=1, app_name="", calls=calls)
        for minutes in (30, 15)
    )

    assert whole.lasts(timedelta(days=2)) == 2 * 3 * 60
    assert half.lasts(timedelta(days=2)) == 3 * 60
    assert whole.gives_up_after > whole.seconds + whole.lasts(timedelta(days=9, hours=9))


def test_the_same_seed_brings_the_same_people() -> None:
    form = shape.named("slow-day")

    once = [form.persona_of(number, 3).name for number in range(50)]

    assert once == [form.persona_of(number, 3).name for number in range(50)]
    assert len(set(once)) > 2
