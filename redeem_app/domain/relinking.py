"""A lost link is made anew, never read again: the app asks by what it sent when it got the reward.

Whether the reward was redeemed makes no difference to the answer, so that nothing about it can be learned here
(rule V1). The earlier link then leads to a page that says there is a newer one.
"""

from collections.abc import Callable

from redeem_app.domain.campaign import App
from redeem_app.domain.ids import CampaignId, CustomerKey, LinkId, MomentId, RewardId
from redeem_app.domain.ports import Clock, LinkSigner
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Reason, Refusal


class Relinking:
    """Fresh links for rewards that an app was granted."""

    def __init__(self, records: Records, clock: Clock, links: LinkSigner, new_id: Callable[[], str]) -> None:
        self._records = records
        self._clock = clock
        self._links = links
        self._new_id = new_id

    def by_key(self, app: App, key_hash: str) -> str:
        """A fresh token for the reward of the call with this Idempotency-Key. Raises Refusal(REWARD_UNKNOWN)."""
        now = self._clock.now()

        def find(tx: Transaction) -> RewardId | None:
            given = tx.answers.given(app.app_id, key_hash, now)
            return None if given is None else given.reward_id

        return self._fresh(find)

    def by_customer(self, app: App, campaign_id: CampaignId, moment_id: MomentId, customer: CustomerKey) -> str:
        """A fresh token for the customer's reward of that moment. Raises Refusal(REWARD_UNKNOWN)."""

        def find(tx: Transaction) -> RewardId | None:
            stored = tx.campaigns.campaign(campaign_id)
            if stored is None or stored.campaign.app_id != app.app_id:
                return None
            return tx.answers.reward_of(campaign_id, moment_id, customer)

        return self._fresh(find)

    def _fresh(self, find: Callable[[Transaction], RewardId | None]) -> str:
        now, link_id = self._clock.now(), LinkId(self._new_id())

        def work(tx: Transaction) -> None:
            reward_id = find(tx)
            if reward_id is None or not tx.rewards.replace_links(reward_id, link_id, now):
                raise Refusal(Reason.REWARD_UNKNOWN)

        self._records.write(work)
        return self._links.token(link_id)
