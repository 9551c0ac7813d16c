"""Request ids that the partner has used up; rows are added, and marked once when the next id follows."""

from datetime import datetime
from typing import Final

from redeem_app.adapters.database import Connection
from redeem_app.adapters.times import to_ms
from redeem_app.domain.ids import RewardId

GENERATION: Final = (
    "COALESCE((SELECT MAX(generation) + 1 FROM used_up_requests"
    " WHERE reward_id = {reward_id} AND renewed_at IS NOT NULL), 0)"
)
"""Of the request id that a reward is asked about by."""


class StoredRequestIds:
    """RequestIds on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def generation(self, reward_id: RewardId) -> int:
        row = self._db.row(f"SELECT {GENERATION.format(reward_id='?')}", (reward_id,))
        return 0 if row is None else int(row[0])

    def note_used_up(self, reward_id: RewardId, generation: int, now: datetime) -> None:
        self._db.run(
            "INSERT INTO used_up_requests (reward_id, generation, seen_at) VALUES (?, ?, ?)"
            " ON CONFLICT (reward_id, generation) DO NOTHING",
            (reward_id, generation, to_ms(now)),
        )

    def renew(self, reward_id: RewardId, generation: int, now: datetime) -> bool:
        changed = self._db.run(
            "UPDATE used_up_requests SET renewed_at = ? WHERE reward_id = ? AND generation = ? AND renewed_at IS NULL",
            (to_ms(now), reward_id, generation),
        )
        return changed == 1
