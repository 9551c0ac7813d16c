"""Sign-ins under way, and who signed in during which visit; nothing here outlives a day."""

from datetime import datetime
from typing import Final

from redeem_app.adapters.database import Connection, Row
from redeem_app.adapters.times import from_ms, to_ms
from redeem_app.domain.ids import AccountId, ItemId, LinkId, RewardId
from redeem_app.domain.reward import Chosen
from redeem_app.domain.stored import SignedIn, SignInUnderWay

SIGNED_IN: Final = "v.account_id, v.account_label, v.item_id, v.size, v.signed_in_at"
"""Columns of `visits v`, for `signed_in_of`."""
SIGNED_IN_COLUMNS: Final = 5


class StoredVisits:
    """Visits on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def begin_sign_in(self, sign_in: SignInUnderWay) -> None:
        self._db.run(
            "INSERT INTO sign_ins (state_hash, visit_hash, link_id, item_id, size, code_verifier, begun_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                sign_in.state_hash,
                sign_in.visit_hash,
                sign_in.link_id,
                sign_in.chosen.item_id,
                sign_in.chosen.size,
                sign_in.code_verifier,
                to_ms(sign_in.begun_at),
            ),
        )

    def pop_sign_in(self, state_hash: str) -> SignInUnderWay | None:
        row = self._db.row(
            "DELETE FROM sign_ins WHERE state_hash = ?"
            " RETURNING visit_hash, link_id, item_id, size, code_verifier, begun_at",
            (state_hash,),
        )
        if row is None:
            return None
        visit_hash, link_id, item_id, size, verifier, begun = row
        return SignInUnderWay(
            state_hash, visit_hash, LinkId(link_id), Chosen(ItemId(item_id), size), verifier, from_ms(begun)
        )

    def rename(self, visit_hash: str, fresh_hash: str) -> None:
        for table, column in (("visits", "visit_hash"), ("sign_ins", "visit_hash"), ("hand_overs", "browser_hash")):
            self._db.run(
                f"UPDATE {table} SET {column} = ? WHERE {column} = ?",  # noqa: S608 - fixed words
                (fresh_hash, visit_hash),
            )

    def remember(self, visit_hash: str, reward_id: RewardId, signed_in: SignedIn) -> None:
        self._db.run(
            "INSERT INTO visits (visit_hash, reward_id, account_id, account_label, item_id, size, signed_in_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (visit_hash, reward_id) DO UPDATE SET"
            " account_id = excluded.account_id, account_label = excluded.account_label,"
            " item_id = excluded.item_id, size = excluded.size, signed_in_at = excluded.signed_in_at",
            (
                visit_hash,
                reward_id,
                signed_in.account_id,
                signed_in.account_label,
                signed_in.chosen.item_id,
                signed_in.chosen.size,
                to_ms(signed_in.signed_in_at),
            ),
        )

    def signed_in(self, visit_hash: str, reward_id: RewardId) -> SignedIn | None:
        query = f"SELECT {SIGNED_IN} FROM visits v WHERE v.visit_hash = ? AND v.reward_id = ?"  # noqa: S608 - fixed words
        row = self._db.row(query, (visit_hash, reward_id))
        return None if row is None else signed_in_of(row)

    def forget_account(self, account_id: AccountId) -> int:
        return self._db.run("DELETE FROM visits WHERE account_id = ?", (account_id,))

    def forget_before(self, moment: datetime) -> int:
        gone = self._db.run("DELETE FROM sign_ins WHERE begun_at < ?", (to_ms(moment),))
        return gone + self._db.run("DELETE FROM visits WHERE signed_in_at < ?", (to_ms(moment),))


def signed_in_of(row: Row) -> SignedIn:
    """From the columns of `SIGNED_IN`."""
    account, label, item, size, at = row
    return SignedIn(AccountId(account), label, Chosen(ItemId(item), size), from_ms(at))
