"""Reads a glance at a link, in one statement: it is what opening a link asks of the database, and nearly all of it.

Nothing here is kept for a time: what the row holds is compared with what it held before, on each reading. SQLite gives
the documents themselves, which are compared as bytes without being decoded; PostgreSQL the versions of their rows.
"""

import itertools
import threading
from functools import lru_cache
from typing import Any, Final

from redeem_app.adapters.database import Connection
from redeem_app.adapters.times import from_ms
from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.glance import Glance
from redeem_app.domain.ids import LinkId
from redeem_app.domain.reward import RewardState

_CONTENTS: Final = {
    "sqlite": "CAST(c.document AS BLOB), c.banner, CAST(a.document AS BLOB), CAST(o.document AS BLOB)",
    "postgresql": "c.changed_at, c.xmin::text, a.xmin::text, o.xmin::text",
}
_SHELVES: Final = {
    "sqlite": "group_concat(s.item_id, ' ')",
    "postgresql": "string_agg(s.item_id, ' ' ORDER BY s.item_id)",
}
_BY_LINK: Final = {
    dialect: (
        f"SELECT r.offer_id, r.state, r.expires_at, l.replaced_at, c.state, (SELECT {_SHELVES[dialect]}"  # noqa: S608 - fixed
        " FROM empty_shelves s WHERE s.campaign_id = r.campaign_id AND s.group_id = o.group_id),"
        f" {contents}"
        " FROM links l JOIN rewards r ON r.reward_id = l.reward_id JOIN offers o ON o.offer_id = r.offer_id"
        " JOIN campaigns c ON c.campaign_id = r.campaign_id JOIN apps a ON a.app_id = c.app_id WHERE l.link_id = ?"
    )
    for dialect, contents in _CONTENTS.items()
}
_FACTS: Final = 6
"""Columns of the row before the contents."""
_MANY: Final = 1_000

_moment = lru_cache(1_024)(from_ms)
"""Most links of a campaign end at one moment; the same object spares reckoning it, and its hash, anew."""

_known: dict[str, tuple[tuple[Any, ...], int]] = {}
"""By offer: the contents last seen with it, and their number."""
_numbers = itertools.count(1)
_learning = threading.Lock()


def glance(db: Connection, link_id: LinkId) -> Glance | None:
    """What is to be seen at the link now; None where there is no such link."""
    row = db.row(_BY_LINK[db.dialect], (link_id,))
    if row is None:
        return None
    offer_id, state, expires, replaced, campaign_state, shelves = row[:_FACTS]
    contents = row[_FACTS:]
    known = _known.get(offer_id)
    if known is None or known[0] != contents:
        known = _learn(offer_id, contents)
    return Glance(
        known[1],
        shelves or "",
        _moment(expires),
        replaced is not None or state == RewardState.EXPIRED,
        campaign_state == CampaignState.SUSPENDED,
    )


def _learn(offer_id: str, contents: tuple[Any, ...]) -> tuple[tuple[Any, ...], int]:
    """Give the contents a number that no others had."""
    with _learning:
        if len(_known) >= _MANY:
            _known.clear()
        known = _known[offer_id] = contents, next(_numbers)
    return known
