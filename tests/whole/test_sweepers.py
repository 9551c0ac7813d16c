"""Two service processes on one database: whichever sweeps, and if one is gone, the other takes over."""

import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from redeem_app.adapters.migrations import migrate
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.minting import MintWanted
from redeem_app.settings import read_settings
from redeem_app.wiring import Service as Records
from redeem_app.wiring import build
from simulator.service import Service, ServiceSettings, free_port
from tests.campaign_builders import NOW, a_campaign, a_developer, an_app

SOON = 30.0


@pytest.fixture
def variables(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "REDEEM_MODE": "sandbox",
        "REDEEM_DATABASE_URL": database_url,
        "REDEEM_CLOCK_FILE": str(tmp_path / "clock"),
        "REDEEM_SWEEP_SECONDS": "0.1",
    }


@pytest.fixture
def records(variables: dict[str, str], tmp_path: Path) -> Iterator[Records]:
    set_clock(tmp_path, timedelta())
    service = build(read_settings(variables))
    migrate(service.database)
    service.running.load(a_developer(), an_app(), (a_campaign(),))
    for move in (CampaignMove.SUBMIT, CampaignMove.APPROVE):
        service.running.move(CampaignId("spring"), move)
    yield service
    service.database.close()


def set_clock(folder: Path, ahead: timedelta) -> None:
    (folder / "clock").write_text(f"={(NOW + ahead).timestamp()}", encoding="utf-8")


def issue(records: Records, count: int, name: str) -> None:
    campaign = a_campaign()
    wanted = MintWanted(
        campaign.campaign_id, campaign.moments[0].moment_id, campaign.groups[0].group_id, count, f"/nowhere/{name}"
    )
    records.minting.advance(records.minting.begin(wanted))


def expired(records: Records) -> int:
    return records.bookkeeping.balance().books[0].expired


def wait_for_expired(records: Records, count: int) -> None:
    pace = threading.Event()
    for _ in range(int(SOON / 0.05)):
        if expired(records) == count:
            return
        pace.wait(0.05)
    raise AssertionError(f"{expired(records)} expired of {count}")


def test_whichever_process_is_left_sweeps(records: Records, variables: dict[str, str], tmp_path: Path) -> None:
    issue(records, 5, "first")
    processes = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        settings = ServiceSettings(folder, free_port(), variables, (sys.executable, "-m", "redeem_app"))
        processes.append(Service(settings))
        processes[-1].start()
    try:
        processes[0].kill()
        set_clock(tmp_path, timedelta(days=400))
        wait_for_expired(records, 5)
    finally:
        for process in processes:
            process.stop()

    assert records.bookkeeping.balance().disagreements == ()
    assert "expired 5 rewards past their date" in (tmp_path / "other" / "service.log").read_text("utf-8")
