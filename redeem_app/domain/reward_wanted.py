"""What a call for a reward has to pass, and what is made of it then (rules C1, C3, C4); reads and writes nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from redeem_app.domain.budget import Purse
from redeem_app.domain.campaign import App, Moment, RewardGroup
from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.charges import kind_at_issue
from redeem_app.domain.given_answers import GivenAnswer, Repeatable
from redeem_app.domain.ids import AppId, CampaignId, CustomerKey, LinkId, MomentId, RewardGroupId, RewardId
from redeem_app.domain.issuing import AnswerToKeep, Issue
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Reward, RewardState
from redeem_app.domain.stored import OfferedCampaign, StoredCampaign


@dataclass(frozen=True, slots=True)
class RewardWanted:
    """What an app's server names in its call; `customer_key` only where the app chose to send it."""

    app_id: AppId
    campaign_id: CampaignId
    moment_id: MomentId
    group_id: RewardGroupId
    customer_key: CustomerKey | None = None
    repeatable: Repeatable | None = None


@dataclass(frozen=True, slots=True)
class RewardNotice:
    """The answer to both operations; `token` is empty for a look."""

    text: str
    token: str
    image_url: str
    remaining: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Grantable:
    """A reward of one moment, with all that it is issued from."""

    stored: StoredCampaign
    group: RewardGroup
    moment: Moment
    offer_id: str
    purse: Purse
    is_test: bool = False
    """Whether the campaign is in test mode: nothing is consumed then."""

    def notice(self, text: str, token: str, remaining: int) -> RewardNotice:
        """What the app is told."""
        image = next((item.image_url for item in self.group.items if item.image_url), "")
        return RewardNotice(text, token, image, remaining, self.stored.campaign.ends_at)

    def issue(
        self, wanted: RewardWanted, reward_id: RewardId, link_id: LinkId, notice: RewardNotice, now: datetime
    ) -> Issue:
        """What is to be written for it."""
        campaign = self.stored.campaign
        reward = Reward(
            reward_id,
            campaign.campaign_id,
            self.moment.moment_id,
            self.offer_id,
            RewardState.ISSUED,
            now,
            campaign.redeemable_until,
            self.purse.charge,
            wanted.customer_key,
        )
        return Issue(
            reward,
            link_id,
            self.stored.developer_id,
            kind_at_issue(campaign.charged_at),
            self.purse.takes,
            _kept(wanted, reward, notice),
        )


def grantable(app: App, wanted: RewardWanted, offered: OfferedCampaign | None, now: datetime) -> Grantable:
    """Raises Refusal where app, names, dates or the campaign's state are against it."""
    found = named(app, wanted, offered, now)
    campaign, state = found.stored.campaign, found.stored.state_at(now)
    if state is CampaignState.FINISHED:
        raise Refusal(Reason.CAMPAIGN_FINISHED, campaign=campaign.campaign_id, ended=campaign.ends_at.isoformat())
    if state is CampaignState.SUSPENDED:
        raise Refusal(Reason.CAMPAIGN_SUSPENDED, campaign=campaign.campaign_id)
    if state not in {CampaignState.APPROVED, CampaignState.LIVE}:
        raise Refusal(Reason.CAMPAIGN_NOT_LIVE, campaign=campaign.campaign_id, state=state)
    return replace(found, is_test=state is CampaignState.APPROVED)


def named(app: App, wanted: RewardWanted, offered: OfferedCampaign | None, now: datetime) -> Grantable:
    """What is wanted, in the month of `now`, whatever the campaign's state. Raises Refusal where there is no such."""
    if wanted.app_id != app.app_id:
        raise Refusal(Reason.APP_UNKNOWN, app=wanted.app_id)
    if offered is None or offered.stored.campaign.app_id != app.app_id:
        raise Refusal(Reason.CAMPAIGN_UNKNOWN, campaign=wanted.campaign_id)
    campaign = offered.stored.campaign
    moment, group = campaign.moment(wanted.moment_id), campaign.group(wanted.group_id)
    purse = Purse.under(offered.stored, offered.account_cap, group, now)
    return Grantable(offered.stored, group, moment, offered.offer_id, purse)


def _kept(wanted: RewardWanted, reward: Reward, notice: RewardNotice) -> AnswerToKeep | None:
    if wanted.repeatable is None:
        return None
    given = GivenAnswer(
        wanted.repeatable.request_hash,
        reward.reward_id,
        notice.text,
        notice.image_url,
        notice.remaining,
        notice.ends_at,
    )
    return AnswerToKeep(wanted.app_id, wanted.repeatable.key_hash, given, reward.expires_at)
