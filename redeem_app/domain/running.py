"""Running campaigns: an operator loads, moves and stops them; keys and links are made and replaced (rule C1)."""

from collections.abc import Callable
from dataclasses import dataclass

from redeem_app.domain.auditing import Audit
from redeem_app.domain.campaign import App, Campaign, CampaignMove, CampaignState, Developer, moved
from redeem_app.domain.eligibility import check_developer
from redeem_app.domain.ids import AppId, CampaignId, ItemId, LinkId, RewardGroupId, RewardId
from redeem_app.domain.pictures import Picture
from redeem_app.domain.ports import Clock, KeyedHash, LinkSigner
from redeem_app.domain.records import Records, StoredCampaign, Transaction, item_counter
from redeem_app.domain.refusals import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a campaign file did; `api_key` is told this one time, when the app is new."""

    app_id: AppId
    api_key: str
    campaigns: tuple[CampaignId, ...]


class Running:
    """What operators do to campaigns, apps and links."""

    def __init__(
        self, records: Records, clock: Clock, links: LinkSigner, hashes: KeyedHash, new_id: Callable[[], str]
    ) -> None:
        self._records = records
        self._clock = clock
        self._links = links
        self._hashes = hashes
        self._new_id = new_id
        self._audit = Audit(hashes)

    def load(self, developer: Developer, app: App, campaigns: tuple[Campaign, ...]) -> Loaded:
        """Save all or nothing. Raises Refusal(MOVE_NOT_ALLOWED) for a campaign that is frozen or over (rule C1)."""
        check_developer(developer)
        now = self._clock.now()
        api_key = f"{self._new_id()}{self._new_id()}"

        def work(tx: Transaction) -> Loaded:
            tx.campaigns.save_developer(developer, now)
            is_new = tx.campaigns.save_app(app, now)
            if is_new:
                tx.campaigns.add_api_key(self.key_hash(api_key), app.app_id, now)
            for campaign in campaigns:
                _save(tx, campaign)
                self._audit.write(tx, now, "load", campaign.campaign_id, app=app.app_id, budget=campaign.budget)
            return Loaded(app.app_id, api_key if is_new else "", tuple(c.campaign_id for c in campaigns))

        def _save(tx: Transaction, campaign: Campaign) -> None:
            stored = tx.campaigns.campaign(campaign.campaign_id)
            state = CampaignState.DRAFT if stored is None else stored.state
            if state in {CampaignState.PENDING_APPROVAL, CampaignState.FINISHED, CampaignState.REJECTED}:
                raise Refusal(Reason.MOVE_NOT_ALLOWED, campaign=campaign.campaign_id, state=state, move="edit")
            tx.campaigns.save_campaign(campaign, state, now)

        return self._records.write(work)

    def set_banner(self, campaign_id: CampaignId, inline: str, pictures: tuple[Picture, ...]) -> None:
        """Show this banner on the campaign's pages (rule P2)."""
        self._records.write(lambda tx: tx.pictures.set_banner(campaign_id, inline, pictures))

    def add_key(self, app_id: AppId) -> str:
        """A second API key, so that the first can be retired without a pause. Raises Refusal(APP_UNKNOWN)."""
        now = self._clock.now()
        api_key = f"{self._new_id()}{self._new_id()}"

        def work(tx: Transaction) -> str:
            if tx.campaigns.app(app_id) is None:
                raise Refusal(Reason.APP_UNKNOWN, app=app_id)
            tx.campaigns.add_api_key(self.key_hash(api_key), app_id, now)
            self._audit.write(tx, now, "add-key", app_id)
            return api_key

        return self._records.write(work)

    def retire_key(self, api_key: str) -> bool:
        """End a key; False where it is not known, or is the last one of its app."""
        now = self._clock.now()
        key_hash = self.key_hash(api_key)

        def work(tx: Transaction) -> bool:
            retired = tx.campaigns.retire_api_key(key_hash, now)
            if retired:
                self._audit.write(tx, now, "retire-key", key_hash[:12])
            return retired

        return self._records.write(work)

    def key_hash(self, api_key: str) -> str:
        """How an API key is stored and looked up."""
        return self._hashes.of("api-key", api_key)

    def move(self, campaign_id: CampaignId, move: CampaignMove) -> CampaignState:
        """Move the campaign by hand; the state after. Raises Refusal(MOVE_NOT_ALLOWED, CAMPAIGN_UNKNOWN)."""
        now = self._clock.now()

        def work(tx: Transaction) -> CampaignState:
            stored = self._known(tx, campaign_id)
            after = moved(stored.state_at(now), move)
            tx.campaigns.move(campaign_id, stored.state, after, now)
            self._audit.write(tx, now, move, campaign_id, before=stored.state, after=after)
            return after

        return self._records.write(work)

    def campaigns(self) -> tuple[tuple[StoredCampaign, CampaignState], ...]:
        """Every campaign with the state that counts now."""
        now = self._clock.now()
        stored = self._records.read(lambda tx: tx.campaigns.all_campaigns())
        return tuple((s, s.state_at(now)) for s in stored)

    def set_stock(self, campaign_id: CampaignId, group_id: RewardGroupId, item_id: str, pieces: int) -> None:
        """Set how many more pieces of an item may be handed out (rule R3)."""
        now = self._clock.now()

        def work(tx: Transaction) -> None:
            stored = self._known(tx, campaign_id)
            item = stored.campaign.group(group_id).item(ItemId(item_id))
            name = item_counter(campaign_id, group_id, item)
            tx.counters.set_ceiling(name, tx.counters.used((name,)).get(name, 0) + pieces)
            self._audit.write(tx, now, "stock", campaign_id, group=group_id, item=item_id, pieces=pieces)

        self._records.write(work)

    def remint(self, reward_id: RewardId) -> str:
        """A fresh token for the same reward; the earlier one leads to a page that says so."""
        now = self._clock.now()
        link_id = LinkId(self._new_id())

        def work(tx: Transaction) -> None:
            if not tx.rewards.replace_links(reward_id, link_id, now):
                raise Refusal(Reason.LINK_INVALID, reward=reward_id)
            self._audit.write(tx, now, "remint", reward_id)

        self._records.write(work)
        return self._links.token(link_id)

    @staticmethod
    def _known(tx: Transaction, campaign_id: CampaignId) -> StoredCampaign:
        stored = tx.campaigns.campaign(campaign_id)
        if stored is None:
            raise Refusal(Reason.CAMPAIGN_UNKNOWN, campaign=campaign_id)
        return stored
