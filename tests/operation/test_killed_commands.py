"""Long work killed at any commit or between reads goes on by the same command: nothing twice, nothing lost."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from redeem_app.cli import main
from redeem_app.domain.bookkeeping import CampaignBooks
from redeem_app.wiring import Service
from tests.campaign_builders import NOW, a_campaign
from tests.money.plenty import service_with_plenty

PROJECT = Path(__file__).parents[2]
CAMPAIGNS = PROJECT / "simulator" / "campaigns"
MOST_POINTS = 40
KILLED = -9


@dataclass
class Operator:
    """Whose commands are killed."""

    environment: dict[str, str]
    program: "subprocess.Popen[str]"
    points: list[tuple[str, int]] = field(default_factory=list)

    def killed_everywhere(self, words: list[str], when: tuple[str, ...], check: Callable[[], None]) -> None:
        """Kill the command at its first commit, its second, … and check each time; until it gets to its end."""
        for moment in when:
            for number in range(MOST_POINTS):
                status = self.runs(words, moment, number)
                if status != KILLED:
                    assert status == 0
                    break
                self.points.append((moment, number))
                check()

    def runs(self, words: list[str], when: str = "never", number: int = 0) -> int:
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        order = {"words": words, "when": when, "number": number, "environment": self.environment}
        self.program.stdin.write(json.dumps(order) + "\n")
        self.program.stdin.flush()
        return int(self.program.stdout.readline())

    def moves_clock(self, to: float) -> None:
        Path(self.environment["REDEEM_CLOCK_FILE"]).write_text(f"={to}", encoding="utf-8")


@pytest.fixture
def operator(database_url: str, tmp_path: Path) -> Iterator[Operator]:
    environment = {
        "REDEEM_MODE": "sandbox",
        "REDEEM_DATABASE_URL": database_url,
        "REDEEM_CLOCK_FILE": str(tmp_path / "clock"),
        "REDEEM_PUBLIC_URL": "https://rewards.example",
    }
    command = [sys.executable, "-m", "tests.operation.killed"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        operator = Operator(environment, program)
        operator.moves_clock(NOW.timestamp())
        yield operator


@pytest.fixture
def service(operator: Operator) -> Iterator[Service]:
    """With one live campaign that has plenty."""
    service = service_with_plenty(operator.environment)
    yield service
    service.database.close()


def minting(out: Path, count: int) -> list[str]:
    wanted = ["--moment", "level-5", "--group", "US", "--count", str(count), "--out", str(out)]
    return ["reward", "mint", "spring", *wanted]


def book(service: Service) -> CampaignBooks:
    """The campaign's, once everything agrees."""
    balance = service.bookkeeping.balance()
    assert balance.disagreements == ()
    return balance.books[0]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_mint_killed_at_every_commit_loses_no_link_and_issues_none_twice(
    operator: Operator, service: Service, tmp_path: Path, when: str
) -> None:
    out, count = tmp_path / "links.txt", 8500

    def check() -> None:
        links = out.read_text("utf-8").splitlines() if out.exists() else []
        assert len(links) == len(set(links)) <= book(service).issued

    for number in range(5):
        if operator.runs(minting(out, count), when, number) == KILLED:
            operator.points.append((when, number))
        check()
    ended = operator.runs(minting(out, count))

    links = out.read_text("utf-8").splitlines()
    assert len(operator.points) >= 4
    assert ended == 0
    assert len(links) == len(set(links)) == count == book(service).issued


@pytest.mark.parametrize("written", [0, 400])
def test_a_mint_killed_between_its_last_commit_and_the_file_is_not_minted_anew(
    operator: Operator, service: Service, tmp_path: Path, written: int
) -> None:
    out = tmp_path / "links.txt"
    assert operator.runs(minting(out, 1000)) == 0
    links = out.read_text("utf-8").splitlines(keepends=True)
    out.write_text("".join(links[:written]), encoding="utf-8")

    again, once_more = operator.runs(minting(out, 1000)), operator.runs(minting(out, 1000))

    assert (again, once_more) == (0, 1)
    assert out.read_text("utf-8").splitlines(keepends=True) == links
    assert book(service).issued == 1000


def test_r2_expiring_killed_at_every_commit_expires_each_reward_once(
    operator: Operator, service: Service, tmp_path: Path
) -> None:
    assert operator.runs(minting(tmp_path / "links.txt", 2600)) == 0
    operator.moves_clock((a_campaign().redeemable_until + timedelta(seconds=1)).timestamp())
    expired = [0]

    def check() -> None:
        told = book(service)
        assert told.expired + told.open == 2600
        assert told.expired >= expired[-1]
        expired.append(told.expired)

    operator.killed_everywhere(["expire"], ("before", "after"), check)

    assert len(operator.points) >= 4
    assert sorted(set(expired))[1] == 500, "a batch is there whole or not at all"
    assert (book(service).expired, book(service).open) == (2600, 0)


def test_an_export_killed_between_its_pages_is_completed(operator: Operator, service: Service, tmp_path: Path) -> None:
    out = tmp_path / "rewards.csv"
    assert operator.runs(minting(tmp_path / "links.txt", 5000)) == 0

    operator.killed_everywhere(["reward", "export", "--out", str(out)], ("read",), lambda: None)

    with out.open(encoding="utf-8", newline="") as file:
        ids = [row["reward"] for row in csv.DictReader(file)]
    assert len(operator.points) >= 3
    assert len(ids) == len(set(ids)) == book(service).issued == 5000


def test_banners_derived_anew_and_killed_at_every_commit_are_whole(operator: Operator, tmp_path: Path) -> None:
    shutil.copytree(CAMPAIGNS / "banners", tmp_path / "banners")
    file = Path(shutil.copy(CAMPAIGNS / "demo.toml", tmp_path))

    def shown() -> str:
        return CliRunner(env=operator.environment).invoke(main, ["campaign", "show", "--json"]).output

    operator.killed_everywhere(["campaign", "apply", str(file)], ("before", "after"), lambda: None)
    before = shown()
    applied = len(operator.points)

    def check() -> None:
        assert shown() == before

    operator.killed_everywhere(["campaign", "banners", str(file)], ("before", "after"), check)
    assert len(operator.points) - applied >= 4
    assert applied >= 4
