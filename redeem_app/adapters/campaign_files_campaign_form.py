"""The form of the campaigns in a campaign file: dates, money, moments, and rewards by marketplace."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from redeem_app.adapters.campaign_files_values import (
    Address,
    AlternativeText,
    Amount,
    Colour,
    Count,
    Country,
    Flag,
    Id,
    Language,
    Phrase,
    Positive,
    Rate,
    ShopAddress,
    Support,
    Text,
    When,
    one_of,
)
from redeem_app.domain.campaign import ChargedAt, RewardKind
from redeem_app.domain.marketplaces import MARKETPLACES

KindName = Annotated[str, one_of(*RewardKind)]
MarketplaceCode = Annotated[str, one_of(*MARKETPLACES)]
ChargeName = Annotated[str, one_of(*ChargedAt)]


class Form(BaseModel):
    """A table of the file; a key that is not named here is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemForm(Form):
    """`[[campaign.group.item]]` and `[[campaign.group.alternative]]`: one reward."""

    id: Id = Field(description="the item's id, once in a campaign", examples=["headphones"])
    kind: KindName = Field(description="what the reward is", examples=["physical"])
    title: Phrase = Field(description="what it is called", examples=["Wireless headphones"])
    description: Phrase = Field(description="what it is, in a sentence", examples=["Over-ear, 30 hours of music."])
    price: Amount = Field(description="price without tax, in the marketplace's currency", examples=[Decimal("25.00")])
    tax: Rate = Field(default=Decimal(0), description="sales tax: 0.10 is 10 %", examples=[Decimal("0.10")])
    stock: Count = Field(description="units that the campaign may hand out", examples=[200])
    product_url: ShopAddress | None = Field(
        default=None,
        description="where it is spent: an https address, or a path of the marketplace's shop",
        examples=["/shop/item/headphones"],
    )
    image_url: Address | None = Field(
        default=None, description="a picture of it", examples=["https://star-runner.example/headphones.jpg"]
    )
    category: Text | None = Field(
        default=None, description="for a credit or discount, the category it is good for", examples=["headphones"]
    )
    conditions: Phrase | None = Field(
        default=None,
        description="for a credit or discount, on what and how it is spent",
        examples=["For one pair of headphones that Amazon sells."],
    )
    sizes: list[Text] = Field(default=[], description="for made-to-order items, the sizes", examples=[["S", "M", "L"]])
    sold_by_amazon: Flag | None = Field(
        default=None,
        description="for a product of the developer's own: whether Amazon sells and fulfils it",
        examples=[True],
    )


class GroupForm(Form):
    """`[[campaign.group]]`: the rewards of one marketplace."""

    id: Id = Field(description="the group's id, `rewardGroupId` of the Rewards API", examples=["US"])
    marketplace: MarketplaceCode = Field(description="the Amazon store that fulfils the reward", examples=["US"])
    cost_per_action: Amount | None = Field(
        default=None,
        description="cost per action in USD, where it differs from the campaign's",
        examples=[Decimal("27.50")],
    )
    exchange_rate: Amount | None = Field(
        default=None,
        description="USD for one unit of the marketplace's currency, to hold prices against the cost per action",
        examples=[Decimal("1.10")],
    )
    item: list[ItemForm] = Field(description="what the person chooses from")
    alternative: list[ItemForm] = Field(default=[], description="stand-ins, offered only when an item is out of stock")


class MomentForm(Form):
    """`[[campaign.moment]]`: an action that is rewarded."""

    id: Id = Field(description="the moment's id, `momentId` of the Rewards API", examples=["level-5"])
    title: Phrase = Field(description="what it is called", examples=["Reach level 5"])
    announced: Flag = Field(default=True, description="true for a challenge, false for a surprise", examples=[True])
    due_at_points: Positive | None = Field(
        default=None, description="points at which it is due; without it, the app decides", examples=[100]
    )
    tier: Text | None = Field(default=None, description="the tier's name", examples=["Bronze"])
    group: Id | None = Field(
        default=None, description="the reward group it leads to, where there are several", examples=["US"]
    )
    issued_when_due: Flag = Field(
        default=False,
        description="whether its reward is issued with the event that reaches its points; else the app asks for it",
        examples=[True],
    )


class CampaignForm(Form):
    """`[[campaign]]`: a plan with its dates, money, rewards and messages."""

    id: Id = Field(description="the campaign's id, `campaignId` of the Rewards API", examples=["summer"])
    name: Text = Field(description="the campaign's name, once in a file", examples=["Summer of stars"])
    starts: When = Field(
        description='the moment it starts, or a span from now such as "-1 day"', examples=["2026-06-01T00:00:00Z"]
    )
    ends: When = Field(
        description='the moment it ends, or a span from now such as "+30 days"', examples=["2026-08-31T22:00:00Z"]
    )
    budget: Amount = Field(description="the most it may cost, in USD", examples=[Decimal("5000.00")])
    cost_per_action: Amount = Field(
        description="what each reward costs the developer, in USD", examples=[Decimal("27.50")]
    )
    month_cap: Amount | None = Field(
        default=None, description="the most it may cost in a calendar month, in USD", examples=[Decimal("1000.00")]
    )
    charged_at: ChargeName = Field(default="issue", description="when the developer is charged", examples=["issue"])
    starts_by_itself: Flag = Field(
        default=True, description="whether it goes live at its start without an operator", examples=[True]
    )
    delivery_countries: list[Country] = Field(
        default=[], description="countries it delivers to; without it, all of AmazonGlobal", examples=[["US", "CA"]]
    )
    language: Language = Field(default="en", description="the language of texts that name none", examples=["en"])
    announcement: Phrase = Field(
        description="what a person reads before: the action and the reward",
        examples=["Reach level 5 and choose a gift from Amazon."],
    )
    redemption: Phrase = Field(
        description="what a person reads after: what was won, and how to redeem it",
        examples=["You reached level 5. Open the link to choose your gift."],
    )
    terms_url: Address = Field(
        description="the page with terms and dates", examples=["https://star-runner.example/terms"]
    )
    support: Support = Field(
        description="where the developer answers: an e-mail address or https address",
        examples=["help@star-runner.example"],
    )
    accent: Colour = Field(default="#1f5f8b", description="the app's colour", examples=["#1f5f8b"])
    banner: Text | None = Field(
        default=None,
        description="path of the 3000 x 600 picture, from the file's folder",
        examples=["banners/stars.jpg"],
    )
    banner_alt: AlternativeText | None = Field(
        default=None, description='what the banner shows; "" if it only decorates', examples=["A runner among stars"]
    )
    moment: list[MomentForm] = Field(description="the actions that are rewarded")
    group: list[GroupForm] = Field(description="the rewards of each marketplace")
