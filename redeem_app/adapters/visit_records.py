"""Sign-ins under way, and who signed in during which visit; nothing here outlives a day."""

from datetime import datetime

from redeem_app.adapters.database import Connection
from redeem_app.adapters.times import from_ms, to_ms
from redeem_app.domain.ids import AccountId, ItemId, LinkId, RewardId
from redeem_app.domain.records import SignedIn, SignInUnderWay
from redeem_app.domain.reward import Chosen


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
        row = self._db.row(
            "SELECT account_id, account_label, item_id, size, signed_in_at FROM visits"
            " WHERE visit_hash = ? AND reward_id = ?",
            (visit_hash, reward_id),
        )
        if row is None:
            return None
        return SignedIn(AccountId(row[0]), row[1], Chosen(ItemId(row[2]), row[3]), from_ms(row[4]))

    def forget_account(self, account_id: AccountId) -> int:
        return self._db.run("DELETE FROM visits WHERE account_id = ?", (account_id,))

    def forget_before(self, moment: datetime) -> int:
        gone = self._db.run("DELETE FROM sign_ins WHERE begun_at < ?", (to_ms(moment),))
        return gone + self._db.run("DELETE FROM visits WHERE signed_in_at < ?", (to_ms(moment),))
