"""Beginning and ending an application by one write each: one statement on PostgreSQL, three on SQLite.

A beginning is its own condition: where the reward, its link, its campaign, the stock or the counts of accounts are no
longer what it was decided on, the write gives nothing and all is rolled back. The long way by `Records.write`, which
finds out what was in the way, is the reference that this one has to agree with.
"""

import secrets
from functools import cache
from typing import Final

from redeem_app.adapters.abuse_records import OTHERS, others_values
from redeem_app.adapters.application_records import application_row
from redeem_app.adapters.charge_records import OUT_OF_RESERVE, charge_values
from redeem_app.adapters.counter_records import SHARDS, TAKE, take_values
from redeem_app.adapters.database import Connection, Database, Statement, Values
from redeem_app.adapters.request_id_records import GENERATION
from redeem_app.adapters.times import to_ms
from redeem_app.domain.applications import Beginning, Settlement
from redeem_app.domain.counters import Take
from redeem_app.domain.reward import RewardState, may_move

_BEGUN: Final = (
    "UPDATE rewards SET state = 'applying', changed_at = ? WHERE reward_id = ? AND state = 'issued'"
    " AND EXISTS (SELECT 1 FROM links WHERE link_id = ? AND replaced_at IS NULL)"
    " AND EXISTS (SELECT 1 FROM campaigns WHERE campaign_id = ? AND state = ?)"
)
_SAME_REQUEST: Final = f"{GENERATION.format(reward_id='?')} = ?"
_AS_DECIDED: Final = " AND ".join((*(f"{count} < ?" for count in OTHERS), _SAME_REQUEST))
_APPLIED: Final = (
    "UPDATE rewards SET state = 'applied', changed_at = ? WHERE reward_id = ? AND state IN ('applying', 'unknown')"
)
# Not `applied_at IS NULL`: PostgreSQL would look for the reward among all that wait for their end.
_SETTLED: Final = (
    "UPDATE applications SET applied_at = ?, reference = ? WHERE COALESCE(applied_at, 0) = 0 AND reward_id"
)


class _InTheWay(Exception):
    """Something is not as it was decided on."""


def begin_at_once(database: Database, beginning: Beginning) -> bool:
    """Write and commit all of it; False, and nothing is written, where anything is in the way."""
    try:
        if database.dialect == "sqlite":
            database.write(lambda connection: _begin_in_steps(connection, beginning))
        else:
            database.write_alone(lambda connection: _begin_in_one(connection, beginning))
    except _InTheWay:
        return False
    except database.faults.in_the_way:
        return False
    return True


def _begin_in_steps(connection: Connection, beginning: Beginning) -> None:
    row = application_row(beginning.application)
    if (
        connection.run(_BEGUN, _begun_values(beginning)) != 1
        or connection.run(TAKE, take_values(Take(beginning.stock, 1), 0)) != 1
        or connection.run(_insertion(tuple(row)), [*row.values(), *_decided_values(beginning)]) != 1
    ):
        raise _InTheWay


def _begin_in_one(connection: Connection, beginning: Beginning) -> None:
    row = application_row(beginning.application)
    reward, most = beginning.reward, beginning.at_most
    lane = secrets.randbelow(SHARDS[connection.dialect])
    connection.run(
        _one_statement(tuple(row)),
        [
            *(reward.reward_id, row["account_key"], reward.customer_key, reward.campaign_id, reward.moment_id),
            *_begun_values(beginning),
            *(most.accounts_for_a_reward, most.accounts_of_a_person, most.rewards_of_a_moment),
            *take_values(Take(beginning.stock, 1), lane),
            *(reward.reward_id, reward.reward_id, beginning.generation),
            *list(row.values())[1:],
        ],
    )


@cache
def _insertion(columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO applications ({', '.join(columns)}) SELECT {marks} WHERE {_AS_DECIDED}"


@cache
def _one_statement(columns: tuple[str, ...]) -> str:
    """The first column is the reward's id: it is NULL, which the table refuses, where anything is in the way.

    The account is held before any row is locked, as on the long way, so that the two can't wait for each other.
    """
    begun = f"(SELECT CAST(? AS TEXT) FROM taken WHERE {_SAME_REQUEST})"  # noqa: S608 - ours
    marks = ", ".join("?" * (len(columns) - 1))
    return (
        "WITH others AS MATERIALIZED (SELECT * FROM counts_while_held(?, ?, ?, ?, ?)),"  # noqa: S608 - ours
        f" begun AS ({_BEGUN} AND EXISTS (SELECT 1 FROM others WHERE accounts < ? AND of_person < ? AND of_moment < ?)"
        f" RETURNING 1), taken AS ({TAKE} AND EXISTS (SELECT 1 FROM begun) RETURNING 1)"
        f" INSERT INTO applications ({', '.join(columns)}) VALUES ({begun}, {marks})"
    )


def _begun_values(beginning: Beginning) -> Values:
    reward = beginning.reward
    now = to_ms(beginning.application.started_at)
    return (now, reward.reward_id, beginning.link_id, reward.campaign_id, beginning.campaign_state)


def _decided_values(beginning: Beginning) -> Values:
    reward, most = beginning.reward, beginning.at_most
    # This account, or this reward, counts too: with as many others as are allowed it would be one too many.
    limits = (most.accounts_for_a_reward, most.accounts_of_a_person, most.rewards_of_a_moment)
    counts = others_values(reward, beginning.application.account_key)
    decided = [value for values, limit in zip(counts, limits, strict=True) for value in (*values, limit)]
    return [*decided, reward.reward_id, beginning.generation]


def settle_at_once(database: Database, settlement: Settlement) -> None:
    """Write that the partner applied it, and what is charged for it; nothing where that was written before.

    A sweeper may have moved the reward to or from `unknown` meanwhile; the success counts in either case.
    """
    for before in (RewardState.APPLYING, RewardState.UNKNOWN):
        if not may_move(before, RewardState.APPLIED):
            raise ValueError(f"a reward can't move from {before} to applied")
    if database.dialect == "sqlite":
        database.write(lambda connection: _settle_in_steps(connection, settlement))
    else:
        database.write_alone(lambda connection: connection.run(*settling(settlement)))


def _settle_in_steps(connection: Connection, settlement: Settlement) -> None:
    if connection.run(_APPLIED, _applied_values(settlement)) == 1:
        reward_id = settlement.reward_id
        connection.run(f"{_SETTLED} = ?", (*_settled_values(settlement), reward_id))
        connection.run(OUT_OF_RESERVE.format(marks="?"), (*charge_values(settlement.at), reward_id))


_SETTLE_IN_ONE: Final = (
    f"WITH applied AS ({_APPLIED} RETURNING reward_id),"  # noqa: S608 - ours
    f" settled AS ({_SETTLED} IN (SELECT reward_id FROM applied))"
    f" {OUT_OF_RESERVE.format(marks='SELECT reward_id FROM applied')}"
)


def settling(settlement: Settlement) -> Statement:
    """The one statement that writes all of it on PostgreSQL, with its values."""
    return _SETTLE_IN_ONE, [*_applied_values(settlement), *_settled_values(settlement), *charge_values(settlement.at)]


def _applied_values(settlement: Settlement) -> Values:
    return (to_ms(settlement.at), settlement.reward_id)


def _settled_values(settlement: Settlement) -> Values:
    return (to_ms(settlement.at), settlement.reference)
