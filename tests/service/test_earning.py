"""Earning on a real database: caps, tiers, reversals and parallel events (rules E1, E2, E4)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from redeem_app.domain.campaign import EarningRule
from redeem_app.domain.earning import Earned
from redeem_app.domain.ids import CustomerKey, EventId
from redeem_app.domain.points import PointsEvent
from redeem_app.domain.refusals import Refusal
from tests.campaign_builders import NOW, a_campaign, a_moment, an_app
from tests.service_under_test import ServiceUnderTest

GAME = an_app(
    earning=(
        EarningRule("game.level", 100),
        EarningRule("ad.watched", 10, daily_cap=50),
        EarningRule("purchase", 5),
        EarningRule("purchase", 50, category="books"),
    )
)


def an_event(event_id: str = "e1", event_type: str = "game.level", **changes: object) -> PointsEvent:
    event = PointsEvent(EventId(event_id), CustomerKey("ann"), event_type, "", 1, NOW)
    return replace(event, **changes)  # type: ignore[arg-type]


@pytest.fixture
def game(under_test: ServiceUnderTest) -> ServiceUnderTest:
    moments = (a_moment("silver", due_at_points=100), a_moment("gold", due_at_points=300))
    under_test.load(a_campaign(moments=moments), app=GAME)
    return under_test


def record(game: ServiceUnderTest, event: PointsEvent) -> Earned:
    return game.service.earning.record(GAME, event)


def test_e1_points_of_a_purchase_go_by_its_category(game: ServiceUnderTest) -> None:
    book = record(game, an_event("p1", "purchase", category="books", quantity=2))
    toy = record(game, an_event("p2", "purchase", category="toys"))

    assert (book.points, toy.points, toy.standing.balance) == (100, 5, 105)


def test_e1_a_daily_cap_holds_under_parallel_events(game: ServiceUnderTest) -> None:
    events = [an_event(f"ad{number}", "ad.watched") for number in range(20)]

    with ThreadPoolExecutor(8) as pool:
        earned = list(pool.map(lambda event: record(game, event), events))

    assert sum(e.points for e in earned) == 50
    assert game.service.earning.standing(GAME, CustomerKey("ann")).balance == 50


def test_e2_reaching_a_tier_makes_its_moment_due(game: ServiceUnderTest) -> None:
    first = record(game, an_event("e1"))
    third = record(game, an_event("e2", quantity=2))

    assert [due.moment_id for due in first.standing.due] == ["silver"]
    assert [due.moment_id for due in third.standing.due] == ["silver", "gold"]


def test_e4_a_refund_takes_its_points_back_once(game: ServiceUnderTest) -> None:
    record(game, an_event("p1", "purchase", category="books"))
    refund = an_event("r1", "purchase.refunded", reverses=EventId("p1"))

    first, second = record(game, refund), record(game, refund)

    assert (first.points, second.points, second.counted) == (-50, 0, False)
    assert second.standing.balance == 0


def test_e4_an_event_that_is_not_known_is_refused_with_its_field(game: ServiceUnderTest) -> None:
    with pytest.raises(Refusal, match="eventType"):
        record(game, an_event(event_type="points.bought"))
