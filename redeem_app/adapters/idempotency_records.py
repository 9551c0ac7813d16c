"""Answers that were given to calls with an Idempotency-Key, without the token of their link."""

from datetime import datetime

from redeem_app.adapters.database import Connection
from redeem_app.adapters.rows import Fields, insert
from redeem_app.adapters.times import from_ms, to_ms
from redeem_app.domain.given_answers import GivenAnswer
from redeem_app.domain.ids import AppId, CampaignId, CustomerKey, MomentId, RewardId


class StoredAnswers:
    """AnswerRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def hold(self, app_id: AppId, key_hash: str) -> None:
        # SQLite has one writer at a time, so the transaction itself holds every key.
        if self._db.dialect == "postgresql":
            self._db.run("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (f"answer {app_id} {key_hash}",))

    def given(self, app_id: AppId, key_hash: str, now: datetime) -> GivenAnswer | None:
        row = self._db.row(
            "SELECT request_hash, reward_id, words, image_url, remaining, ends_at FROM given_answers"
            " WHERE app_id = ? AND key_hash = ? AND kept_until > ?",
            (app_id, key_hash, to_ms(now)),
        )
        if row is None:
            return None
        request_hash, reward_id, words, image_url, remaining, ends = row
        return GivenAnswer(request_hash, RewardId(reward_id), words, image_url, remaining, from_ms(ends))

    def keep(self, app_id: AppId, key_hash: str, answer: GivenAnswer, kept_until: datetime, now: datetime) -> None:
        self._db.run(
            "DELETE FROM given_answers WHERE app_id = ? AND key_hash = ? AND kept_until <= ?",
            (app_id, key_hash, to_ms(now)),
        )
        insert(self._db, "given_answers", answer_row(app_id, key_hash, answer, kept_until))

    def reward_of(self, campaign_id: CampaignId, moment_id: MomentId, customer_key: CustomerKey) -> RewardId | None:
        row = self._db.row(
            "SELECT reward_id FROM rewards WHERE campaign_id = ? AND moment_id = ? AND customer_key = ?",
            (campaign_id, moment_id, customer_key),
        )
        return None if row is None else RewardId(row[0])

    def forget_before(self, now: datetime) -> int:
        return self._db.run("DELETE FROM given_answers WHERE kept_until <= ?", (to_ms(now),))

    def forget_calls_before(self, moment: datetime) -> int:
        return self._db.run("DELETE FROM recent_calls WHERE latest < ?", (to_ms(moment) * 1000,))


def answer_row(app_id: AppId, key_hash: str, answer: GivenAnswer, kept_until: datetime) -> Fields:
    """An answer as it is kept."""
    return {
        "app_id": app_id,
        "key_hash": key_hash,
        "request_hash": answer.request_hash,
        "reward_id": answer.reward_id,
        "words": answer.text,
        "image_url": answer.image_url,
        "remaining": answer.remaining,
        "ends_at": to_ms(answer.ends_at),
        "kept_until": to_ms(kept_until),
    }
