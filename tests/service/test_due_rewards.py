"""Reaching a tier and issuing its reward is one transaction (rules E2, E4, C3, C4)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from redeem_app.adapters.database import Connection
from redeem_app.domain.campaign import Campaign
from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.earning import Earned
from redeem_app.domain.ids import CampaignId, CustomerKey, EventId, RewardGroupId
from redeem_app.domain.money import Money
from redeem_app.domain.points import PointsEvent
from redeem_app.domain.refusals import Reason
from tests.campaign_builders import NOW, a_campaign, a_developer, a_group, a_moment, an_app, an_item
from tests.money.people import books_of
from tests.service_under_test import ServiceUnderTest

CALLERS: Final = 32
CHARGE: Final = 2_750


def a_campaign_with_tiers(*, rewards: int = 100, stock: int = 100, **changes: object) -> Campaign:
    silver = a_moment("silver", due_at_points=100, issued_when_due=True)
    gold = a_moment("gold", due_at_points=300, issued_when_due=True)
    budget = Money(CHARGE * rewards, "USD")
    plan = {"moments": (silver, gold), "budget": budget, **changes}
    return a_campaign(a_group(an_item(stock=stock)), **plan)


def plays(under_test: ServiceUnderTest, event_id: str, customer: str = "ann", levels: int = 1) -> Earned:
    event = PointsEvent(EventId(event_id), CustomerKey(customer), "game.level", "", levels, NOW)
    return under_test.service.earning.record(an_app(), event)


def moments(earned: Earned) -> list[str]:
    return [issued.due.moment_id for issued in earned.rewards]


def counted(under_test: ServiceUnderTest) -> dict[str, int]:
    def read(db: Connection) -> dict[str, int]:
        return {table: int(db.rows(f"SELECT COUNT(*) FROM {table}")[0][0]) for table in ("events", "rewards", "links")}  # noqa: S608 - fixed words

    return under_test.service.database.read(read)


def test_e2_the_event_that_reaches_a_tier_carries_its_reward(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign_with_tiers())

    first, second, third = (plays(under_test, event_id) for event_id in ("e1", "e2", "e3"))

    assert [moments(earned) for earned in (first, second, third)] == [["silver"], [], ["gold"]]
    assert first.standing.due == ()
    assert first.rewards[0].notice.text == "You reached level 5: here is your reward."
    assert third.standing.balance == 0, "E3: the points were exchanged"
    assert books_of(under_test).charged == 2 * CHARGE, "C3: charged when they were issued"


def test_e2_one_event_may_reach_two_tiers(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign_with_tiers())

    assert moments(plays(under_test, "e1", levels=4)) == ["silver", "gold"]


def test_e4_an_event_that_comes_again_is_answered_with_the_same_reward(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign_with_tiers())

    first, again = plays(under_test, "e1"), plays(under_test, "e1")

    assert again.rewards == first.rewards
    assert (again.counted, again.points) == (False, 0)
    assert counted(under_test) == {"events": 1, "rewards": 1, "links": 1}


def test_c1_test_mode_gives_the_test_link_and_takes_nothing(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign_with_tiers(starts_at=NOW.replace(day=5)))
    [(_, state)] = under_test.service.running.campaigns()

    first, second = plays(under_test, "e1"), plays(under_test, "e2")

    assert state is CampaignState.APPROVED
    assert [r.notice.token for r in first.rewards] == [r.notice.token for r in second.rewards]
    assert counted(under_test)["rewards"] == 0
    assert second.standing.balance == 200


@pytest.mark.parametrize(
    ("campaign", "reason"),
    [
        (a_campaign_with_tiers(rewards=1), Reason.BUDGET_SPENT),
        (a_campaign_with_tiers(month_cap=Money(CHARGE, "USD")), Reason.CAMPAIGN_MONTH_CAP),
        (a_campaign_with_tiers(stock=1), Reason.OUT_OF_STOCK),
    ],
    ids=["budget", "cap", "stock"],
)
def test_c4_where_money_or_stock_refuses_the_event_still_counts(
    under_test: ServiceUnderTest, campaign: Campaign, reason: Reason
) -> None:
    under_test.load(campaign)
    plays(under_test, "e1", "ann")

    refused = plays(under_test, "e2", "ben")

    assert refused.counted
    assert refused.points == 100
    assert [(w.due.moment_id, w.refusal.reason) for w in refused.withheld] == [("silver", reason)]
    assert refused.rewards == ()
    assert [due.moment_id for due in refused.standing.due] == ["silver"]
    assert counted(under_test) == {"events": 2, "rewards": 1, "links": 1}
    assert books_of(under_test).charged == CHARGE


def test_what_was_withheld_is_issued_with_the_next_event(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign_with_tiers(stock=1))
    plays(under_test, "e1", "ann")
    plays(under_test, "e2", "ben")
    under_test.service.running.set_stock(CampaignId("spring"), RewardGroupId("US"), "lamp", 5)

    again = plays(under_test, "e2", "ben")

    assert moments(again) == ["silver"]
    assert again.rewards == plays(under_test, "e2", "ben").rewards


def test_r7_32_callers_who_report_one_event_get_one_reward(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign_with_tiers())

    with ThreadPoolExecutor(CALLERS) as pool:
        earned = list(pool.map(lambda _: plays(under_test, "e1"), range(CALLERS)))

    assert sum(e.counted for e in earned) == 1
    assert len({e.rewards[0].notice.token for e in earned}) == 1
    assert counted(under_test) == {"events": 1, "rewards": 1, "links": 1}


def test_c4_32_callers_reach_a_tier_and_the_budget_holds_10(under_test: ServiceUnderTest) -> None:
    under_test.load(a_campaign_with_tiers(rewards=10), developer=a_developer())

    with ThreadPoolExecutor(CALLERS) as pool:
        earned = list(pool.map(lambda n: plays(under_test, f"e{n}", f"person-{n}"), range(CALLERS)))

    assert all(e.counted and e.points == 100 for e in earned)
    assert sum(len(e.rewards) for e in earned) == 10
    assert {w.refusal.reason for e in earned for w in e.withheld} == {Reason.BUDGET_SPENT}
    assert sum(len(e.withheld) for e in earned) == CALLERS - 10
    assert books_of(under_test).charged == 10 * CHARGE
    assert counted(under_test) == {"events": CALLERS, "rewards": 10, "links": 10}
