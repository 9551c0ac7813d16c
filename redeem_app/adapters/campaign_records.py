"""Developers, apps, campaigns and the offers that rewards are issued from."""

import hashlib
from datetime import datetime
from functools import lru_cache

from redeem_app.adapters.database import Connection, Row
from redeem_app.adapters.documents import from_json, to_json
from redeem_app.adapters.times import to_ms
from redeem_app.domain.campaign import App, Campaign, Developer, RewardGroup
from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.ids import AppId, CampaignId, DeveloperId, RewardGroupId
from redeem_app.domain.pictures import Banner
from redeem_app.domain.stored import OfferedCampaign, StoredCampaign

STORED = "c.document, c.state, a.document, c.banner"
"""Columns of a stored campaign, for `stored_campaign`; from `campaigns c JOIN apps a USING (app_id)`."""

OFFERED = f"{STORED}, d.document, o.offer_id"
"""Columns of an offered campaign, for `offered_campaign`; developers as `d`, and the group's current offer as `o`."""

_BY_GROUP = (
    f"SELECT {OFFERED} FROM campaigns c JOIN apps a ON a.app_id = c.app_id"  # noqa: S608 - fixed
    " JOIN developers d ON d.developer_id = a.developer_id"
    " LEFT JOIN offers o ON o.campaign_id = c.campaign_id AND o.group_id = ? AND o.is_current = 1"
    " WHERE c.campaign_id = ?"
)


@lru_cache(maxsize=256)
def _developer(document: str) -> Developer:
    return from_json(Developer, document)


@lru_cache(maxsize=256)
def _campaign(document: str) -> Campaign:
    return from_json(Campaign, document)


@lru_cache(maxsize=256)
def app_of(document: str) -> App:
    """The app as its document tells it."""
    return from_json(App, document)


@lru_cache(maxsize=1024)
def offer_of(document: str) -> RewardGroup:
    """The reward group as it stood when the offer was made."""
    return from_json(RewardGroup, document)


@lru_cache(maxsize=256)
def stored_campaign(campaign: str, state: str, app: str, banner: str) -> StoredCampaign:
    """From the columns `STORED`."""
    owner = app_of(app)
    shown = from_json(Banner, banner) if banner else None
    return StoredCampaign(
        _campaign(campaign),
        CampaignState(state),
        owner.name,
        owner.developer_id,
        shown,
        owner.frame_origins,
        owner.return_link,
    )


def offered_campaign(row: Row) -> OfferedCampaign:
    """From the columns `OFFERED`."""
    return OfferedCampaign(stored_campaign(*row[:4]), _developer(row[4]).month_cap, row[5] or "")


