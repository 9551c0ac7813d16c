"""Campaigns: what an app offers, to whom, until when, and the life cycle of the offer (rules C1, C2, R2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.ids import AppId, CampaignId, DeveloperId, ItemId, MomentId, RewardGroupId
from redeem_app.domain.money import Money
from redeem_app.domain.refusals import Reason, Refusal

REDEEMABLE_AFTER_END: Final = timedelta(days=30)
"""Rule R2: a reward expires 30 days after the campaign's end date."""

MINIMUM_BUDGET: Final = Money(5_000, "USD")
"""Rule C4: a campaign's total budget is at least $50."""

CAMPAIGN_MONTH_CAP: Final = Money(500_000, "USD")
"""Rule C4: spending per campaign and calendar month, unless an operator raises it."""

ACCOUNT_MONTH_CAP: Final = Money(1_500_000, "USD")
"""Rule C4: spending per developer account and calendar month, unless an operator raises it."""


class RewardKind(StrEnum):
    """What a reward is; each kind needs something of its own."""

    PHYSICAL = "physical"
    DIGITAL = "digital"
    CREDIT = "credit"
    CATEGORY_DISCOUNT = "category-discount"
    OWN_PRODUCT = "own-product"
    MADE_TO_ORDER = "made-to-order"


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the app in one or more languages (BCP 47 tags); the campaign's own language is always there."""

    default: str
    by_language: Mapping[str, str] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """The text in `language`, else in its base language, else the default."""
        return (
            self.by_language.get(language) or self.by_language.get(language.split("-", maxsplit=1)[0]) or self.default
        )


@dataclass(frozen=True, slots=True)
class Item:
    """One reward that a developer designated (rules R1, C6): its price comes from a period's sales."""

    item_id: ItemId
    kind: RewardKind
    title: Words
    description: Words
    price: Money
    tax_rate: Decimal
    """0.10 is 10 %."""
    stock: int
    """Units that this campaign may hand out."""
    product_url: str = ""
    """Where the reward is spent; empty leads to the shop's front page."""
    image_url: str = ""
    sizes: tuple[str, ...] = ()
    """For made-to-order items (rule C8)."""
    conditions: Words | None = None
    """For credits and discounts: on what and how (rule R6)."""
    category: str = ""
    """For credits and discounts: the category they are good for (rules C2, R6)."""
    listed_price: Money | None = None
    """What the campaign file says, where sales have changed `price` since (rule C6)."""

    @property
    def value(self) -> Money:
        """Price with tax: what the person sees and what is applied (rule C5)."""
        return self.price.with_tax(self.tax_rate)


@dataclass(frozen=True, slots=True)
class RewardGroup:
    """The rewards offered in one marketplace."""

    group_id: RewardGroupId
    marketplace: str
    """`US`, `DE`, …: the Amazon store that fulfils the reward."""
    currency: str
    items: tuple[Item, ...]
    alternatives: tuple[Item, ...] = ()
    """Stand-ins that are offered only when a chosen item is out of stock (rule R3)."""
    cost_per_action: Money | None = None
    """Where it differs from the campaign's."""
    exchange_rate: Decimal | None = None
    """USD for one unit of `currency`, to hold prices against the cost per action; None where it is USD (rule C5)."""

    def item(self, item_id: ItemId) -> Item:
        """The item or alternative of that id. Raises Refusal(ITEM_NOT_OFFERED)."""
        for item in (*self.items, *self.alternatives):
            if item.item_id == item_id:
                return item
        raise Refusal(Reason.ITEM_NOT_OFFERED, item=item_id, group=self.group_id)


@dataclass(frozen=True, slots=True)
class Moment:
    """The action to be rewarded; a challenge is announced first, a surprise is not."""

    moment_id: MomentId
    title: Words
    announced: bool = True
    due_at_points: int | None = None
    """The tier of the points programme at which the moment is due (rule E2); None: the app decides."""
    tier: str = ""
    """The tier's name, as the app shows it."""
    group_id: RewardGroupId | None = None
    """The reward group the tier leads to, where there are several."""
    issued_when_due: bool = False
    """Whether the event that makes it due issues its reward in the same transaction; else the app calls GetReward."""


class ChargedAt(StrEnum):
    """When the developer is charged (rule C3 is `issue`)."""

    ISSUE = "issue"
    REDEMPTION = "redemption"


