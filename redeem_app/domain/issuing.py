"""What is written when a reward is issued: all of it together, or nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from redeem_app.domain.charges import ChargeKind
from redeem_app.domain.given_answers import GivenAnswer
from redeem_app.domain.ids import AppId, DeveloperId, LinkId
from redeem_app.domain.reward import Reward

if TYPE_CHECKING:
    from redeem_app.domain.counters import Take
    from redeem_app.domain.records import Transaction


@dataclass(frozen=True, slots=True)
class AnswerToKeep:
    """The answer that a repeated call gets again, until `kept_until`."""

    app_id: AppId
    key_hash: str
    given: GivenAnswer
    kept_until: datetime


@dataclass(frozen=True, slots=True)
class Issue:
    """A reward with its link, the line of the ledger that it begins with, and all that it is taken from."""

    reward: Reward
    link_id: LinkId
    developer_id: DeveloperId
    charge: ChargeKind
    takes: tuple["Take", ...]
    answer: AnswerToKeep | None

    def write_rows(self, tx: "Transaction") -> None:
        """Everything but the takes, step by step in a transaction."""
        tx.rewards.add(self.reward, self.link_id)
        tx.charges.enter(self.reward, self.developer_id, self.charge, self.reward.issued_at)
        if self.answer is not None:
            kept = self.answer
            tx.answers.keep(kept.app_id, kept.key_hash, kept.given, kept.kept_until, self.reward.issued_at)
