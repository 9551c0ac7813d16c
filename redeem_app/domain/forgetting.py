"""Forgetting: personal data is kept for as long as it serves a reward, and erased on request."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from redeem_app.domain.auditing import Audit
from redeem_app.domain.hand_over import KEPT_FOR as HAND_OVERS_KEPT
from redeem_app.domain.ids import AccountId, AppId
from redeem_app.domain.named_customers import customer_key
from redeem_app.domain.ports import Clock, KeyedHash
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusal_traces import KEPT_FOR as TRACES_KEPT

VISITS_KEPT: Final = timedelta(days=1)
"""How long it is kept who signed in during which visit."""

CALLS_KEPT: Final = timedelta(days=1)
"""How long the count of a key's calls is kept, of which only the last second matters."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many records were erased, and how many must stay until Amazon has answered."""

    records: int
    still_open: int


class Forgetting:
    """Erases what is no longer needed, or what a person asks to be erased."""

    def __init__(self, records: Records, clock: Clock, hashes: KeyedHash) -> None:
        self._records = records
        self._clock = clock
        self._hashes = hashes
        self._audit = Audit(hashes)

    def forget_old(self) -> int:
        """Erase visits of yesterday, accounts of rewards whose date has passed, and what nobody asks for any more.

        That is answers, counts of calls, hand-overs and traces of refusals. Gives how many records.
        """
        now = self._clock.now()

        def work(tx: Transaction) -> int:
            return (
                tx.visits.forget_before(now - VISITS_KEPT)
                + tx.hand_overs.forget_before(now - HAND_OVERS_KEPT)
                + tx.applications.forget_accounts_of_past(now)
                + tx.answers.forget_before(now)
                + tx.answers.forget_calls_before(now - CALLS_KEPT)
                + tx.refusal_traces.forget_before(now - TRACES_KEPT)
            )

        return self._records.write(work)

    def erase_account(self, account_id: AccountId) -> Erased:
        """Erase an Amazon account's id and label; its keyed hash stays, since rule R7 counts by it."""
        now = self._clock.now()

        def work(tx: Transaction) -> Erased:
            records = tx.visits.forget_account(account_id) + tx.applications.forget_account(account_id)
            erased = Erased(records, tx.applications.open_of(account_id))
            self._audit.write(tx, now, "erase-account", self._hashes.of("account", account_id)[:12], records=records)
            return erased

        return self._records.write(work)

    def erase_customer(self, app_id: AppId, customer_id: str) -> Erased:
        """Erase an app's customer: their events and points, and who their rewards were for."""
        key = customer_key(self._hashes, app_id, customer_id)
        now = self._clock.now()

        def work(tx: Transaction) -> Erased:
            records = tx.points.forget_customer(app_id, key) + tx.rewards.forget_customer(key)
            self._audit.write(tx, now, "erase-customer", key[:12], app=app_id, records=records)
            return Erased(records, 0)

        return self._records.write(work)
