"""What the records give: campaigns, linked rewards and visits as they are stored."""

from dataclasses import dataclass
from datetime import datetime

from redeem_app.domain.campaign import Campaign, RewardGroup
from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.ids import (
    AccountId,
    DeveloperId,
    LinkId,
)
from redeem_app.domain.money import Money
from redeem_app.domain.pictures import Banner
from redeem_app.domain.reward import Application, Chosen, Reward


@dataclass(frozen=True, slots=True)
class StoredCampaign:
    """A campaign with the state it was last moved to; `campaign.state_at` adds what dates did since."""

    campaign: Campaign
    state: CampaignState
    app_name: str
    developer_id: DeveloperId
    banner: Banner | None = None
    frame_origins: tuple[str, ...] = ()
    return_link: str = ""

    def state_at(self, now: datetime) -> CampaignState:
        """The state that counts at `now` (rule C1)."""
        return self.campaign.state_at(self.state, now)


@dataclass(frozen=True, slots=True)
class OfferedCampaign:
    """A campaign with what a reward of one of its groups is issued from."""

    stored: StoredCampaign
    account_cap: Money
    """Of the developer's calendar month (rule C4)."""
    offer_id: str
    """The group as it stands now; empty where the campaign has no such group."""


@dataclass(frozen=True, slots=True)
class LinkedReward:
    """All that a reward link leads to, read at once."""

    link_id: LinkId
    replaced_at: datetime | None
    reward: Reward
    stored: StoredCampaign
    offer: RewardGroup
    """The group as it was when the reward was issued, so that its prices stay (rule C6)."""
    application: Application | None


@dataclass(frozen=True, slots=True)
class SignInUnderWay:
    """A person on the way to Amazon; popped, not read, when Amazon sends the browser back."""

    state_hash: str
    visit_hash: str
    link_id: LinkId
    chosen: Chosen
    code_verifier: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account that signed in during one browser's visit to one reward."""

    account_id: AccountId
    account_label: str
    chosen: Chosen
    signed_in_at: datetime
