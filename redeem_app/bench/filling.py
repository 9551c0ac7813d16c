"""Fills the tables with rewards that were issued, some of them applied, as quickly as each database takes rows.

Rows go in as they would stand after the real acts, counters included, so that the books balance before and after.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier

from redeem_app.adapters.times import to_ms
from redeem_app.bench import campaign
from redeem_app.domain.counters import (
    Take,
    account_month_counter,
    budget_counter,
    campaign_month_counter,
    item_counter,
    pool_counter,
)
from redeem_app.domain.ids import AccountId, LinkId, VisitId
from redeem_app.wiring import Service

APPLIED_OF_TEN: Final = 1
_BATCH: Final = 50_000
_REWARDS_OF_A_VISIT: Final = 10

Rows = dict[str, list[tuple[Any, ...]]]
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SignedInLink:
    """A link whose visitor has signed in and not yet pressed the button."""

    link_id: LinkId
    visit: VisitId


@dataclass
class Filled:
    """What was put into the tables."""

    links: list[LinkId] = field(default_factory=list)
    """Of rewards that wait for their person."""
    signed_in: list[SignedInLink] = field(default_factory=list)


_COLUMNS: Final = {
    "rewards": (
        "reward_id", "campaign_id", "moment_id", "offer_id", "customer_key", "state", "issued_at", "expires_at",
        "charge_amount", "charge_currency", "changed_at",
    ),
    "links": ("link_id", "reward_id", "made_at"),
    "charges": (
        "reward_id", "kind", "campaign_id", "developer_id", "month", "amount", "currency", "charged_at",
    ),
    "applications": (
        "reward_id", "request_id", "account_id", "account_key", "account_label", "item_id", "amount", "currency",
        "delivery", "started_at", "tried_at", "attempts", "applied_at", "reference", "size", "partner",
    ),
    "visits": ("visit_hash", "reward_id", "account_id", "account_label", "item_id", "signed_in_at", "size"),
    "tries": ("reward_id", "account_key", "tried_at"),
}  # fmt: skip


class Filling:
    """Makes rows for one service's database; `label` keeps the ids of several fillings apart."""

    def __init__(self, service: Service, label: str, told: Told) -> None:
        self._service = service
        self._label = label
        self._told = told
        self._now = service.clock.now()
        self._ms = to_ms(self._now) or 0
        stored = service.records.read(lambda tx: tx.campaigns.campaign(campaign.CAMPAIGN))
        if stored is None:
            raise LookupError("the measured campaign is not loaded")
        self._stored = stored
        self._offer = service.records.read(lambda tx: tx.campaigns.offer_id(campaign.CAMPAIGN, campaign.GROUP))

    def fill(self, rewards: int, *, signed_in: int = 0) -> Filled:
        """`rewards` of which one in ten is applied, and `signed_in` more whose persons have signed in."""
        filled = Filled()
        applied = 0
        for first in range(0, rewards + signed_in, _BATCH):
            batch: Rows = {table: [] for table in _COLUMNS}
            last = min(first + _BATCH, rewards + signed_in)
            for number in range(first, last):
                is_applied = number < rewards and number % 10 < APPLIED_OF_TEN
                applied += is_applied
                self._add(batch, filled, number, is_applied=is_applied, is_signed_in=number >= rewards)
            _write(self._service.settings.database_url, batch)
            self._told(f"{last:,} of {rewards + signed_in:,} rewards")
        self._count(rewards + signed_in, applied)
        return filled

    def _add(self, batch: Rows, filled: Filled, number: int, *, is_applied: bool, is_signed_in: bool) -> None:
        reward_id, link_id = self._id("reward", number), self._id("link", number)
        charge, ms, state = campaign.CHARGE, self._ms, "applied" if is_applied else "issued"
        expires = to_ms(self._stored.campaign.redeemable_until)
        names = (campaign.CAMPAIGN, campaign.MOMENT, self._offer)
        batch["rewards"].append((reward_id, *names, None, state, ms, expires, charge.amount, charge.currency, ms))
        batch["links"].append((link_id, reward_id, ms))
        line = (campaign.CAMPAIGN, self._stored.developer_id, f"{self._now:%Y-%m}", charge.amount, charge.currency, ms)
        batch["charges"].append((reward_id, "issue", *line))
        if is_applied:
            batch["applications"].append(self._application(reward_id, number))
        elif is_signed_in:
            visit = VisitId(self._id("visit", number // _REWARDS_OF_A_VISIT))
            filled.signed_in.append(SignedInLink(LinkId(link_id), visit))
            self._sign_in(batch, reward_id, visit, number)
        else:
            filled.links.append(LinkId(link_id))

    def _application(self, reward_id: str, number: int) -> tuple[Any, ...]:
        account = self._account(number)
        of_account = (account, self._account_key(account), "b•••@example.com", campaign.ITEM)
        value = (campaign.CHARGE.amount, campaign.CHARGE.currency, "load-balance", self._ms, self._ms, 1, self._ms)
        return (reward_id, reward_id, *of_account, *value, f"filled-{reward_id}", "", "Bench")

    def _sign_in(self, batch: Rows, reward_id: str, visit: VisitId, number: int) -> None:
        account = self._account(number)
        digest = hashlib.sha256(visit.encode()).hexdigest()
        row = (digest, reward_id, account, "b•••@example.com", campaign.ITEM, self._ms, "")
        batch["visits"].append(row)
        batch["tries"].append((reward_id, self._account_key(account), self._ms))

    def _id(self, kind: str, number: int) -> str:
        """Spread over the tables as random ids are."""
        return hashlib.blake2b(f"{self._label} {kind} {number}".encode(), digest_size=16).hexdigest()

    def _account(self, number: int) -> AccountId:
        return AccountId(f"amzn1.account.{self._label}-{number}")

    def _account_key(self, account: AccountId) -> str:
        return self._service.hashes.of("account", account)

    def _count(self, issued: int, applied: int) -> None:
        """Let the counters tell what the rows do."""
        stored, now, amount = self._stored, self._now, issued * campaign.CHARGE.amount
        cap = stored.campaign.month_cap.amount
        wanted = (
            Take(budget_counter(campaign.CAMPAIGN), amount),
            Take(campaign_month_counter(campaign.CAMPAIGN, now), amount, opens_at=cap),
            Take(account_month_counter(stored.developer_id, now), amount, opens_at=cap),
            Take(pool_counter(campaign.CAMPAIGN, campaign.GROUP), issued),
            *((Take(item_counter(campaign.CAMPAIGN, campaign.GROUP, campaign.ITEM), applied),) if applied else ()),
        )
        short = self._service.records.write(lambda tx: tx.counters.take_all(wanted))
        if short is not None:
            raise LookupError(f"counter {short} is too small for {issued} rewards")


def _write(url: str, batch: Rows) -> None:
    """The rows of each table, in the order of their keys, which both databases take faster."""
    rows = {table: sorted(made) for table, made in batch.items() if made}
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw, raw:
            raw.execute("PRAGMA synchronous = OFF")
            for table, statement in _inserts(rows):
                raw.executemany(statement, rows[table])
        return
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table, made in rows.items():
            columns = SQL(", ").join(map(Identifier, _COLUMNS[table]))
            with cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), columns)) as copy:
                for row in made:
                    copy.write_row(row)


def _inserts(tables: Rows) -> Iterator[tuple[str, str]]:
    for table in tables:
        columns: Sequence[str] = _COLUMNS[table]
        marks = ", ".join("?" * len(columns))
        yield table, f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
