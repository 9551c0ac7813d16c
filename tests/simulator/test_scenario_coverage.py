"""The table of what the scenarios cover tells the truth, and knows everything that the service can say to a person."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from redeem_app.domain.refusals import Reason
from simulator import coverage, robots, scenario
from simulator.cli import main
from simulator.faults import FAULTS
from simulator.robots import NoSuchRobot

NO_PAGE_OF_ITS_OWN = {"campaign-not-started"}
"""A link is only issued once a campaign is live, so nobody meets this one."""


def a_library(
    folder: Path, *, shows: str = '["C3"]', expect: str = '{ reason = "reward-used" }'
) -> list[scenario.Scenario]:
    text = f'title = "t"\nshows = {shows}\n[[step]]\ndo = "opens_app"\nexpect = {expect}\n'
    (folder / "one.toml").write_text(text, encoding="utf-8")
    return scenario.library(folder)


def test_a_scenario_counts_for_what_it_shows_and_expects_and_for_nothing_else(tmp_path: Path) -> None:
    covered = coverage.table(a_library(tmp_path))

    assert {row.name for row in covered if row.by} == {"C3", "reward-used"}


def test_every_reason_that_a_person_can_meet_is_in_the_table() -> None:
    known = tomllib.loads(coverage.FILE.read_text(encoding="utf-8"))
    members = list(Reason)
    for_people = {str(reason) for reason in members[: members.index(Reason.BODY_INVALID)]}

    assert for_people - NO_PAGE_OF_ITS_OWN <= known["refusals"].keys()
    assert known["refusals"].keys() <= {str(reason) for reason in members}


def test_every_fault_by_name_is_played_by_a_scenario() -> None:
    played = {row.name: row.by for row in coverage.table(scenario.library()) if row.kind == "faults"}

    assert played.keys() == FAULTS.keys()
    assert [name for name, by in played.items() if not by] == []


def test_the_library_leaves_nothing_out() -> None:
    told = CliRunner().invoke(main, ["list", "--coverage"])

    assert told.exit_code == 0
    assert "reward-expired" in told.output
    assert "NONE" not in told.output


@pytest.mark.parametrize(
    "asked", [["run", "nonesuch"], ["run", "expired", "--device", "toaster"], ["run", "--host", "toaster"]]
)
def test_asking_for_what_is_not_there_is_wrong_usage(asked: list[str]) -> None:
    told = CliRunner().invoke(main, asked)

    assert told.exit_code == 2
    assert "there is:" in told.output


def test_an_unknown_robot_is_answered_with_the_known_ones() -> None:
    assert len(robots.named("all")) == len(robots.ROBOTS)
    with pytest.raises(NoSuchRobot, match=r"there is: all, slack"):
        robots.named("nonesuch")
