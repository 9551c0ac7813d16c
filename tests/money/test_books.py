"""At every moment issued = redeemed + expired + open, and ledger, stock and spend agree (rules C3, C4, R7)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from redeem_app.domain.bookkeeping import Balance
from redeem_app.domain.campaign import ChargedAt
from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, DeliveryRequest
from redeem_app.sweeping import LEASE
from tests.campaign_builders import NOW, a_campaign
from tests.money.people import books_of, gets_reward, presses_apply, redeems, signs_in
from tests.service_under_test import ServiceUnderTest

REWARDS = 48
WORKERS = 8


class SometimesUnheard:
    """A partner that applies, and whose every third answer is lost."""

    def __init__(self, succeed: Callable[[DeliveryRequest], Delivered]) -> None:
        self._succeed = succeed
        self._calls = 0

    def __call__(self, request: DeliveryRequest) -> Delivered:
        self._calls += 1
        delivered = self._succeed(request)
        if self._calls % 3 == 0:
            raise DeliveryFailed(DeliveryProblem.TEMPORARY, settled=False, detail="lost")
        return delivered


def balanced_meanwhile(under_test: ServiceUnderTest, load: Callable[[], None]) -> list[Balance]:
    """Balances taken one after another while the load runs, and one after it."""
    balances: list[Balance] = []
    done = threading.Event()

    def keep_balancing() -> None:
        while not done.is_set():
            balances.append(under_test.service.bookkeeping.balance())

    keeper = threading.Thread(target=keep_balancing)
    keeper.start()
    try:
        load()
    finally:
        done.set()
        keeper.join()
    return [*balances, under_test.service.bookkeeping.balance()]


@pytest.mark.parametrize("charged_at", ChargedAt)
def test_the_books_agree_at_every_moment_under_load(under_test: ServiceUnderTest, charged_at: ChargedAt) -> None:
    under_test.load(a_campaign(charged_at=charged_at))
    answer = SometimesUnheard(under_test.delivery.succeed)
    under_test.delivery.answers[:] = [answer] * (REWARDS // 2)

    def issue_and_begin(number: int) -> None:
        token = gets_reward(under_test)
        if number % 2:
            visit = signs_in(under_test, token, f"person{number}")
            presses_apply(under_test, token, visit)

    def settle_and_expire(_: int) -> None:
        under_test.service.settling.sweep(lease=LEASE, limit=5)
        under_test.service.expiring.expire(limit=5)

    def load() -> None:
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(issue_and_begin, range(REWARDS)))
            under_test.clock.moment = a_campaign().redeemable_until
            list(pool.map(settle_and_expire, range(REWARDS)))

    balances = balanced_meanwhile(under_test, load)

    assert [balance.disagreements for balance in balances if balance.disagreements] == []
    assert len(balances) > 1
    [books] = balances[-1].books
    assert (books.issued, books.redeemed, books.expired, books.open) == (REWARDS, REWARDS // 2, REWARDS // 2, 0)
    assert books.charged == 2_750 * (REWARDS if charged_at is ChargedAt.ISSUE else REWARDS // 2)
    assert books.reserved == 0


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE rewards SET state = 'expired'", "1 issued, but 1 redeemed, 1 expired, 0 open"),
        ("UPDATE applications SET applied_at = NULL", "0 applications were confirmed, but 1 rewards are applied"),
        ("UPDATE charges SET amount = amount + 1", "budget/spring: 2750 taken from the counter, but 2751"),
        ("UPDATE counters SET used = used - 1 WHERE name LIKE 'pool/%' AND used > 0", "pool/spring/US: 0 taken"),
        ("UPDATE counters SET used = used - 1 WHERE name LIKE 'item/%' AND used > 0", "item/spring/US/lamp: 0 taken"),
        ("UPDATE counters SET used = used - 1 WHERE name LIKE 'month/%' AND used > 0", "month/spring/2026-03: 2749"),
    ],
)
def test_a_book_that_was_changed_by_hand_is_found(under_test: ServiceUnderTest, damage: str, told: str) -> None:
    under_test.load()
    redeems(under_test, gets_reward(under_test), "ann")
    before = books_of(under_test)

    under_test.service.database.write(lambda connection: connection.run(damage))
    disagreements = under_test.service.bookkeeping.balance().disagreements

    assert (before.issued, before.redeemed) == (1, 1)
    assert f"{NOW:%Y-%m}" == "2026-03"
    assert any(told in sentence for sentence in disagreements), disagreements
