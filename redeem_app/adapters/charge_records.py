"""The ledger of charges; lines are added, and no statement here or elsewhere changes or deletes one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from redeem_app.adapters.database import Connection
from redeem_app.adapters.rows import Fields, insert, insert_many
from redeem_app.adapters.times import to_ms
from redeem_app.domain.charges import ChargeKind
from redeem_app.domain.ids import CampaignId, DeveloperId, RewardId
from redeem_app.domain.reward import Reward

OUT_OF_RESERVE = (
    "INSERT INTO charges (reward_id, kind, campaign_id, developer_id, month, amount, currency, charged_at)"
    " SELECT reward_id, CAST(? AS TEXT), campaign_id, developer_id, CAST(? AS TEXT), amount, currency,"
    " CAST(? AS BIGINT) FROM charges WHERE kind = 'reserve' AND reward_id IN ({marks})"
)
"""Another line for what was reserved; for the marks see `charge_values`."""


class StoredCharges:
    """ChargeRecords on the database; `month` of a line is the UTC month in which it was added."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def enter(self, reward: Reward, developer_id: DeveloperId, kind: ChargeKind, now: datetime) -> None:
        insert(self._db, "charges", charge_row(reward, developer_id, kind, now))

    def enter_many(self, rewards: Sequence[Reward], developer_id: DeveloperId, kind: ChargeKind, now: datetime) -> None:
        insert_many(self._db, "charges", [charge_row(reward, developer_id, kind, now) for reward in rewards])

    def release_reserved(self, reward_ids: Collection[RewardId], now: datetime) -> Mapping[CampaignId, int]:
        statement = OUT_OF_RESERVE.format(marks=", ".join("?" * len(reward_ids)))
        rows = self._db.rows(
            f"{statement} RETURNING campaign_id, amount",
            (*charge_values(now, ChargeKind.RELEASE), *sorted(reward_ids)),
        )
        released: dict[CampaignId, int] = {}
        for campaign_id, amount in rows:
            released[CampaignId(campaign_id)] = released.get(CampaignId(campaign_id), 0) + int(amount)
        return released


def charge_row(reward: Reward, developer_id: DeveloperId, kind: ChargeKind, now: datetime) -> Fields:
    """A line of the ledger."""
    return {
        "reward_id": reward.reward_id,
        "kind": kind,
        "campaign_id": reward.campaign_id,
        "developer_id": developer_id,
        "month": _month(now),
        "amount": reward.charge.amount,
        "currency": reward.charge.currency,
        "charged_at": to_ms(now),
    }


def charge_values(now: datetime, kind: ChargeKind = ChargeKind.REDEMPTION) -> tuple[str, str, int]:
    """Values for the first marks of `OUT_OF_RESERVE`; the rewards' ids follow."""
    return (kind, _month(now), to_ms(now))


def _month(now: datetime) -> str:
    return f"{now.year:04}-{now.month:02}"