class StoredCampaigns:
    """CampaignRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def save_developer(self, developer: Developer, now: datetime) -> None:
        self._db.run(
            "INSERT INTO developers (developer_id, document, created_at) VALUES (?, ?, ?)"
            " ON CONFLICT (developer_id) DO UPDATE SET document = excluded.document",
            (developer.developer_id, to_json(Developer, developer), to_ms(now)),
        )

    def developer(self, developer_id: DeveloperId) -> Developer | None:
        row = self._db.row("SELECT document FROM developers WHERE developer_id = ?", (developer_id,))
        return None if row is None else from_json(Developer, row[0])

    def save_app(self, app: App, now: datetime) -> bool:
        is_new = self.app(app.app_id) is None
        self._db.run(
            "INSERT INTO apps (app_id, developer_id, document, created_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (app_id) DO UPDATE SET document = excluded.document, developer_id = excluded.developer_id",
            (app.app_id, app.developer_id, to_json(App, app), to_ms(now)),
        )
        return is_new

    def app(self, app_id: AppId) -> App | None:
        return _found_app(self._db.row("SELECT document FROM apps WHERE app_id = ?", (app_id,)))

    def all_apps(self) -> tuple[App, ...]:
        return tuple(app_of(row[0]) for row in self._db.rows("SELECT document FROM apps ORDER BY app_id"))

    def app_of_key(self, key_hash: str) -> App | None:
        return _found_app(
            self._db.row(
                "SELECT a.document FROM api_keys k JOIN apps a ON a.app_id = k.app_id"
                " WHERE k.key_hash = ? AND k.retired_at IS NULL",
                (key_hash,),
            )
        )

    def add_api_key(self, key_hash: str, app_id: AppId, now: datetime) -> None:
        self._db.run(
            "INSERT INTO api_keys (key_hash, app_id, created_at) VALUES (?, ?, ?)", (key_hash, app_id, to_ms(now))
        )

    def retire_api_key(self, key_hash: str, now: datetime) -> bool:
        changed = self._db.run(
            "UPDATE api_keys SET retired_at = ? WHERE key_hash = ? AND retired_at IS NULL AND EXISTS (SELECT 1"
            " FROM api_keys o WHERE o.app_id = api_keys.app_id AND o.key_hash <> ? AND o.retired_at IS NULL)",
            (to_ms(now), key_hash, key_hash),
        )
        return changed == 1

    def save_campaign(self, campaign: Campaign, state: CampaignState, now: datetime) -> None:
        self._db.run(
            "INSERT INTO campaigns (campaign_id, app_id, state, document, changed_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (campaign_id) DO UPDATE SET app_id = excluded.app_id, state = excluded.state,"
            " document = excluded.document, changed_at = excluded.changed_at",
            (campaign.campaign_id, campaign.app_id, state, to_json(Campaign, campaign), to_ms(now)),
        )
        for group in campaign.groups:
            self._save_offer(campaign.campaign_id, group)

    def hold(self, campaign_id: CampaignId) -> None:
        if self._db.dialect == "postgresql":
            self._db.rows("SELECT 1 FROM campaigns WHERE campaign_id = ? FOR NO KEY UPDATE", (campaign_id,))

    def _save_offer(self, campaign_id: CampaignId, group: RewardGroup) -> None:
        document = to_json(RewardGroup, group)
        offer_id = hashlib.sha256(f"{campaign_id}\n{document}".encode()).hexdigest()[:24]
        self._db.run(
            "UPDATE offers SET is_current = 0 WHERE campaign_id = ? AND group_id = ?", (campaign_id, group.group_id)
        )
        self._db.run(
            "INSERT INTO offers (offer_id, campaign_id, group_id, document, is_current) VALUES (?, ?, ?, ?, 1)"
            " ON CONFLICT (offer_id) DO UPDATE SET is_current = 1",
            (offer_id, campaign_id, group.group_id, document),
        )

    def campaign(self, campaign_id: CampaignId) -> StoredCampaign | None:
        found = self._stored("WHERE c.campaign_id = ?", campaign_id)
        return found[0] if found else None

    def offered(self, campaign_id: CampaignId, group_id: RewardGroupId) -> OfferedCampaign | None:
        row = self._db.row(_BY_GROUP, (group_id, campaign_id))
        return None if row is None else offered_campaign(row)

    def campaigns_of(self, app_id: AppId) -> tuple[StoredCampaign, ...]:
        return self._stored("WHERE c.app_id = ? ORDER BY c.campaign_id", app_id)

    def all_campaigns(self) -> tuple[StoredCampaign, ...]:
        return self._stored("ORDER BY c.campaign_id")

    def _stored(self, condition: str, *values: str) -> tuple[StoredCampaign, ...]:
        rows = self._db.rows(
            f"SELECT {STORED} FROM campaigns c JOIN apps a ON a.app_id = c.app_id {condition}",  # noqa: S608 - fixed
            values,
        )
        return tuple(stored_campaign(*row) for row in rows)

    def move(self, campaign_id: CampaignId, before: CampaignState, after: CampaignState, now: datetime) -> bool:
        changed = self._db.run(
            "UPDATE campaigns SET state = ?, changed_at = ? WHERE campaign_id = ? AND state = ?",
            (after, to_ms(now), campaign_id, before),
        )
        return changed == 1

    def offer_id(self, campaign_id: CampaignId, group_id: RewardGroupId) -> str:
        row = self._db.row(
            "SELECT offer_id FROM offers WHERE campaign_id = ? AND group_id = ? AND is_current = 1",
            (campaign_id, group_id),
        )
        if row is None:
            raise LookupError(f"campaign {campaign_id} has no offer for group {group_id}")
        return str(row[0])


def _found_app(row: Row | None) -> App | None:
    return None if row is None else app_of(row[0])
