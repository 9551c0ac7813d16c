"""Many links at once: each issued, charged and in the file once, wherever the work was interrupted."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from redeem_app.cli import main
from redeem_app.commands.progress import Progress
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId, MomentId, RewardGroupId
from redeem_app.domain.minting import MintWanted
from redeem_app.domain.money import Money
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.seen import Offered
from redeem_app.link_files import FileInTheWay, LinkFile
from redeem_app.wiring import Service
from tests.campaign_builders import NOW
from tests.money.plenty import service_with_plenty

COUNT = 2500
MANY = 12_000


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "clock").write_text(f"={NOW.timestamp()}", encoding="utf-8")
    return {
        "REDEEM_MODE": "sandbox",
        "REDEEM_DATABASE_URL": database_url,
        "REDEEM_CLOCK_FILE": str(tmp_path / "clock"),
        "REDEEM_PUBLIC_URL": "https://rewards.example",
    }


@pytest.fixture
def service(environment: dict[str, str]) -> Iterator[Service]:
    service = service_with_plenty(environment)
    yield service
    service.database.close()


def wanted(out: Path, count: int = COUNT) -> MintWanted:
    return MintWanted(CampaignId("spring"), MomentId("level-5"), RewardGroupId("US"), count, str(out.absolute()))


def command(out: Path, count: int = COUNT, *more: str) -> list[str]:
    words = [
        "reward",
        "mint",
        "spring",
        "--moment",
        "level-5",
        "--group",
        "US",
        "--count",
        str(count),
        "--out",
        str(out),
    ]
    return [*words, *more]


def run(environment: dict[str, str], *words: str) -> Result:
    return CliRunner(env=environment).invoke(main, list(words))


def check_all_is_there_once(service: Service, out: Path, count: int) -> None:
    links = out.read_text("utf-8").splitlines()
    assert len(links) == len(set(links)) == count
    balance = service.bookkeeping.balance()
    assert balance.disagreements == ()
    assert [(book.issued, book.open, book.charged) for book in balance.books] == [(count, count, count * 2750)]
    for link in (links[0], links[count // 2], links[-1]):
        assert isinstance(service.redemption.see(link.rpartition("/")[2], None, ""), Offered)


def test_c3_each_link_is_a_reward_that_is_issued_and_charged(
    service: Service, environment: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "links.txt"

    told = run(environment, *command(out, COUNT, "--json"))

    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["links"] == COUNT
    assert json.loads(told.stderr.splitlines()[-1])["done"] == COUNT
    assert out.read_text("utf-8").startswith("https://rewards.example/r/")
    assert out.stat().st_mode & 0o077 == 0, "links are secrets"
    check_all_is_there_once(service, out, COUNT)
    assert service.audit.lines(service.records)[-1].act == "mint"


@pytest.mark.parametrize("written", ["nothing", "a part of the first batch", "the first batch", "half a line more"])
def test_what_was_committed_and_not_written_is_written_when_it_goes_on(
    written: str, service: Service, environment: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "links.txt"
    first = service.minting.advance(service.minting.begin(wanted(out)))
    lines = [f"https://rewards.example/r/{token}\n" for token in service.minting.tokens(first)]
    second = service.minting.advance(first)
    kept = {
        "nothing": "",
        "a part of the first batch": "".join(lines[:300]),
        "the first batch": "".join(lines),
        "half a line more": "".join(lines) + "https://rewards.exa",
    }
    out.write_text(kept[written], encoding="utf-8")

    told = run(environment, *command(out))

    assert second.made == 2000
    assert told.exit_code == 0, told.output
    check_all_is_there_once(service, out, COUNT)


def test_killed_and_interrupted_it_goes_on_by_the_same_command(
    service: Service, environment: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "links.txt"
    ended = []
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it, and its children do
    for how in (signal.SIGKILL, signal.SIGINT):
        before = out.stat().st_size if out.exists() else 0
        process = subprocess.Popen(
            [sys.executable, "-m", "redeem_app", *command(out, MANY)],
            env=os.environ | environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        while process.poll() is None and (not out.exists() or out.stat().st_size <= before):
            threading.Event().wait(0.002)
        process.send_signal(how)
        words = process.communicate(timeout=60)[1]
        ended.append((process.returncode, words))
    told = run(environment, *command(out, MANY))

    assert ended[0][0] == -signal.SIGKILL
    assert ended[1][0] == 130, ended[1][1]
    assert "The same command goes on from here" in ended[1][1]
    assert told.exit_code == 0, told.output
    check_all_is_there_once(service, out, MANY)


def test_two_processes_do_not_go_on_with_one_mint(service: Service, tmp_path: Path) -> None:
    mint = service.minting.begin(wanted(tmp_path / "links.txt"))
    service.minting.advance(mint)

    with pytest.raises(Refusal) as refused:
        service.minting.advance(mint)

    assert refused.value.reason is Reason.MINT_ELSEWHERE
    assert service.bookkeeping.balance().books[0].issued == 1000


def test_c4_at_a_cap_it_stops_says_so_and_goes_on_once_that_is_raised(
    service: Service, environment: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "links.txt"
    service.running.set_cap(CampaignId("spring"), Money.of("33000.00", "USD"))

    stopped = run(environment, *command(out))
    in_between = len(out.read_text("utf-8").splitlines())
    run(environment, "campaign", "cap", "spring", "500000")
    told = run(environment, *command(out))

    assert stopped.exit_code == 1
    assert "`redeem campaign cap` raises it" in stopped.output
    assert in_between == 1200
    assert told.exit_code == 0, told.output
    check_all_is_there_once(service, out, COUNT)


def test_a_file_that_is_lost_is_written_once_more(
    service: Service, environment: dict[str, str], tmp_path: Path
) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    mint_id = json.loads(run(environment, *command(first, 1200, "--json")).stdout)["mint"]

    told = run(environment, "reward", "links", mint_id, "--out", str(second))

    assert told.exit_code == 0, told.output
    assert second.read_text("utf-8") == first.read_text("utf-8")
    check_all_is_there_once(service, second, 1200)


def test_nothing_is_issued_where_the_file_or_the_campaign_is_in_the_way(
    service: Service, environment: dict[str, str], tmp_path: Path
) -> None:
    there = tmp_path / "there.txt"
    there.write_text("somebody's notes\n", encoding="utf-8")
    run(environment, *command(tmp_path / "done.txt", 5))
    service.running.move(CampaignId("spring"), CampaignMove.SUSPEND)

    outputs = [
        run(environment, *command(there)).output,
        run(environment, *command(tmp_path / "done.txt", 5)).output,
        run(environment, *command(tmp_path / "nowhere" / "links.txt")).output,
        run(environment, *command(tmp_path / "links.txt")).output,
    ]

    assert "is there already" in outputs[0]
    assert "is there already" in outputs[1]
    assert "make it first" in outputs[2]
    assert "is suspended; links are minted while it is live" in outputs[3]
    assert there.read_text("utf-8") == "somebody's notes\n"
    assert service.bookkeeping.balance().books[0].issued == 5


def test_a_file_of_another_mint_is_left_as_it_is(service: Service, tmp_path: Path) -> None:
    minting = service.minting
    mints = [minting.advance(minting.begin(wanted(tmp_path / name, 3))) for name in ("one", "other")]
    file = LinkFile(tmp_path / "one", service.minting, "https://rewards.example/r/")
    file.open(mints[0])
    file.complete(mints[0])
    file.close()
    before = (tmp_path / "one").read_bytes()

    with pytest.raises(FileInTheWay):
        file.open(mints[1])

    assert (tmp_path / "one").read_bytes() == before


def test_progress_tells_how_far_how_fast_and_how_long() -> None:
    seconds = [0.0]
    told = io.StringIO()
    progress = Progress("links", 10_000, done=1000, out=told, seconds=lambda: seconds[0])
    for done in (2000, 4000):
        seconds[0] += 10
        progress.reached(done)

    assert told.getvalue().splitlines() == [
        "2,000 of 10,000 (20%) links, 100 a second, 80 s left",
        "4,000 of 10,000 (40%) links, 150 a second, 40 s left",
    ]


@pytest.mark.usefixtures("service")
def test_an_export_that_was_cut_short_is_completed_by_the_same_command(
    environment: dict[str, str], tmp_path: Path
) -> None:
    run(environment, *command(tmp_path / "links.txt"))
    out = tmp_path / "rewards.csv"
    first = run(environment, "reward", "export", "--out", str(out))
    whole = out.read_bytes()
    lines = whole.splitlines(keepends=True)

    completed = []
    for cut in (b"", lines[0], lines[0] + lines[1][:20], b"".join(lines[:1201]) + lines[1201][:9]):
        out.write_bytes(cut)
        told = run(environment, "reward", "export", "--out", str(out), "--json")
        completed.append((told.exit_code, out.read_bytes() == whole))

    assert first.output.endswith(f"{COUNT} rewards are in {out}\n")
    assert len(lines) == COUNT + 1
    assert lines[1].decode().strip().split(",")[1:5] == ["spring", "level-5", "US", "issued"]
    assert completed == [(0, True)] * 4


@pytest.mark.usefixtures("service")
def test_an_export_does_not_touch_a_file_that_is_none(environment: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "notes.txt"
    out.write_text("somebody's notes\nof two lines", encoding="utf-8")

    told = run(environment, "reward", "export", "--out", str(out))

    assert told.exit_code == 1
    assert "is no export" in told.output
    assert out.read_text("utf-8") == "somebody's notes\nof two lines"
