"""The audit log can't be altered unnoticed, and names no person."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from redeem_app.adapters.database import Connection
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import AccountId, AppId, CampaignId, RewardGroupId
from tests.service_under_test import ServiceUnderTest


@pytest.fixture
def audited(under_test: ServiceUnderTest) -> ServiceUnderTest:
    under_test.load()
    running = under_test.service.running
    running.set_stock(CampaignId("spring"), RewardGroupId("US"), "lamp", 3)
    running.add_key(AppId("game"))
    running.move(CampaignId("spring"), CampaignMove.SUSPEND)
    under_test.service.forgetting.erase_account(AccountId("amzn1.account.ann"))
    return under_test


def broken_at(audited: ServiceUnderTest) -> int | None:
    service = audited.service
    return service.audit.broken_at(service.audit.lines(service.records))


def test_each_act_of_an_operator_is_a_line(audited: ServiceUnderTest) -> None:
    lines = audited.service.audit.lines(audited.service.records)

    assert [line.act for line in lines] == [
        "load",
        "submit",
        "approve",
        "stock",
        "add-key",
        "suspend",
        "erase-account",
    ]
    assert broken_at(audited) is None
    assert "amzn1" not in str(lines)


@pytest.mark.parametrize(
    ("alter", "where"),
    [
        (lambda db: db.run("UPDATE audit SET facts = ? WHERE number = 4", ('{"pieces": "9"}',)), 4),
        (lambda db: db.run("DELETE FROM audit WHERE number = 3"), 3),
        (lambda db: db.run("UPDATE audit SET done_at = done_at + 1 WHERE number = 1"), 1),
        (lambda db: db.run("UPDATE audit SET subject = 'autumn' WHERE number = 6"), 6),
    ],
)
def test_an_alteration_is_noticed_where_it_was_made(
    audited: ServiceUnderTest, alter: Callable[[Connection], object], where: int
) -> None:
    audited.service.database.write(alter)

    assert broken_at(audited) == where


def test_lines_that_are_written_at_once_stay_in_one_chain(under_test: ServiceUnderTest) -> None:
    under_test.load()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: under_test.service.running.add_key(AppId("game")), range(24)))

    assert len(under_test.service.audit.lines(under_test.service.records)) == 27
    assert broken_at(under_test) is None
