"""Builders of page data: every argument has a default, so that a test names only what it is about."""

from collections.abc import Callable
from datetime import UTC, datetime

from redeem_app.domain.hand_over import Progress
from redeem_app.domain.ids import ItemId
from redeem_app.domain.money import Money
from redeem_app.domain.refusals import Reason
from redeem_app.web.hand_over_pages import HandOverPage, NumberPage
from redeem_app.web.pages import (
    AppliedPage,
    ApplyingPage,
    Banner,
    BannerSource,
    Choice,
    Frame,
    OfferPage,
    RefusalPage,
    RewardMessage,
)

Render = Callable[..., str]
"""Renders a page: `render(page, path="/", accepts="en")`."""

A_LINK = "Zx8kQ2.aVeryLongSignatureThatLooksLikeOne-_0123456789"


def a_banner(**changes: object) -> Banner:
    fields: dict[str, object] = {
        "alt": "Starlight Runner",
        "inline": "",
        "sources": (
            BannerSource("image/avif", 412, "/media/b-412.avif"),
            BannerSource("image/avif", 828, "/media/b-828.avif"),
            BannerSource("image/jpeg", 412, "/media/b-412.jpg"),
            BannerSource("image/jpeg", 828, "/media/b-828.jpg"),
        ),
    }
    return Banner(**(fields | changes))  # type: ignore[arg-type]


def a_frame(**changes: object) -> Frame:
    fields: dict[str, object] = {
        "app_name": "Starlight Runner",
        "accent": "#5b3df5",
        "banner": a_banner(),
        "app_support": "help@starlight.example",
        "amazon_support": "https://www.amazon.com/help",
        "support_number": "R7K2-94QD",
        "terms_url": "https://starlight.example/terms",
    }
    return Frame(**(fields | changes))  # type: ignore[arg-type]


def a_choice(**changes: object) -> Choice:
    fields: dict[str, object] = {
        "item_id": ItemId("headphones"),
        "title": "Wireless headphones",
        "description": "Over-ear, thirty hours of music",
        "value": Money(2750, "USD"),
        "image_url": "",
        "shipping": ("prime-free", "free-over", "standard"),
    }
    return Choice(**(fields | changes))  # type: ignore[arg-type]


def a_shirt() -> Choice:
    return a_choice(
        item_id=ItemId("shirt"),
        title="Starlight T-shirt",
        description="Made for you",
        sizes=("S", "M", "L", "XL", "XXL"),
    )


def a_credit() -> Choice:
    return a_choice(
        item_id=ItemId("credit"),
        title="Credit for games",
        description="",
        shipping=("digital",),
        conditions="For games sold by Amazon. It is used up first when you pay.",
    )


def three_choices() -> tuple[Choice, ...]:
    return (
        a_choice(image_url="/media/headphones.png"),
        a_choice(
            item_id=ItemId("lamp"),
            title="Reading lamp",
            description="Warm light, dimmable",
            image_url="/media/lamp.png",
        ),
        a_choice(
            item_id=ItemId("game"),
            title="Game credit",
            description="For anything in the store",
            shipping=("digital",),
            in_stock=False,
        ),
    )


def an_offer(**changes: object) -> OfferPage:
    fields: dict[str, object] = {
        "frame": a_frame(),
        "link": A_LINK,
        "message": "You reached level 5. Thank you for playing with us!",
        "choices": (a_choice(),),
        "selected": ItemId("headphones"),
        "expires_at": datetime(2026, 12, 31, tzinfo=UTC),
    }
    return OfferPage(**(fields | changes))  # type: ignore[arg-type]


def an_applying_page(**changes: object) -> ApplyingPage:
    fields: dict[str, object] = {
        "frame": a_frame(),
        "link": A_LINK,
        "item": a_choice(),
        "account_label": "m•••@example.com",
        "delayed": False,
    }
    return ApplyingPage(**(fields | changes))  # type: ignore[arg-type]


def an_applied_page(**changes: object) -> AppliedPage:
    fields: dict[str, object] = {
        "frame": a_frame(),
        "item": a_choice(),
        "account_label": "m•••@example.com",
        "applied_at": datetime(2026, 11, 23, 12, tzinfo=UTC),
        "usable_until": datetime(2027, 11, 24, tzinfo=UTC),
        "product_url": "https://www.amazon.com/dp/B000000001",
    }
    return AppliedPage(**(fields | changes))  # type: ignore[arg-type]


def a_hand_over(**changes: object) -> HandOverPage:
    fields: dict[str, object] = {
        "frame": a_frame(),
        "link": A_LINK,
        "item": "headphones",
        "size": "",
        "state": Progress.WAITING,
        "ticket": "a-ticket",
        "number": "47",
        "address": "https://rewards.example/h/3fKq9sTz2LmWxB7cVn4dRg",
    }
    return HandOverPage(**(fields | changes))  # type: ignore[arg-type]


def a_number_page(**changes: object) -> NumberPage:
    fields: dict[str, object] = {"frame": a_frame(), "code": "3fKq9sTz2LmWxB7cVn4dRg", "numbers": ("12", "47", "83")}
    return NumberPage(**(fields | changes))  # type: ignore[arg-type]


def a_refusal(**changes: object) -> RefusalPage:
    fields: dict[str, object] = {
        "reason": Reason.REWARD_EXPIRED,
        "frame": a_frame(),
        "support_number": "R7K2-94QD",
    }
    return RefusalPage(**(fields | changes))  # type: ignore[arg-type]


def a_reward_message(**changes: object) -> RewardMessage:
    fields: dict[str, object] = {
        "app_name": "Starlight Runner",
        "accent": "#5b3df5",
        "message": "You reached level 5 & more",
        "rewards": ("Wireless headphones", "Reading lamp"),
        "link_url": "https://rewards.example/r/Zx8kQ2.signature",
        "expires_at": datetime(2026, 12, 31, tzinfo=UTC),
        "app_support": "help@starlight.example",
        "terms_url": "https://starlight.example/terms",
        "banner_url": "https://rewards.example/media/banner-1236.jpg",
        "banner_alt": "Starlight Runner",
    }
    return RewardMessage(**(fields | changes))  # type: ignore[arg-type]
