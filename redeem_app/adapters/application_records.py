"""Applications of rewards, step by step; `applying_records` writes their beginning and their end at once."""

from datetime import datetime
from typing import Final

from redeem_app.adapters.database import Connection
from redeem_app.adapters.request_id_records import GENERATION
from redeem_app.adapters.reward_records import LINKED, LINKED_COLUMNS, LINKED_TABLES, linked_of
from redeem_app.adapters.rows import Fields, insert
from redeem_app.adapters.times import to_ms
from redeem_app.adapters.visit_records import SIGNED_IN, SIGNED_IN_COLUMNS, signed_in_of
from redeem_app.domain.applications import Pressed
from redeem_app.domain.ids import AccountId, LinkId, RewardId
from redeem_app.domain.reward import Application
from redeem_app.domain.stored import LinkedReward

_PRESSED: Final = (
    f"SELECT {SIGNED_IN}, {GENERATION.format(reward_id='r.reward_id')}, {LINKED_COLUMNS} {LINKED_TABLES}"
    " JOIN visits v ON v.reward_id = r.reward_id AND v.visit_hash = ? WHERE l.link_id = ?"
)
_UNSETTLED: Final = (
    f"{LINKED} WHERE p.applied_at IS NULL AND p.tried_at <= ? AND r.state IN ('applying', 'unknown')"
    " AND l.replaced_at IS NULL ORDER BY p.tried_at LIMIT ?"
)
_FORGET: Final = "UPDATE applications SET account_id = '', account_label = '' WHERE applied_at IS NOT NULL"


class StoredApplications:
    """ApplicationRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def pressed(self, link_id: LinkId, visit_hash: str) -> Pressed | None:
        row = self._db.row(_PRESSED, (visit_hash, link_id))
        if row is None:
            return None
        generation, linked = row[SIGNED_IN_COLUMNS], row[SIGNED_IN_COLUMNS + 1 :]
        return Pressed(linked_of(linked), signed_in_of(row[:SIGNED_IN_COLUMNS]), generation)

    def begin(self, application: Application) -> None:
        insert(self._db, "applications", application_row(application))

    def drop(self, reward_id: RewardId) -> None:
        self._db.run("DELETE FROM applications WHERE reward_id = ? AND applied_at IS NULL", (reward_id,))

    def note_attempt(self, reward_id: RewardId, seen_tried_at: datetime, now: datetime) -> bool:
        changed = self._db.run(
            "UPDATE applications SET tried_at = ?, attempts = attempts + 1"
            " WHERE reward_id = ? AND tried_at = ? AND applied_at IS NULL",
            (to_ms(now), reward_id, to_ms(seen_tried_at)),
        )
        return changed == 1

    def change_request_id(self, reward_id: RewardId, request_id: str) -> None:
        self._db.run(
            "UPDATE applications SET request_id = ? WHERE reward_id = ? AND applied_at IS NOT NULL",
            (request_id, reward_id),
        )

    def unsettled(self, tried_before: datetime, limit: int) -> tuple[LinkedReward, ...]:
        return tuple(linked_of(row) for row in self._db.rows(_UNSETTLED, (to_ms(tried_before), limit)))

    def forget_account(self, account_id: AccountId) -> int:
        return self._db.run(f"{_FORGET} AND account_id = ?", (account_id,))

    def forget_accounts_of_past(self, now: datetime) -> int:
        past = "SELECT reward_id FROM rewards WHERE expires_at <= ?"
        return self._db.run(f"{_FORGET} AND account_id <> '' AND reward_id IN ({past})", (to_ms(now),))

    def open_of(self, account_id: AccountId) -> int:
        row = self._db.row(
            "SELECT COUNT(*) FROM applications WHERE account_id = ? AND applied_at IS NULL", (account_id,)
        )
        return 0 if row is None else int(row[0])


def application_row(application: Application) -> Fields:
    """An application that was just begun."""
    return {
        "reward_id": application.reward_id,
        "request_id": application.request_id,
        "account_id": application.account_id,
        "account_key": application.account_key,
        "account_label": application.account_label,
        "item_id": application.chosen.item_id,
        "size": application.chosen.size,
        "amount": application.value.amount,
        "currency": application.value.currency,
        "delivery": application.delivery,
        "partner": application.partner,
        "started_at": to_ms(application.started_at),
        "tried_at": to_ms(application.tried_at),
        "attempts": application.attempts,
        "reference": "",
    }
