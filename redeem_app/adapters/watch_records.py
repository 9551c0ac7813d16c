"""Figures for operators, and the troubles that the partner last told."""

from datetime import datetime

from redeem_app.adapters.database import Connection
from redeem_app.adapters.times import from_ms, to_ms
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.watching import Trouble


class StoredWatch:
    """WatchRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def states(self) -> dict[tuple[CampaignId, str], int]:
        return {(CampaignId(campaign), str(state)): int(count) for campaign, state, count in self._db.rows(_STATES)}

    def unsettled(self) -> tuple[int, datetime | None]:
        row = self._db.row("SELECT COUNT(*), MIN(started_at) FROM applications WHERE applied_at IS NULL")
        return (0, None) if row is None else (int(row[0]), from_ms(row[1]))

    def note_trouble(self, problem: str, detail: str, now: datetime) -> None:
        self._db.run(
            "INSERT INTO partner_troubles (problem, detail, seen_at) VALUES (?, ?, ?) ON CONFLICT (problem)"
            " DO UPDATE SET detail = excluded.detail, seen_at = excluded.seen_at",
            (problem, detail, to_ms(now)),
        )

    def troubles(self, since: datetime) -> tuple[Trouble, ...]:
        rows = self._db.rows(
            "SELECT problem, detail, seen_at FROM partner_troubles WHERE seen_at >= ? ORDER BY problem", (to_ms(since),)
        )
        return tuple(Trouble(problem, detail, from_ms(seen)) for problem, detail, seen in rows)


_STATES = "SELECT campaign_id, state, COUNT(*) FROM rewards GROUP BY campaign_id, state"