@dataclass(frozen=True, slots=True)
class Campaign:
    """A time-bounded plan of one app with a budget, rewards and messages."""

    campaign_id: CampaignId
    app_id: AppId
    name: str
    starts_at: datetime
    ends_at: datetime
    budget: Money
    cost_per_action: Money
    groups: tuple[RewardGroup, ...]
    moments: tuple[Moment, ...]
    announcement: Words
    """`rewardNotificationText` of GetRewardInfo (rule P6)."""
    redemption: Words
    """`rewardNotificationText` of GetReward."""
    terms_url: str
    support: str
    """Where the developer answers (rule P5): an e-mail address or URL."""
    accent: str = "#1f5f8b"
    banner: str = ""
    """Path of the banner picture beside the campaign file; empty: none."""
    banner_alt: Words = field(default_factory=lambda: Words(""))
    starts_by_itself: bool = True
    """False: an approved campaign waits for `go-live` after its start date."""
    month_cap: Money = CAMPAIGN_MONTH_CAP
    cap_by_operator: bool = False
    """Whether `month_cap` was set by command, so that a file no longer changes it."""
    charged_at: ChargedAt = ChargedAt.ISSUE
    delivery_countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2; empty: every country of the AmazonGlobal programme (rule R5)."""

    @property
    def redeemable_until(self) -> datetime:
        """The moment at which its rewards expire (rule R2)."""
        return self.ends_at + REDEEMABLE_AFTER_END

    def state_at(self, state: CampaignState, now: datetime) -> CampaignState:
        """The state at `now` of a campaign stored as `state`: dates start and finish it by themselves (rule C1)."""
        if state is CampaignState.APPROVED and self.starts_by_itself and self.starts_at <= now:
            state = CampaignState.LIVE
        if state is CampaignState.LIVE and self.ends_at <= now:
            return CampaignState.FINISHED
        return state

    def group(self, group_id: RewardGroupId) -> RewardGroup:
        """Raises Refusal(GROUP_UNKNOWN)."""
        for group in self.groups:
            if group.group_id == group_id:
                return group
        raise Refusal(Reason.GROUP_UNKNOWN, group=group_id, known=", ".join(g.group_id for g in self.groups))

    def moment(self, moment_id: MomentId) -> Moment:
        """Raises Refusal(MOMENT_UNKNOWN)."""
        for moment in self.moments:
            if moment.moment_id == moment_id:
                return moment
        raise Refusal(Reason.MOMENT_UNKNOWN, moment=moment_id, known=", ".join(m.moment_id for m in self.moments))

    def charge_for(self, group: RewardGroup) -> Money:
        """What the developer is charged for one reward of the group (rule C3)."""
        return group.cost_per_action or self.cost_per_action


@dataclass(frozen=True, slots=True)
class Developer:
    """Owns apps and pays per action; excluded countries are refused (rule C9)."""

    developer_id: DeveloperId
    name: str
    country: str
    month_cap: Money = ACCOUNT_MONTH_CAP
    cap_by_operator: bool = False
    """Whether `month_cap` was set by command, so that a file no longer changes it."""
    made_to_order: bool = False
    """Admitted to the made-to-order beta (rule C8)."""


@dataclass(frozen=True, slots=True)
class EarningRule:
    """What earns points (rule E1): `points` for each unit of an event type, optionally of one category."""

    event_type: str
    """`game.level`, `game.session`, `ad.watched`, `purchase`."""
    points: int
    category: str = ""
    """For purchases: the product category; empty matches every category that has no rule of its own."""
    daily_cap: int | None = None
    """The most points this rule gives one person on one UTC day."""


@dataclass(frozen=True, slots=True)
class App:
    """What the person uses; calls the Rewards API from its server with an API key."""

    app_id: AppId
    developer_id: DeveloperId
    name: str
    earning: tuple[EarningRule, ...] = ()
    points_expire_after_days: int | None = None
    return_link: str = ""
    """Where `back to the app` leads after a sign-in in the system browser: an app link or a custom scheme."""
    frame_origins: tuple[str, ...] = ()
    """Origins that may frame the page."""
    caller_addresses: tuple[str, ...] = ()
    """Networks (CIDR) that may call the API with the app's key; empty: any."""
    errors_as_200: bool = False
    """For old clients that treat any other status as an outage."""
    android_packages: tuple[str, ...] = ()
    """`package:SHA-256 fingerprint` for assetlinks.json."""
    apple_app_ids: tuple[str, ...] = ()
    """`TEAMID.bundle` for apple-app-site-association."""
    ad_keys: Mapping[str, str] = field(default_factory=dict)
    """Ad network to verification key or key-list address."""
