"""Running campaigns: an operator loads, moves and stops them; keys and links are made and replaced (rule C1)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from redeem_app.domain.auditing import Audit
from redeem_app.domain.campaign import App, Campaign, Developer
from redeem_app.domain.campaign_states import CampaignMove, CampaignState, moved
from redeem_app.domain.ceilings import set_account_cap, set_ceilings, set_pieces_left
from redeem_app.domain.editing import edited, with_listed_prices
from redeem_app.domain.eligibility import check_developer
from redeem_app.domain.ids import AppId, CampaignId, DeveloperId, ItemId, LinkId, RewardGroupId, RewardId
from redeem_app.domain.money import Money
from redeem_app.domain.pictures import Picture
from redeem_app.domain.ports import Clock, KeyedHash, LinkSigner
from redeem_app.domain.prices import Period, PriceFinding, Sale, repriced
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.stored import StoredCampaign


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
            self._save_developer(tx, developer, now)
            is_new = tx.campaigns.save_app(app, now)
            if is_new:
                tx.campaigns.add_api_key(self.key_hash(api_key), app.app_id, now)
            for campaign in campaigns:
                self._save(tx, campaign, now)
                self._audit.write(tx, now, "load", campaign.campaign_id, app=app.app_id, budget=campaign.budget)
            return Loaded(app.app_id, api_key if is_new else "", tuple(c.campaign_id for c in campaigns))

        return self._records.write(work)

    def _save_developer(self, tx: Transaction, developer: Developer, now: datetime) -> None:
        before = tx.campaigns.developer(developer.developer_id)
        if before is not None and before.cap_by_operator:
            developer = replace(developer, month_cap=before.month_cap, cap_by_operator=True)
        tx.campaigns.save_developer(developer, now)
        if before is not None and before.month_cap != developer.month_cap:
            set_account_cap(tx, developer, now)

    def _save(self, tx: Transaction, campaign: Campaign, now: datetime) -> None:
        tx.campaigns.hold(campaign.campaign_id)
        stored = tx.campaigns.campaign(campaign.campaign_id)
        if stored is None:
            tx.campaigns.save_campaign(campaign, CampaignState.DRAFT, now)
            set_ceilings(tx, None, campaign, now)
            return
        state = stored.state_at(now)
        after = edited(stored.campaign, campaign, state)
        tx.campaigns.save_campaign(after, stored.state, now)
        set_ceilings(tx, None if state is CampaignState.DRAFT else stored.campaign, after, now)

    def set_cap(self, campaign_id: CampaignId, cap: Money) -> None:
        """Cap the campaign's spending in a calendar month, this one included (rule C4); files no longer change it."""
        now = self._clock.now()

        def work(tx: Transaction) -> None:
            tx.campaigns.hold(campaign_id)
            stored = self._known(tx, campaign_id)
            after = replace(stored.campaign, month_cap=cap, cap_by_operator=True)
            tx.campaigns.save_campaign(after, stored.state, now)
            set_ceilings(tx, stored.campaign, after, now)
            self._audit.write(tx, now, "cap", campaign_id, before=stored.campaign.month_cap, after=cap)

        self._records.write(work)

    def reprice(self, campaign_id: CampaignId, sales: Iterable[Sale], period: Period) -> tuple[PriceFinding, ...]:
        """Let prices follow the period's sales (rule C6); rewards issued before keep theirs. What was found per item.

        Raises Refusal(CAMPAIGN_UNKNOWN), or Refusal(MOVE_NOT_ALLOWED) for a campaign that is frozen or over (C1).
        """
        now = self._clock.now()

        def work(tx: Transaction) -> tuple[PriceFinding, ...]:
            tx.campaigns.hold(campaign_id)
            stored = self._known(tx, campaign_id)
            after, findings = repriced(stored.campaign, sales, period)
            after = with_listed_prices(stored.campaign, after)
            edited(stored.campaign, after, stored.state_at(now))
            tx.campaigns.save_campaign(after, stored.state, now)
            changed = [finding for finding in findings if finding.before != finding.after]
            self._audit.write(
                tx, now, "reprice", campaign_id, items=", ".join(f"{f.item_id} {f.after}" for f in changed)
            )
            return findings

        return self._records.write(work)

    def set_account_cap(self, developer_id: DeveloperId, cap: Money) -> None:
        """Cap the developer's spending over all campaigns in a calendar month, this one included (rule C4)."""
        now = self._clock.now()

        def work(tx: Transaction) -> None:
            before = tx.campaigns.developer(developer_id)
            if before is None:
                raise Refusal(Reason.APP_UNKNOWN, developer=developer_id)
            after = replace(before, month_cap=cap, cap_by_operator=True)
            tx.campaigns.save_developer(after, now)
            set_account_cap(tx, after, now)
            self._audit.write(tx, now, "account-cap", developer_id, before=before.month_cap, after=cap)

        self._records.write(work)

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
            tx.campaigns.hold(campaign_id)
            stored = self._known(tx, campaign_id)
            after = moved(stored.state_at(now), move)
            if not tx.campaigns.move(campaign_id, stored.state, after, now):
                raise Refusal(Reason.MOVE_NOT_ALLOWED, campaign=campaign_id, state="moved by another", move=move)
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
            tx.campaigns.hold(campaign_id)
            group = self._known(tx, campaign_id).campaign.group(group_id)
            set_pieces_left(tx, campaign_id, group, group.item(ItemId(item_id)), pieces)
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
