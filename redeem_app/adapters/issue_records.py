"""Issuing a reward by one write that is its own condition: one statement on PostgreSQL, few of them on SQLite.

The rows are made out of the counters' own statements. Where a counter is short, or a key was answered meanwhile, the
database itself refuses the row and rolls everything back; nothing is checked first. The long way by `Records.write`,
which finds out what was in the way, is the reference that this one has to agree with.
"""

import secrets
from collections.abc import Sequence
from functools import cache
from typing import Final

from redeem_app.adapters.charge_records import charge_row
from redeem_app.adapters.counter_records import SHARDS, chain_of_takes, chain_values
from redeem_app.adapters.database import Connection, Database, Values
from redeem_app.adapters.idempotency_records import answer_row
from redeem_app.adapters.reward_records import link_row, reward_row
from redeem_app.adapters.rows import Fields, insert
from redeem_app.domain.counters import Take
from redeem_app.domain.issuing import Issue

Rows = Sequence[tuple[str, Fields]]
"""Tables with a row for each, the reward's own first."""
Shapes = tuple[tuple[str, tuple[str, ...]], ...]
"""Those tables, with the columns of their rows."""

_TAKE_ON_SQLITE: Final = "UPDATE counters SET used = used + ? WHERE name = ? AND shard = 0"
"""A counter is one row there; the table's own check refuses what would pass a ceiling."""


class _CounterShort(Exception):
    """Too little in one of the counters, or it was not opened yet."""


def issue_at_once(database: Database, issue: Issue) -> bool:
    """Write and commit all of it; False, and nothing is written, where anything is in the way."""
    rows = rows_of(issue)
    try:
        if database.dialect == "sqlite":
            database.write(lambda connection: _in_few_statements(connection, issue.takes, rows))
        else:
            lane = secrets.randbelow(SHARDS[database.dialect])
            statement = _one_statement(len(issue.takes), shapes_of(rows))
            values = [*chain_values(issue.takes, lane), *_values(rows)]
            database.write_alone(lambda connection: connection.run(statement, values))
    except _CounterShort:
        return False
    except database.faults.in_the_way:
        return False
    return True


def shapes_of(rows: Rows) -> Shapes:
    """What a statement for the rows depends on."""
    return tuple((table, tuple(fields)) for table, fields in rows)


def rows_of(issue: Issue) -> Rows:
    """All that is written beside the counters."""
    reward, kept = issue.reward, issue.answer
    rows = [
        ("rewards", reward_row(reward)),
        ("links", link_row(issue.link_id, reward.reward_id, reward.issued_at)),
        ("charges", charge_row(reward, issue.developer_id, issue.charge, reward.issued_at)),
    ]
    if kept is not None:
        rows.append(("given_answers", answer_row(kept.app_id, kept.key_hash, kept.given, kept.kept_until)))
    return rows


def _in_few_statements(connection: Connection, takes: Sequence[Take], rows: Rows) -> None:
    for take in takes:
        if connection.run(_TAKE_ON_SQLITE, (take.amount, take.name)) != 1:
            raise _CounterShort
    for table, fields in rows:
        insert(connection, table, fields)


@cache
def _one_statement(takes: int, shapes: Shapes) -> str:
    """The reward's id comes out of the last take: where one is short it is NULL, which every table refuses."""
    (first, columns), *others = shapes
    taken = f"(SELECT CAST(? AS TEXT) FROM t{takes - 1})"  # noqa: S608 - our own names
    steps = chain_of_takes(takes)
    steps.append(f"issued AS ({_insertion(first, columns, taken)} RETURNING reward_id)")
    inserts = [_insertion(table, columns, "(SELECT reward_id FROM issued)") for table, columns in others]
    steps += [f"r{number} AS ({statement})" for number, statement in enumerate(inserts[:-1])]
    return f"WITH {', '.join(steps)} {inserts[-1]}"


def _insertion(table: str, columns: tuple[str, ...], reward_id: str) -> str:
    marks = ", ".join(reward_id if column == "reward_id" else "?" for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names


def _values(rows: Rows) -> Values:
    """In the order of the marks: only the first table's row brings the reward's id."""
    (_, first), *others = rows
    rest = [value for _, fields in others for column, value in fields.items() if column != "reward_id"]
    return [*first.values(), *rest]
