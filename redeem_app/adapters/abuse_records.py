"""How many accounts and rewards meet in one person, one reward, one moment (rule R7); by keyed hashes only."""

from datetime import datetime
from typing import Final

from redeem_app.adapters.database import Connection
from redeem_app.adapters.times import to_ms
from redeem_app.domain.abuse import Counts
from redeem_app.domain.ids import AccountKey, RewardId
from redeem_app.domain.reward import Reward

_BY_ACCOUNT: Final = (
    "(SELECT COUNT(*) FROM applications p JOIN rewards r ON r.reward_id = p.reward_id"
    " WHERE p.account_key = ? AND r.campaign_id = ? AND r.moment_id = ? AND r.reward_id <> ?)"
)
_BY_PERSON: Final = (
    "(SELECT COUNT(*) FROM (SELECT 1 FROM applications p JOIN rewards r ON r.reward_id = p.reward_id"
    " WHERE r.customer_key = ? AND p.account_key <> ? GROUP BY p.account_key) AS accounts)"
)
"""Grouped: for `COUNT(DISTINCT)` SQLite makes a table of its own each time, which costs as much as all the rest."""
OTHERS: Final = ("(SELECT COUNT(*) FROM tries WHERE reward_id = ? AND account_key <> ?)", _BY_PERSON, _BY_ACCOUNT)
"""Others than this account, or this reward; who has no customer key is a person of one account."""
_COUNTS: Final = f"SELECT {', '.join(OTHERS)}"


def hold_account(connection: Connection, account_key: AccountKey) -> None:
    """Keep other transactions from counting the account; SQLite's one writer holds every account anyway."""
    if connection.dialect == "postgresql":
        connection.run("SELECT pg_advisory_xact_lock(hashtextextended(?, 1))", (account_key,))


def others_values(reward: Reward, account_key: AccountKey) -> tuple[tuple[str | None, ...], ...]:
    """Values for the marks of each of `OTHERS`."""
    return (
        (reward.reward_id, account_key),
        (reward.customer_key, account_key),
        (account_key, reward.campaign_id, reward.moment_id, reward.reward_id),
    )


class StoredTries:
    """AbuseRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def note_try(self, reward_id: RewardId, account_key: AccountKey, now: datetime) -> None:
        self._db.run(
            "INSERT INTO tries (reward_id, account_key, tried_at) VALUES (?, ?, ?)"
            " ON CONFLICT (reward_id, account_key) DO NOTHING",
            (reward_id, account_key, to_ms(now)),
        )

    def hold_account(self, account_key: AccountKey) -> None:
        hold_account(self._db, account_key)

    def counts(self, reward: Reward, account_key: AccountKey) -> Counts:
        row = self._db.row(_COUNTS, [value for values in others_values(reward, account_key) for value in values])
        others = (0, 0, 0) if row is None else (int(row[0]), int(row[1]), int(row[2]))
        # This account, or this reward, counts itself.
        return Counts(
            accounts_for_this_reward=1 + others[0],
            accounts_of_this_person=1 + others[1],
            rewards_of_this_moment=1 + others[2],
        )
