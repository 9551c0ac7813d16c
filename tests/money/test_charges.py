"""When a developer is charged: at issue, or at redemption out of what was reserved (rules C3, R2)."""

import pytest

from redeem_app.domain.campaign import Campaign, ChargedAt
from redeem_app.domain.money import Money
from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, DeliveryRequest
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.sweeping import LEASE
from tests.campaign_builders import a_campaign
from tests.money.people import books_of, gets_reward, left, redeems, signs_in
from tests.service_under_test import ServiceUnderTest

CHARGE = 2_750


def charged_at_redemption(**changes: object) -> Campaign:
    return a_campaign(charged_at=ChargedAt.REDEMPTION, **changes)


def lines(under_test: ServiceUnderTest) -> list[tuple[str, int]]:
    statement = "SELECT kind, amount FROM charges ORDER BY charged_at, kind"
    return [(kind, amount) for kind, amount in under_test.service.database.read(lambda c: c.rows(statement))]


def test_c3_the_charge_is_made_at_issue_and_redemption_adds_nothing(under_test: ServiceUnderTest) -> None:
    under_test.load()

    token = gets_reward(under_test)
    issued = books_of(under_test)
    redeems(under_test, token, "ann")
    redeemed = books_of(under_test)

    assert (issued.charged, issued.reserved) == (redeemed.charged, redeemed.reserved) == (CHARGE, 0)
    assert lines(under_test) == [("issue", CHARGE)]


def test_c3_charged_at_issue_stays_charged_when_the_reward_expires(under_test: ServiceUnderTest) -> None:
    under_test.load()
    gets_reward(under_test)
    under_test.clock.moment = a_campaign().redeemable_until

    expired = under_test.service.expiring.expire()

    assert expired == 1
    assert books_of(under_test).charged == CHARGE
    assert left(under_test, "budget/spring") == 500_000 - CHARGE


def test_charged_at_redemption_is_reserved_first(under_test: ServiceUnderTest) -> None:
    under_test.load(charged_at_redemption())

    token = gets_reward(under_test)
    issued = books_of(under_test)
    under_test.clock.advance(days=1)
    redeems(under_test, token, "ann")
    redeemed = books_of(under_test)

    assert (issued.charged, issued.reserved) == (0, CHARGE)
    assert (redeemed.charged, redeemed.reserved) == (CHARGE, 0)
    assert left(under_test, "budget/spring") == 500_000 - CHARGE
    assert lines(under_test) == [("reserve", CHARGE), ("redemption", CHARGE)]


def test_r2_what_was_reserved_is_released_when_the_reward_expires(under_test: ServiceUnderTest) -> None:
    under_test.load(charged_at_redemption())
    redeemed, _forgotten = gets_reward(under_test), gets_reward(under_test)
    redeems(under_test, redeemed, "ann")
    under_test.clock.moment = a_campaign().redeemable_until

    under_test.service.expiring.expire()
    books = books_of(under_test)

    assert (books.redeemed, books.expired, books.open) == (1, 1, 0)
    assert (books.charged, books.reserved) == (CHARGE, 0)
    assert left(under_test, "budget/spring") == 500_000 - CHARGE


def test_c4_a_reservation_counts_against_every_cap(under_test: ServiceUnderTest) -> None:
    under_test.load(charged_at_redemption(budget=Money(CHARGE * 2, "USD"), month_cap=Money(CHARGE, "USD")))
    gets_reward(under_test)

    with pytest.raises(Refusal) as refused:
        gets_reward(under_test)

    assert refused.value.reason is Reason.CAMPAIGN_MONTH_CAP
    assert books_of(under_test).issued == 1


def test_an_unheard_answer_is_charged_when_it_is_settled_and_once(under_test: ServiceUnderTest) -> None:
    under_test.load(charged_at_redemption())
    token = gets_reward(under_test)

    def unheard(request: DeliveryRequest) -> Delivered:
        under_test.delivery.succeed(request)
        raise DeliveryFailed(DeliveryProblem.TEMPORARY, settled=False, detail="timed out")

    under_test.delivery.answers.append(unheard)
    redeems(under_test, token, "ann")
    waiting = books_of(under_test)
    under_test.clock.advance(minutes=5)
    for _ in range(2):
        under_test.service.settling.sweep(lease=LEASE)
    settled = books_of(under_test)

    assert (waiting.charged, waiting.reserved, waiting.open) == (0, CHARGE, 1)
    assert (settled.charged, settled.reserved, settled.redeemed) == (CHARGE, 0, 1)


def test_a_refused_delivery_charges_nothing(under_test: ServiceUnderTest) -> None:
    under_test.load(charged_at_redemption())
    token = gets_reward(under_test)
    visit = signs_in(under_test, token, "ann")

    def refuse(_: DeliveryRequest) -> Delivered:
        raise DeliveryFailed(DeliveryProblem.FUNDS_LOW, settled=True, detail="no funds")

    under_test.delivery.answers.append(refuse)
    reason = redeems(under_test, token, "ann")

    assert visit
    assert reason is Reason.DELIVERY_DELAYED
    assert (books_of(under_test).charged, books_of(under_test).reserved) == (0, CHARGE)
