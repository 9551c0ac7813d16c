"""Builders with keyword defaults for the domain's campaigns."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from redeem_app.domain.campaign import (
    App,
    Campaign,
    Developer,
    EarningRule,
    Item,
    Moment,
    RewardGroup,
    RewardKind,
    Words,
)
from redeem_app.domain.ids import AppId, CampaignId, DeveloperId, ItemId, MomentId, RewardGroupId
from redeem_app.domain.money import Money

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def a_developer(**changes: object) -> Developer:
    values = {"developer_id": DeveloperId("dev"), "name": "Studio", "country": "US"}
    return Developer(**(values | changes))  # type: ignore[arg-type]


def an_app(**changes: object) -> App:
    values = {
        "app_id": AppId("game"),
        "developer_id": DeveloperId("dev"),
        "name": "Hop",
        "earning": (EarningRule("game.level", 100),),
    }
    return App(**(values | changes))  # type: ignore[arg-type]


def an_item(item_id: str = "lamp", **changes: object) -> Item:
    values = {
        "item_id": ItemId(item_id),
        "kind": RewardKind.PHYSICAL,
        "title": Words(f"A {item_id}"),
        "description": Words(f"A very good {item_id}."),
        "price": Money.of("25.00", "USD"),
        "tax_rate": Decimal("0.10"),
        "stock": 100,
        "product_url": f"/shop/item/{item_id}",
    }
    return Item(**(values | changes))  # type: ignore[arg-type]


def a_group(*items: Item, group_id: str = "US", **changes: object) -> RewardGroup:
    values = {
        "group_id": RewardGroupId(group_id),
        "marketplace": "US",
        "currency": "USD",
        "items": items or (an_item(),),
    }
    return RewardGroup(**(values | changes))  # type: ignore[arg-type]


def a_moment(moment_id: str = "level-5", **changes: object) -> Moment:
    values = {"moment_id": MomentId(moment_id), "title": Words("Reach level 5"), "due_at_points": 500, "tier": "Gold"}
    return Moment(**(values | changes))  # type: ignore[arg-type]


def a_campaign(*groups: RewardGroup, **changes: object) -> Campaign:
    values = {
        "campaign_id": CampaignId("spring"),
        "app_id": AppId("game"),
        "name": "Spring",
        "starts_at": NOW - timedelta(days=1),
        "ends_at": NOW + timedelta(days=30),
        "budget": Money.of("5000.00", "USD"),
        "cost_per_action": Money.of("27.50", "USD"),
        "groups": groups or (a_group(),),
        "moments": (a_moment(),),
        "announcement": Words("Reach level 5 for a reward."),
        "redemption": Words("You reached level 5: here is your reward."),
        "terms_url": "https://studio.example/terms",
        "support": "help@studio.example",
    }
    return Campaign(**(values | changes))  # type: ignore[arg-type]
