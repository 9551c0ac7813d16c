"""A card that was cancelled by hand at Amazon uses its request id up; an operator lets the reward go on (rule R7)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from redeem_app.adapters.amazon_gift_cards import build_delivery
from redeem_app.domain.ids import RewardId, VisitId
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.seen import Applied
from redeem_app.sweeping import LEASE
from simulator.fake_amazon.gift_cards.ledger import Card
from tests.amazon.fake_amazon_world import PARTNER, FakeWorld
from tests.money.people import gets_reward, presses_apply, redeems, signs_in
from tests.service_under_test import ServiceUnderTest, a_service


@pytest.fixture
def shop(world: FakeWorld, database_url: str) -> Iterator[ServiceUnderTest]:
    """The service, delivering by claim code at the fake Amazon."""
    service = a_service(database_url, build_delivery("claim-code", world.incentives()))  # type: ignore[arg-type]
    service.load()
    yield service
    service.service.database.close()


def cards(world: FakeWorld) -> list[Card]:
    return list(world.amazon.world.ledger.cards.values())


def cancels(world: FakeWorld, card: Card) -> None:
    """An operator's hand at Amazon."""
    inside = world.amazon.world
    inside.ledger.cancel(inside.partners.by_key(PARTNER.access_key), card.request_id, card.gc_id)


def the_reward(shop: ServiceUnderTest) -> RewardId:
    return RewardId(shop.service.database.read(lambda db: db.rows("SELECT reward_id FROM rewards"))[0][0])


def card_made_and_cancelled_unheard(world: FakeWorld, shop: ServiceUnderTest, token: str) -> VisitId:
    """The card is made, its answer is lost, and somebody cancels it at Amazon."""
    world.amazon.faults.cut("CreateGiftCard")
    visit = signs_in(shop, token, "ann")
    presses_apply(shop, token, visit)
    [card] = cards(world)
    cancels(world, card)
    return visit


def swept(shop: ServiceUnderTest) -> dict[str, int]:
    shop.clock.advance(minutes=2)
    return shop.service.settling.sweep(lease=LEASE)


def test_r7_a_reward_whose_card_was_cancelled_goes_on_by_an_operators_word(
    world: FakeWorld, shop: ServiceUnderTest
) -> None:
    token = gets_reward(shop)
    visit = card_made_and_cancelled_unheard(world, shop, token)

    asked_again = swept(shop)
    told = [presses_apply(shop, token, visit) for _ in range(2)]
    request_id = shop.service.reissuing.reissue(the_reward(shop))
    after = presses_apply(shop, token, visit)
    seen = shop.service.redemption.see(token, visit)

    assert asked_again == {"refused": 1}
    assert told == [Reason.DELIVERY_DELAYED] * 2, "the same request id gives nothing any more"
    assert request_id == f"{the_reward(shop)}r1"
    assert after is None
    assert isinstance(seen, Applied)
    assert shop.service.redemption.claim_code(seen)
    assert [card.refunded for card in cards(world)] == [True, False], "paid once"
    lines = shop.service.audit.lines(shop.service.records)
    assert (lines[-1].act, lines[-1].subject) == ("reissue-request", the_reward(shop))


def test_r7_a_card_that_was_cancelled_after_it_was_shown_is_given_anew(
    world: FakeWorld, shop: ServiceUnderTest
) -> None:
    token = gets_reward(shop)
    visit = signs_in(shop, token, "ann")
    presses_apply(shop, token, visit)
    [card] = cards(world)
    cancels(world, card)

    shop.service.reissuing.reissue(the_reward(shop))
    seen = shop.service.redemption.see(token, visit)

    assert isinstance(seen, Applied)
    assert shop.service.redemption.claim_code(seen) not in {"", card.claim_code}
    assert [c.refunded for c in cards(world)] == [True, False]


@pytest.mark.parametrize("what", ["never tried", "applied", "not heard"])
def test_r7_nothing_is_given_anew_before_amazon_says_that_it_was_cancelled(
    world: FakeWorld, shop: ServiceUnderTest, what: str
) -> None:
    token = gets_reward(shop)
    if what == "applied":
        redeems(shop, token, "ann")
    if what == "not heard":
        card_made_and_cancelled_unheard(world, shop, token)

    with pytest.raises(Refusal) as refused:
        shop.service.reissuing.reissue(the_reward(shop))

    assert refused.value.reason is Reason.NOT_CANCELLED
    assert len(cards(world)) == (0 if what == "never tried" else 1)


def test_r7_each_cancelled_card_is_given_anew_once(world: FakeWorld, shop: ServiceUnderTest) -> None:
    token = gets_reward(shop)
    visit = card_made_and_cancelled_unheard(world, shop, token)
    swept(shop)
    presses_apply(shop, token, visit)

    def reissue(_: int) -> str:
        try:
            return shop.service.reissuing.reissue(the_reward(shop))
        except Refusal as refusal:
            return refusal.reason

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(reissue, range(8)))

    assert outcomes == sorted([f"{the_reward(shop)}r1", *[Reason.NOT_CANCELLED] * 7])


def test_a_reward_that_is_not_known_is_told(shop: ServiceUnderTest) -> None:
    with pytest.raises(Refusal, match="reward-unknown"):
        shop.service.reissuing.reissue(RewardId("nothing"))
