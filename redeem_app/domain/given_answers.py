"""What was given before, so that a call repeated with its Idempotency-Key, or a lost link, finds its reward again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from redeem_app.domain.ids import AppId, CampaignId, CustomerKey, MomentId, RewardId


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A call that its app may repeat: hashes of the key it sent, and of all that it asked for."""

    key_hash: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """The answer to a call that was granted a reward; the link is made again, since no token is stored."""

    request_hash: str
    reward_id: RewardId
    text: str
    image_url: str
    remaining: int
    ends_at: datetime


class AnswerRecords(Protocol):
    """Answers by the app's key, kept until the reward expires."""

    def hold(self, app_id: AppId, key_hash: str) -> None:
        """Keep other calls with the same key waiting until this transaction ends."""
        ...

    def given(self, app_id: AppId, key_hash: str, now: datetime) -> GivenAnswer | None: ...
    def keep(self, app_id: AppId, key_hash: str, answer: GivenAnswer, kept_until: datetime, now: datetime) -> None: ...
    def reward_of(self, campaign_id: CampaignId, moment_id: MomentId, customer_key: CustomerKey) -> RewardId | None:
        """The one reward of the moment that the customer was given (rule R7)."""
        ...

    def forget_before(self, now: datetime) -> int:
        """Drop what is kept no longer; how many."""
        ...

    def forget_calls_before(self, moment: datetime) -> int:
        """Drop counts of keys that have not called since; how many."""
        ...
