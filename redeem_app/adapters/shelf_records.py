"""Items that an operator or a campaign file has none of."""

from redeem_app.adapters.database import Connection
from redeem_app.domain.ids import CampaignId, ItemId, RewardGroupId


class StoredShelves:
    """Shelves on the database; a row stands for an empty place."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def fill(self, campaign_id: CampaignId, group_id: RewardGroupId, item_id: ItemId, *, is_empty: bool) -> None:
        place = (campaign_id, group_id, item_id)
        if is_empty:
            self._db.run(
                "INSERT INTO empty_shelves (campaign_id, group_id, item_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                place,
            )
        else:
            self._db.run("DELETE FROM empty_shelves WHERE campaign_id = ? AND group_id = ? AND item_id = ?", place)

    def empty(self, campaign_id: CampaignId, group_id: RewardGroupId) -> frozenset[ItemId]:
        rows = self._db.rows(
            "SELECT item_id FROM empty_shelves WHERE campaign_id = ? AND group_id = ?", (campaign_id, group_id)
        )
        return frozenset(ItemId(row[0]) for row in rows)
