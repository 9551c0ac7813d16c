"""Pictures by name, and the banner that a campaign shows."""

import base64
from collections.abc import Iterable

from redeem_app.adapters.database import Connection
from redeem_app.adapters.documents import to_json
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.pictures import Banner, BannerVariant, Picture


class StoredPictures:
    """PictureRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def picture(self, name: str) -> Picture | None:
        row = self._db.row("SELECT media_type, width, content FROM pictures WHERE name = ?", (name,))
        return None if row is None else Picture(name, row[0], row[1], base64.b64decode(row[2]))

    def set_banner(self, campaign_id: CampaignId, inline: str, pictures: Iterable[Picture]) -> None:
        variants = []
        for picture in pictures:
            self._db.run(
                "INSERT INTO pictures (name, media_type, width, content) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (name) DO NOTHING",
                (picture.name, picture.media_type, picture.width, base64.b64encode(picture.content).decode()),
            )
            variants.append(BannerVariant(picture.name, picture.media_type, picture.width))
        banner = to_json(Banner, Banner(inline, tuple(variants)))
        self._db.run("UPDATE campaigns SET banner = ? WHERE campaign_id = ?", (banner, campaign_id))
