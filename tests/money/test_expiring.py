"""Rewards expire 30 days after the campaign's end, a batch at a time, and none that is under way (rule R2)."""

from concurrent.futures import ThreadPoolExecutor

from redeem_app.domain.ports import Delivered, DeliveryFailed, DeliveryProblem, DeliveryRequest
from redeem_app.domain.refusals import Reason
from redeem_app.sweeping import LEASE
from tests.campaign_builders import a_campaign, a_group, an_item
from tests.money.people import books_of, gets_reward, left, presses_apply, redeems, signs_in
from tests.service_under_test import ServiceUnderTest

END = a_campaign().redeemable_until


def unheard(_: DeliveryRequest) -> Delivered:
    raise DeliveryFailed(DeliveryProblem.TEMPORARY, settled=False, detail="timed out")


def test_r2_nothing_expires_before_its_date(under_test: ServiceUnderTest) -> None:
    under_test.load()
    gets_reward(under_test)
    under_test.clock.moment = END
    under_test.clock.advance(seconds=-1)

    expired = under_test.service.expiring.expire()

    assert expired == 0
    assert books_of(under_test).open == 1


def test_r2_an_expired_reward_gives_its_piece_back(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign(a_group(an_item(stock=10), group_id="US"), a_group(an_item(stock=10), group_id="DE")))
    tokens = [gets_reward(under_test, group=group) for group in ("US", "US", "DE")]
    redeems(under_test, tokens[0], "ann")
    under_test.clock.moment = END

    expired = under_test.service.expiring.expire()

    assert expired == 2
    assert (left(under_test, "pool/spring/US"), left(under_test, "pool/spring/DE")) == (9, 10)
    assert (books_of(under_test).redeemed, books_of(under_test).expired) == (1, 2)


def test_expiry_goes_by_batches_and_ends(under_test: ServiceUnderTest) -> None:
    under_test.load()
    for _ in range(7):
        gets_reward(under_test)
    under_test.clock.moment = END

    batches = [under_test.service.expiring.expire(limit=3) for _ in range(4)]

    assert batches == [3, 3, 1, 0]
    assert books_of(under_test).expired == 7


def test_two_sweepers_at_once_expire_each_reward_once(under_test: ServiceUnderTest) -> None:
    under_test.load()
    for _ in range(40):
        gets_reward(under_test)
    under_test.clock.moment = END

    with ThreadPoolExecutor(4) as pool:
        expired = sum(pool.map(lambda _: under_test.service.expiring.expire(limit=5), range(12)))

    assert expired == 40
    assert left(under_test, "pool/spring/US") == 100
    assert books_of(under_test).expired == 40


def test_r2_an_application_under_way_is_never_expired(under_test: ServiceUnderTest) -> None:
    under_test.load()
    token = gets_reward(under_test)
    under_test.delivery.answers.append(unheard)
    redeems(under_test, token, "ann")
    under_test.clock.moment = END

    expired = under_test.service.expiring.expire()
    under_test.service.settling.sweep(lease=LEASE)

    assert expired == 0
    assert books_of(under_test).redeemed == 1


def test_r2_a_reward_whose_application_failed_after_its_date_expires_then(under_test: ServiceUnderTest) -> None:
    under_test.load()
    token = gets_reward(under_test)

    def refuse(_: DeliveryRequest) -> Delivered:
        raise DeliveryFailed(DeliveryProblem.ACCOUNT_REFUSED, settled=True, detail="closed")

    under_test.delivery.answers += [unheard, refuse]
    redeems(under_test, token, "ann")
    under_test.clock.moment = END
    under_test.service.settling.sweep(lease=LEASE)
    waiting = books_of(under_test)

    expired = under_test.service.expiring.expire()

    assert (waiting.open, expired) == (1, 1)
    assert books_of(under_test).expired == 1


def test_r2_who_presses_after_the_sweeper_is_told_that_it_expired(under_test: ServiceUnderTest) -> None:
    under_test.load()
    token = gets_reward(under_test)
    under_test.clock.moment = END
    under_test.clock.advance(minutes=-1)
    visit = signs_in(under_test, token, "ann")
    under_test.clock.moment = END
    under_test.service.expiring.expire()

    assert presses_apply(under_test, token, visit) is Reason.REWARD_EXPIRED
