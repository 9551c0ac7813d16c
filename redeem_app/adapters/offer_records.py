"""Reads in one statement what a key leads to and how much is left of it: all that granting at once rests on.

Nothing is kept for a time: what the row holds is compared with what it held before, on each reading, as in
`glance_records`. SQLite gives the documents themselves, compared as bytes; PostgreSQL the versions of their rows.
"""

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from redeem_app.adapters.campaign_records import OFFERED, app_of, offered_campaign
from redeem_app.adapters.counter_records import LEFT
from redeem_app.adapters.database import Connection, Database
from redeem_app.adapters.gathering import Gathering
from redeem_app.adapters.joint_issue_records import Called, issue_where, kind_of
from redeem_app.domain.counters import account_month_counter, budget_counter, campaign_month_counter, pool_counter
from redeem_app.domain.ids import CampaignId, DeveloperId, RewardGroupId
from redeem_app.domain.issuing import Issue
from redeem_app.domain.keyed_offers import KeyedOffer, Left, OfferToKey
from redeem_app.domain.limits import CountedCall

_CONTENTS: Final = {
    "sqlite": "c.state, o.offer_id, CAST(c.document AS BLOB), CAST(a.document AS BLOB), CAST(d.document AS BLOB)",
    "postgresql": "c.state, o.offer_id, c.xmin::text, a.xmin::text, d.xmin::text",
}
_LEFT: Final = {
    "sqlite": "(SELECT ceiling - used FROM counters WHERE shard = 0 AND name = {name})",
    "postgresql": LEFT,
}
_OFFER_OF_KEYS: Final = (
    " FROM api_keys k JOIN apps a ON a.app_id = k.app_id JOIN developers d ON d.developer_id = a.developer_id"
    " JOIN campaigns c ON c.campaign_id = ? AND c.app_id = a.app_id"
    " JOIN offers o ON o.campaign_id = c.campaign_id AND o.group_id = ? AND o.is_current = 1"
    " WHERE k.retired_at IS NULL"
)
_OF_KEY: Final = f"{_OFFER_OF_KEYS} AND k.key_hash = ?"
_COUNTERS: Final = ("?", "?", "? || d.developer_id || ?", "?")
"""The names of what is left, in the order of `Left`."""
_MANY: Final = 1_000

_Place = tuple[CampaignId, RewardGroupId]
_Kind = tuple[_Place, tuple[Any, ...], Hashable]
"""Of rewards that can be issued together: where, by which contents, and what else they have in common."""


def _glance(dialect: str) -> str:
    left = ", ".join(_LEFT[dialect].format(name=name) for name in _COUNTERS)
    return f"SELECT {left}, {_CONTENTS[dialect]}{_OF_KEY}"


_GLANCE: Final = {dialect: _glance(dialect) for dialect in _CONTENTS}
_WHOLE: Final = {dialect: f"SELECT {OFFERED}, {contents}{_OF_KEY}" for dialect, contents in _CONTENTS.items()}


_UNCHANGED: Final = f"SELECT k.key_hash{_OFFER_OF_KEYS} AND k.key_hash = ANY(CAST(? AS TEXT[]))" + "".join(
    f" AND {column} = ?" for column in _CONTENTS["postgresql"].split(", ")
)


class OffersToKeys:
    """Reads offers, and knows what it read before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[_Place, tuple[tuple[Any, ...], KeyedOffer]] = {}
        self._issuing = Gathering(self._issue_together, database.faults.in_the_way, _counted_as)

    def read(self, key_hash: str, campaign_id: CampaignId, group_id: RewardGroupId, now: datetime) -> OfferToKey | None:
        """`Records.offer_to_key`."""
        place, names = (campaign_id, group_id, key_hash), _names(campaign_id, group_id, now.year, now.month)

        def glance(db: Connection) -> OfferToKey | None:
            row = db.row(_GLANCE[db.dialect], (*names, *place))
            if row is None:
                return None
            left, contents = Left(*row[:4]), row[4:]
            known = self._known.get((campaign_id, group_id))
            if known is None or known[0] != contents:
                known = self._learn(db, campaign_id, group_id, key_hash)
            return known and OfferToKey(known[1], left)

        return self._database.read(glance)

    def known(self, campaign_id: CampaignId, group_id: RewardGroupId) -> KeyedOffer | None:
        """`Records.known_offer`: on SQLite none, since a reading costs little there."""
        known = None if self._database.dialect == "sqlite" else self._known.get((campaign_id, group_id))
        return known and known[1]

    def issue(self, key_hash: str, offer: KeyedOffer, issue: Issue, call: CountedCall | None) -> Left | None:
        """`Records.issue_known`."""
        place = offer.offered.stored.campaign.campaign_id, offer.group_id
        known = self._known.get(place)
        if known is None or known[1] is not offer:
            return None
        try:
            called = Called(key_hash, issue, call)
            left = self._issuing.do((place, known[0], kind_of(called)), called)
        except self._database.faults.in_the_way:
            left = None
        if left is None:
            self._known.pop(place, None)  # is read anew, in case that it has changed
        return left

    def _issue_together(self, kind: _Kind, wanted: Sequence[Called]) -> list[Left | None]:
        place, contents, _ = kind
        keys = [called.key_hash for called in wanted]
        return issue_where(self._database, (_UNCHANGED, (*place, keys, *contents)), wanted)

    def _learn(
        self, db: Connection, campaign_id: CampaignId, group_id: RewardGroupId, key_hash: str
    ) -> tuple[tuple[Any, ...], KeyedOffer] | None:
        row = db.row(_WHOLE[db.dialect], (campaign_id, group_id, key_hash))
        if row is None:
            return None
        if len(self._known) >= _MANY:
            self._known.clear()
        offer = KeyedOffer(app_of(row[2]), group_id, offered_campaign(row[:6]))
        known = self._known[campaign_id, group_id] = row[6:], offer
        return known


def _counted_as(called: Called) -> Hashable:
    """A statement counts one call of a name."""
    return called.call.name if called.call else id(called)


@lru_cache(maxsize=1024)
def _names(campaign_id: CampaignId, group_id: RewardGroupId, year: int, month: int) -> tuple[str, ...]:
    """Of the counters; the developer's id is put into theirs by the statement."""
    now = datetime(year, month, 1, tzinfo=UTC)
    before, after = account_month_counter(DeveloperId("\n"), now).split("\n")
    pool = pool_counter(campaign_id, group_id)
    return budget_counter(campaign_id), campaign_month_counter(campaign_id, now), before, after, pool
