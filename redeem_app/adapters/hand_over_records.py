"""Hand-overs on the database; nothing here outlives a day."""

from datetime import datetime
from typing import Final

from redeem_app.adapters.database import Connection, Row
from redeem_app.adapters.times import from_ms, to_ms
from redeem_app.domain.hand_over import Ending, HandOver
from redeem_app.domain.ids import ItemId, LinkId, RewardId
from redeem_app.domain.reward import Chosen

_COLUMNS: Final = (
    "code_hash, watch_hash, link_id, reward_id, item_id, size, number, numbers, begun_at, browser_hash, confirmed_at,"
    " ending"
)


class StoredHandOvers:
    """HandOvers on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, hand_over: HandOver) -> None:
        self._db.run(
            f"INSERT INTO hand_overs ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - fixed
            (
                hand_over.code_hash,
                hand_over.watch_hash,
                hand_over.link_id,
                hand_over.reward_id,
                hand_over.chosen.item_id,
                hand_over.chosen.size,
                hand_over.number,
                " ".join(hand_over.numbers),
                to_ms(hand_over.begun_at),
                hand_over.browser_hash,
                to_ms(hand_over.confirmed_at),
                hand_over.ending,
            ),
        )

    def of_code(self, code_hash: str) -> HandOver | None:
        return self._found("code_hash", code_hash)

    def of_watch(self, watch_hash: str) -> HandOver | None:
        return self._found("watch_hash", watch_hash)

    def _found(self, column: str, digest: str) -> HandOver | None:
        row = self._db.row(f"SELECT {_COLUMNS} FROM hand_overs WHERE {column} = ?", (digest,))  # noqa: S608 - fixed
        return None if row is None else _hand_over(row)

    def confirm(self, code_hash: str, browser_hash: str, now: datetime) -> bool:
        changed = self._db.run(
            "UPDATE hand_overs SET browser_hash = ?, confirmed_at = ?"
            " WHERE code_hash = ? AND confirmed_at IS NULL AND ending IS NULL",
            (browser_hash, to_ms(now), code_hash),
        )
        return changed == 1

    def end(self, watch_hash: str, ending: Ending) -> bool:
        row = self._db.row(
            "UPDATE hand_overs SET ending = ? WHERE watch_hash = ? AND ending IS NULL"
            " RETURNING browser_hash, link_id, reward_id",
            (ending, watch_hash),
        )
        if row is None:
            return False
        browser_hash, link_id, reward_id = row
        self._db.run("DELETE FROM sign_ins WHERE visit_hash = ? AND link_id = ?", (browser_hash, link_id))
        self._db.run("DELETE FROM visits WHERE visit_hash = ? AND reward_id = ?", (browser_hash, reward_id))
        return True

    def forget_before(self, moment: datetime) -> int:
        return self._db.run("DELETE FROM hand_overs WHERE begun_at < ?", (to_ms(moment),))


def _hand_over(row: Row) -> HandOver:
    code, watch, link_id, reward_id, item_id, size, number, numbers, begun, browser, confirmed, ending = row
    return HandOver(
        code_hash=code,
        watch_hash=watch,
        link_id=LinkId(link_id),
        reward_id=RewardId(reward_id),
        chosen=Chosen(ItemId(item_id), size),
        number=number,
        numbers=tuple(numbers.split()),
        begun_at=from_ms(begun),
        browser_hash=browser,
        confirmed_at=from_ms(confirmed),
        ending=Ending(ending) if ending else None,
    )
