"""Issuing several rewards by one statement of PostgreSQL, which costs little more than one reward does.

It is the statement of `issue_records` for many: it takes for all of them at once, and its rows are made out of what it
took. That the keys are good, and that the calls may pass, are conditions of it, for each reward by itself.
"""

import secrets
from collections.abc import Hashable, Sequence
from functools import cache
from typing import Final, NamedTuple

from redeem_app.adapters.counter_records import LEFT, SHARDS, chain_of_takes, chain_values
from redeem_app.adapters.database import Database, Statement, Values
from redeem_app.adapters.issue_records import Rows, Shapes, rows_of, shapes_of
from redeem_app.adapters.rate_limit import counting, counting_values
from redeem_app.adapters.times import to_ms
from redeem_app.domain.counters import Take
from redeem_app.domain.issuing import Issue
from redeem_app.domain.keyed_offers import Left
from redeem_app.domain.limits import CountedCall


class Called(NamedTuple):
    """A reward for who called with a key, and the call, if it is counted here."""

    key_hash: str
    issue: Issue
    call: CountedCall | None


def kind_of(called: Called) -> Hashable:
    """What rewards must have in common for `issue_where`: all that their rows are made of, but for `_OWN`."""
    _, issue, call = called
    reward, month = issue.reward, (issue.reward.issued_at.year, issue.reward.issued_at.month)
    which = reward.campaign_id, reward.offer_id, reward.state, reward.charge
    return (*which, issue.developer_id, issue.charge, issue.takes, issue.answer, month, call and call.rate)


def issue_where(database: Database, good_keys: Statement, wanted: Sequence[Called]) -> list[Left | None]:
    """Several of one kind by one statement of PostgreSQL; gives what was left of each counter before each of them.

    `good_keys` selects those of the keys' hashes that are still good. None, with nothing written, where a key isn't
    good or a call may not pass. Raises a fault, with nothing written at all, where anything is in the way of
    any of them.
    """
    _, first, call = wanted[0]
    takes, rows = first.takes, rows_of(first)
    statement = _statement_for_many(len(takes), shapes_of(rows), good_keys[0], is_counted=call is not None)
    own = zip(*map(_own, wanted), strict=True)
    values = [
        *good_keys[1],
        *map(list, own),
        *(counting_values(call.rate) if call else ()),
        *chain_values(takes, secrets.randbelow(SHARDS[database.dialect])),
        *_shared(rows),
        *(take.name for take in takes),
    ]
    written = database.write_alone(lambda connection: connection.rows(statement, values))
    left = {reward_id: before for reward_id, *before in written}
    ids = [called.issue.reward.reward_id for called in wanted]
    issued = [reward_id for reward_id in ids if reward_id in left]
    told = {reward_id: _less(left[reward_id], takes, times) for times, reward_id in enumerate(issued)}
    return [told.get(reward_id) for reward_id in ids]


def _less(before: Sequence[int], takes: Sequence[Take], times: int) -> Left:
    return Left(*(had - times * take.amount for had, take in zip(before, takes, strict=True)))


_OWN: Final = {
    "reward_id": "reward_id",
    "link_id": "link_id",
    "moment_id": "moment_id",
    "customer_key": "customer_key",
    "issued_at": "issued_at",
    "changed_at": "issued_at",
    "made_at": "issued_at",
    "charged_at": "issued_at",
    "expires_at": "expires_at",
}
"""Columns that each reward of several has a value of its own for, and the column of `wanted` that this is in."""


_ARRAYS: Final = [f"CAST(? AS {kind}[])" for kind in (*["TEXT"] * 6, *["BIGINT"] * 2)]
"""Of the columns of `asked`."""


def _own(called: Called) -> Values:
    """In the order of the columns of `asked`."""
    key_hash, issue, call = called
    reward = issue.reward
    moments = to_ms(reward.issued_at), to_ms(reward.expires_at)
    return (
        key_hash,
        call.name if call else None,
        reward.reward_id,
        issue.link_id,
        reward.moment_id,
        reward.customer_key,
        *moments,
    )


def _shared(rows: Rows) -> Values:
    return tuple(value for _, fields in rows for column, value in fields.items() if column not in _OWN)


@cache
def _statement_for_many(takes: int, shapes: Shapes, good_keys: str, *, is_counted: bool) -> str:
    """Takes for all of them at once. Where one is short, the rewards' ids are NULL, which the table refuses."""
    (first, columns), *others = shapes
    inserts = [_insertion_of_many(table, columns) for table, columns in others]
    asked = (
        f"asked AS MATERIALIZED (SELECT * FROM unnest({', '.join(_ARRAYS)})"  # noqa: S608 - our own names
        " AS a (key_hash, name, reward_id, link_id, moment_id, customer_key, issued_at, expires_at)"
        " WHERE key_hash IN (SELECT key_hash FROM good))"
    )
    taken = f"CASE WHEN EXISTS (SELECT 1 FROM t{takes - 1}) THEN reward_id END"  # noqa: S608 - our own names
    steps_of_counting = [
        f"counted AS ({counting('asked')})",
        "wanted AS MATERIALIZED (SELECT * FROM asked WHERE name IN (SELECT name FROM counted))",
    ]
    steps = [
        f"good AS ({good_keys})",
        asked,
        *(steps_of_counting if is_counted else ["wanted AS (SELECT * FROM asked)"]),
        "n AS (SELECT COUNT(*) AS rewards FROM wanted)",
        *chain_of_takes(takes, many="n.rewards"),
        f"issued AS ({_insertion_of_many(first, columns, taken)} RETURNING reward_id)",
        *(f"r{number} AS ({statement})" for number, statement in enumerate(inserts)),
    ]
    return f"WITH {', '.join(steps)} SELECT reward_id, {', '.join([LEFT.format(name='?')] * takes)} FROM issued"  # noqa: S608 - our own names


def _insertion_of_many(table: str, columns: tuple[str, ...], reward_id: str = "reward_id") -> str:
    own = {**_OWN, "reward_id": reward_id}
    marks = ", ".join(own.get(column, "?") for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {marks} FROM wanted"  # noqa: S608 - our own names
