"""Mints on the database."""

from datetime import datetime

from redeem_app.adapters.database import Connection, Row
from redeem_app.adapters.times import to_ms
from redeem_app.domain.ids import CampaignId, MomentId, RewardGroupId
from redeem_app.domain.minting import Mint, MintWanted

_MINTS = "SELECT mint_id, campaign_id, moment_id, group_id, wanted, file, made FROM mints"


class StoredMints:
    """MintRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, mint: Mint, now: datetime) -> None:
        wanted = mint.wanted
        self._db.run(
            "INSERT INTO mints (mint_id, campaign_id, moment_id, group_id, file, wanted, made, begun_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                mint.mint_id,
                wanted.campaign_id,
                wanted.moment_id,
                wanted.group_id,
                wanted.file,
                wanted.count,
                mint.made,
                to_ms(now),
            ),
        )

    def mint(self, mint_id: str) -> Mint | None:
        row = self._db.row(f"{_MINTS} WHERE mint_id = ?", (mint_id,))
        return None if row is None else _mint(row)

    def latest_into(self, file: str) -> Mint | None:
        row = self._db.row(f"{_MINTS} WHERE file = ? ORDER BY begun_at DESC, made LIMIT 1", (file,))
        return None if row is None else _mint(row)

    def advance(self, mint: Mint, made: int) -> bool:
        changed = self._db.run(
            "UPDATE mints SET made = ? WHERE mint_id = ? AND made = ?", (made, mint.mint_id, mint.made)
        )
        return changed == 1


def _mint(row: Row) -> Mint:
    mint_id, campaign_id, moment_id, group_id, count, file, made = row
    wanted = MintWanted(CampaignId(campaign_id), MomentId(moment_id), RewardGroupId(group_id), int(count), file)
    return Mint(mint_id, wanted, int(made))
