"""Refusals by their support number."""

import json
from datetime import datetime

from redeem_app.adapters.database import Connection
from redeem_app.adapters.times import from_ms, to_ms
from redeem_app.domain.ids import AppId, CampaignId, RewardId
from redeem_app.domain.refusal_traces import RefusalTrace, Where


class StoredTraces:
    """TraceRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, trace: RefusalTrace) -> None:
        if self._db.dialect == "postgresql":
            self._db.run("SET LOCAL synchronous_commit TO OFF")  # a trace need not survive a crash
        where = trace.where
        self._db.run(
            "INSERT INTO refusal_traces (number, noted_at, reason, door, app_id, campaign_id, reward_id, request_id,"
            " facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO NOTHING",
            (
                trace.number,
                to_ms(trace.noted_at),
                trace.reason,
                where.door,
                where.app_id,
                where.campaign_id,
                where.reward_id,
                where.request_id,
                json.dumps(dict(trace.facts)),
            ),
        )

    def of_number(self, number: str) -> RefusalTrace | None:
        row = self._db.row(
            "SELECT noted_at, reason, door, app_id, campaign_id, reward_id, request_id, facts FROM refusal_traces"
            " WHERE number = ?",
            (number,),
        )
        if row is None:
            return None
        noted, reason, door, app, campaign, reward, request_id, facts = row
        where = Where(
            door,
            AppId(app) if app else None,
            CampaignId(campaign) if campaign else None,
            RewardId(reward) if reward else None,
            request_id,
        )
        return RefusalTrace(number, from_ms(noted), reason, where, json.loads(facts))

    def forget_before(self, moment: datetime) -> int:
        return self._db.run("DELETE FROM refusal_traces WHERE noted_at < ?", (to_ms(moment),))
