"""What a message that carries a reward's link tells: the same before and after the reward was redeemed (rule V1)."""

from dataclasses import dataclass
from datetime import datetime

from redeem_app.domain.campaign import App, Item
from redeem_app.domain.ids import CampaignId, LinkId
from redeem_app.domain.ports import LinkSigner
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.stored import StoredCampaign


@dataclass(frozen=True, slots=True)
class Announced:
    """Whose reward it is, what may be chosen, and until when."""

    stored: StoredCampaign
    items: tuple[Item, ...]
    expires_at: datetime


class Messaging:
    """Looks a link up for the message that it is sent with; changes nothing."""

    def __init__(self, records: Records, links: LinkSigner) -> None:
        self._records = records
        self._links = links

    def about(self, token: str, app: App | None) -> Announced:
        """What the link is about, for the app whose it has to be; None for an operator.

        Raises Refusal(REWARD_UNKNOWN), also for another app's link and for one that was replaced.
        """
        try:
            carried = self._links.read(token)
        except Refusal:
            raise Refusal(Reason.REWARD_UNKNOWN) from None
        is_test = self._links.is_test(token)
        found = self._records.read(
            lambda tx: _of_campaign(tx, CampaignId(carried)) if is_test else _of_link(tx, LinkId(carried))
        )
        if found is None or (app is not None and found.stored.campaign.app_id != app.app_id):
            raise Refusal(Reason.REWARD_UNKNOWN)
        return found


def _of_campaign(tx: Transaction, campaign_id: CampaignId) -> Announced | None:
    stored = tx.campaigns.campaign(campaign_id)
    if stored is None:
        return None
    return Announced(stored, stored.campaign.groups[0].items, stored.campaign.redeemable_until)


def _of_link(tx: Transaction, link_id: LinkId) -> Announced | None:
    link = tx.rewards.linked(link_id)
    if link is None or link.replaced_at is not None:
        return None
    return Announced(link.stored, link.offer.items, link.reward.expires_at)
