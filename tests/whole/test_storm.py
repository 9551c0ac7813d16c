"""R7: 500 redemptions through an Amazon that is late, cuts, fails and repeats are 500 applications, none lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from redeem_app.adapters.amazon_gift_cards import build_delivery
from redeem_app.domain.applying import Applying
from redeem_app.domain.ids import AppId, CampaignId, MomentId, RewardGroupId, VisitId
from redeem_app.domain.money import Money
from redeem_app.domain.redemption import Journey, Redemption, Returned
from redeem_app.domain.refusals import Refusal
from redeem_app.domain.reward_wanted import RewardWanted
from redeem_app.domain.seen import Applied, Offered, UnderWay
from redeem_app.domain.settling import Settling, Ways
from redeem_app.sweeping import LEASE
from tests.amazon.fake_amazon_world import PARTNER, FakeWorld, a_fake_world
from tests.amazon.test_fault_storm import a_storm, impatient
from tests.campaign_builders import a_campaign, a_group, an_app, an_item
from tests.service.test_abuse import LAMP
from tests.service_under_test import ServiceUnderTest, applying_with, redemption_with

REDEMPTIONS = 500
WANTED = RewardWanted(AppId("game"), CampaignId("spring"), MomentId("level-5"), RewardGroupId("US"))


@pytest.fixture
def stormy(under_test: ServiceUnderTest) -> ServiceUnderTest:
    """Budget, caps and stock for them all."""
    plenty = Money.of("100000.00", "USD")
    under_test.load(
        a_campaign(a_group(an_item(stock=REDEMPTIONS)), budget=plenty, month_cap=plenty),
        developer=replace(under_test.developer(), month_cap=plenty),
    )
    return under_test


def test_r7_500_redemptions_in_a_storm_are_500_applications(stormy: ServiceUnderTest) -> None:
    with a_fake_world() as world:
        world.begin_anew()
        redemption, applying, settling = _on(stormy, world)
        people = [_a_person(stormy, world, redemption, number) for number in range(REDEMPTIONS)]
        for fault in a_storm("LoadAmazonBalance"):
            world.amazon.faults.add(fault)

        def presses(person: tuple[str, VisitId]) -> None:
            try:
                applying.apply(*person, LAMP)
            except Refusal:
                seen = redemption.see(*person)
                assert isinstance(seen, Offered), "whoever is refused can press the button again"

        for _ in range(60):
            with ThreadPoolExecutor(4) as pool:
                waiting = [person for person in people if isinstance(redemption.see(*person), Offered)]
                list(pool.map(presses, waiting))
            stormy.clock.advance(hours=1)
            settling.sweep(lease=LEASE, limit=REDEMPTIONS)
            if all(isinstance(redemption.see(*person), Applied) for person in people):
                break

        states = [type(redemption.see(*person)) for person in people]
        assert states.count(UnderWay) == 0
        assert states == [Applied] * REDEMPTIONS
        assert len(world.amazon.applications()) == REDEMPTIONS


def _on(stormy: ServiceUnderTest, world: FakeWorld) -> tuple[Redemption, Applying, Settling]:
    """The use cases of the service, delivering to the fake Amazon over HTTP with a short time-out."""
    delivery = build_delivery("load-balance", world.incentives(world.http(0.25, impatient)))
    ways = Ways(PARTNER.partner_id, {delivery.name: delivery}, delivery.name)
    service = stormy.service
    settling = Settling(service.records, stormy.clock, ways, service.meter)
    return redemption_with(stormy, settling), applying_with(stormy, settling), settling


def _a_person(stormy: ServiceUnderTest, world: FakeWorld, redemption: Redemption, number: int) -> tuple[str, VisitId]:
    """Somebody with a reward, signed in with an account of their own."""
    account = f"p{number}"
    world.amazon.add_account(f"{account}@example.com", "password", "P", user_id=f"amzn1.account.{account}")
    notice = stormy.service.granting.grant(an_app(), WANTED)
    assert notice is not None
    visit = VisitId(f"visit-{number}")
    journey = Journey(state=f"state-{number}", code_verifier="v" * 43)
    redemption.start_sign_in(notice.token, LAMP, visit, journey)
    redemption.finish_sign_in(visit, visit, Returned(journey.state, code=account))
    return notice.token, visit
