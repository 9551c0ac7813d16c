"""Some of the drills, short, by their command; and what the drill makes of an installation that does lose something."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from simulator.drill.drills import DRILLS
from simulator.drill.running import Drilled, markdown
from simulator.drill.servers import program
from simulator.drill.stand import Stand, StandPlan
from simulator.fake_amazon import FakeAmazon
from simulator.verdict import Check

PROJECT = Path(__file__).parents[2]


def drill(*names: str, **environment: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "simulator", "drill", *names, "--people", "6", "--json"]
    variables = {**os.environ, **environment}
    done = subprocess.run(command, cwd=PROJECT, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def test_a_killed_service_and_a_full_disk_lose_nothing_and_apply_nothing_twice() -> None:
    done = drill("service-killed", "disk-full")

    for one in done["drills"]:
        assert all(check["went_well"] for check in one["checks"])
        assert one["applied"] == 6
    assert [len(one["servedAgainAfter"]) for one in done["drills"]] == [5, 1]


def test_without_redis_money_is_closed_and_pages_are_open() -> None:
    done = drill("redis-gone")

    assert done["wentWell"]


def test_where_no_small_disk_can_be_mounted_the_outcome_says_what_was_played() -> None:
    done = drill("disk-full", PATH="/nowhere")

    assert done["wentWell"]
    assert "RLIMIT_FSIZE" in done["drills"][0]["real"]


IS_SHALLOW = ["git", "rev-parse", "--is-shallow-repository"]
if subprocess.run(IS_SHALLOW, cwd=PROJECT, capture_output=True, text=True, check=False).stdout.strip() == "false":

    def test_the_release_before_serves_beside_the_new_one() -> None:
        done = drill("two-releases")

        assert done["wentWell"]
        assert done["drills"][0]["applied"] == 6


if os.geteuid() == 0 and program("initdb"):

    def test_a_full_disk_under_postgresql_loses_nothing() -> None:
        done = drill("disk-full-postgresql")

        assert done["wentWell"]
        assert "RLIMIT_FSIZE" not in done["drills"][0]["real"]


def test_what_amazon_did_behind_the_books_is_found() -> None:
    with Stand(StandPlan(people=2)) as stand:
        stand.amazon.tell("accounts", email="q@people.example", password="secret-1", name="Q")
        stand.crowd.wait(60)
        before = stand.amazon.applied()
        stand.amazon.process.kill()
        (stand.amazon.clock.parent / "journal").write_text("", encoding="utf-8")
        stand.amazon.start()
        checks = {check.name: check.went_well for check in stand.finish()}

    assert len(before) == 2
    assert checks["redeemed = applied at Amazon"] is False


def test_a_fake_amazon_with_a_journal_knows_again_what_it_did(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    order = {"email": "ada@people.example", "password": "secret-1", "name": "Ada"}
    with FakeAmazon(control=True, journal=journal) as first:
        made = httpx.post(f"{first.base_url}/control/accounts", json=order).json()

    with journal.open("a", encoding="utf-8") as file:
        file.write('[{"cut off by a ki')
    with FakeAmazon(control=True, journal=journal) as second:
        account = second.account("ada@people.example")

    assert account is not None
    assert account.user_id == made["user_id"]


def test_the_page_tells_what_was_lacking_and_what_went_wrong() -> None:
    wrong = Drilled("redis-gone", back=(1.2,), checks=(Check("nobody got twice", went_well=False, told="1"),))

    page = markdown([wrong, Drilled("two-releases", lacking="no history")], "2026-01-01")

    assert "| 1.2 | 0 | 0 | NO |" in page
    assert "| no history |" in page


def test_every_drill_is_in_the_handbook() -> None:
    handbook = (PROJECT / "docs" / "simulator.md").read_text(encoding="utf-8")

    assert [name for name in DRILLS if f"`{name}`" not in handbook] == []
