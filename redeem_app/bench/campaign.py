"""The campaign that is measured: three items, a banner, texts in three languages, and money without end.

Without end, because a bench that ran into a cap would measure refusals.
"""

import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from PIL import Image, ImageDraw

from redeem_app.adapters import banner_images
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
from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import AppId, CampaignId, DeveloperId, ItemId, MomentId, RewardGroupId
from redeem_app.domain.money import Money
from redeem_app.domain.pictures import Picture
from redeem_app.wiring import Service

APP: Final = AppId("bench-game")
CAMPAIGN: Final = CampaignId("bench")
TWENTY_APP: Final = AppId("bench-twenty")
TWENTY: Final = tuple(CampaignId(f"bench-{number}") for number in range(1, 21))
"""The same but for their names, of an app of their own: for calls to be spread over them."""
GROUP: Final = RewardGroupId("US")
MOMENT: Final = MomentId("finished")
ITEM: Final = ItemId("lamp")
CHARGE: Final = Money(2_750, "USD")
POINTS_PER_EVENT: Final = 50

_ENDLESS: Final = Money(10**14, "USD")
_PIECES: Final = 10**9


def load(service: Service) -> str:
    """Load the campaign and bring it to life; gives the app's API key."""
    key = _load(service, APP, (CAMPAIGN,))
    banner = banner_images.derive(_picture())
    pictures = tuple(Picture(i.name, i.media_type, i.width, i.content) for i in banner.images)
    service.running.set_banner(CAMPAIGN, banner.inline, pictures)
    return key


def load_twenty(service: Service) -> str:
    """Load the campaigns that calls are spread over; gives their app's API key."""
    return _load(service, TWENTY_APP, TWENTY)


def _load(service: Service, app_id: AppId, names: tuple[CampaignId, ...]) -> str:
    now = service.clock.now()
    developer = Developer(DeveloperId("bench"), "Bench", "US", month_cap=_ENDLESS, cap_by_operator=True)
    app = App(app_id, developer.developer_id, "Star Runner", earning=(EarningRule("game.level", POINTS_PER_EVENT),))
    loaded = service.running.load(developer, app, tuple(_campaign(app_id, name, now) for name in names))
    for name in names:
        service.running.move(name, CampaignMove.SUBMIT)
        service.running.move(name, CampaignMove.APPROVE)
    return loaded.api_key


def _campaign(app_id: AppId, name: CampaignId, now: datetime) -> Campaign:
    thanks = Words(
        "You did it! Choose your gift.",
        {"de": "Geschafft! Such dir ein Geschenk aus.", "es": "¡Lo conseguiste! Elige tu regalo."},
    )
    return Campaign(
        campaign_id=name,
        app_id=app_id,
        name="Bench",
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=30),
        budget=_ENDLESS,
        cost_per_action=CHARGE,
        groups=(RewardGroup(GROUP, "US", "USD", tuple(_item(name) for name in ("headphones", ITEM, "bottle"))),),
        moments=(Moment(MOMENT, Words("Finish the game")),),
        announcement=Words("Finish the game and choose a gift."),
        redemption=thanks,
        terms_url="https://star-runner.example/terms",
        support="help@star-runner.example",
        banner_alt=Words("A path that leads to a star"),
        month_cap=_ENDLESS,
        cap_by_operator=True,
    )


def _item(name: str) -> Item:
    return Item(
        item_id=ItemId(name),
        kind=RewardKind.PHYSICAL,
        title=Words(f"Star {name}", {"de": f"Sternen-{name}"}),
        description=Words(f"A {name} for a long night of playing, in the colours of the game."),
        price=Money(2_500, "USD"),
        tax_rate=Decimal("0.10"),
        stock=_PIECES,
        product_url=f"/shop/item/{name}",
    )


def _picture() -> bytes:
    """A banner of our own drawing."""
    width, height = banner_images.SIZE
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for step in range(24):
        left, top = step * 120 + 40, 60 + (step * 89) % 400
        draw.ellipse((left, top, left + 90, top + 90), fill=(90 + step * 6, 40 + step * 4, 138))
    into = io.BytesIO()
    picture.save(into, "PNG")
    return into.getvalue()
