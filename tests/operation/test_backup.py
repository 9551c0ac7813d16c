"""SQLite is backed up while it is served, and put back, by the commands of the handbook; the books then agree.

PostgreSQL's half is in test_install_by_the_book.py, at the end of a whole installation.
"""

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

from redeem_app.domain.ids import AppId, CampaignId, MomentId, RewardGroupId
from redeem_app.domain.money import Money
from redeem_app.domain.reward_wanted import RewardWanted
from tests.campaign_builders import a_campaign, a_developer, a_group, an_app, an_item
from tests.operation.handbook import commands
from tests.service_under_test import ServiceUnderTest, a_service

WANTED = RewardWanted(AppId("game"), CampaignId("spring"), MomentId("level-5"), RewardGroupId("US"))


def issued(service: ServiceUnderTest) -> int:
    balance = service.service.bookkeeping.balance()
    assert balance.disagreements == ()
    return sum(book.issued for book in balance.books)


def shell(block: str, folder: Path) -> None:
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    subprocess.run(["/bin/bash", "-euc", block], cwd=folder, env={"PATH": path}, check=True)


def test_sqlite_is_backed_up_while_served_and_put_back(tmp_path: Path) -> None:
    _, _, backup, restore = commands("Backup and restore")
    url = f"sqlite:///{tmp_path / 'redeem.sqlite3'}"
    served = a_service(url)
    much = Money.of("5000000.00", "USD")  # more than can be given while the copy is made
    plenty = a_campaign(a_group(an_item(stock=100_000)), budget=much, month_cap=much)
    served.load(plenty, developer=replace(a_developer(), month_cap=much))
    over, given = threading.Event(), threading.Semaphore(0)

    def give() -> None:
        while not over.is_set() and served.service.granting.grant(an_app(), WANTED) is not None:
            given.release()

    giver = threading.Thread(target=give)
    giver.start()
    for _ in range(5):
        given.acquire()
    shell(backup, tmp_path)
    over.set()
    giver.join()
    served.service.granting.grant(an_app(), WANTED)
    in_the_end = issued(served)
    served.service.database.close()

    shell(restore, tmp_path)
    restored = a_service(url)
    put_back = issued(restored)
    restored.service.granting.grant(an_app(), WANTED)
    after = issued(restored)
    restored.service.database.close()

    assert 5 <= put_back < in_the_end
    assert after == put_back + 1
