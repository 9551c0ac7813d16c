"""Rewards and their links, with the application where there is one."""

from collections.abc import Sequence
from datetime import datetime

from redeem_app.adapters.campaign_records import STORED, offer_of, stored_campaign
from redeem_app.adapters.database import Connection, Row
from redeem_app.adapters.glance_records import glance
from redeem_app.adapters.rows import Fields, insert, insert_many
from redeem_app.adapters.times import from_ms, to_ms
from redeem_app.domain.glance import Glance
from redeem_app.domain.ids import (
    AccountId,
    AccountKey,
    AppId,
    CampaignId,
    CustomerKey,
    ItemId,
    LinkId,
    MomentId,
    RewardGroupId,
    RewardId,
)
from redeem_app.domain.listing import ListedReward
from redeem_app.domain.money import Money
from redeem_app.domain.reward import Application, Chosen, Expired, Reward, RewardState, may_move
from redeem_app.domain.stored import LinkedReward

_REWARD = (
    "r.reward_id, r.campaign_id, r.moment_id, r.offer_id, r.state, r.issued_at, r.expires_at,"
    " r.charge_amount, r.charge_currency, r.customer_key"
)
_APPLICATION = (
    "p.request_id, p.account_id, p.account_key, p.account_label, p.item_id, p.size, p.amount, p.currency,"
    " p.delivery, p.partner,"
    " p.started_at, p.tried_at, p.attempts, p.applied_at, p.reference"
)
LINKED_COLUMNS = f"l.link_id, l.replaced_at, o.document, {_REWARD}, {STORED}, {_APPLICATION}"
"""Of a linked reward, for `linked_of`; from `LINKED_TABLES`."""
LINKED_TABLES = (
    "FROM links l JOIN rewards r ON r.reward_id = l.reward_id"
    " JOIN offers o ON o.offer_id = r.offer_id"
    " JOIN campaigns c ON c.campaign_id = r.campaign_id JOIN apps a ON a.app_id = c.app_id"
    " LEFT JOIN applications p ON p.reward_id = r.reward_id"
)
LINKED = f"SELECT {LINKED_COLUMNS} {LINKED_TABLES}"
_BY_LINK = f"{LINKED} WHERE l.link_id = ?"
_BY_REWARD = f"{LINKED} WHERE l.reward_id = ? AND l.replaced_at IS NULL"
_LISTED = (
    "SELECT r.reward_id, r.campaign_id, r.moment_id, o.group_id, r.state, r.issued_at, r.expires_at,"
    " r.charge_amount, r.charge_currency FROM rewards r JOIN offers o ON o.offer_id = r.offer_id"
    " WHERE r.reward_id > ? ORDER BY r.reward_id LIMIT ?"
)

_EXPIRE = (
    # Materialized, because PostgreSQL may otherwise run the choice, with its limit, again for each row.
    "WITH due AS MATERIALIZED (SELECT reward_id FROM rewards WHERE state = 'issued' AND expires_at <= ?"
    " ORDER BY expires_at LIMIT ?{lock})"
    " UPDATE rewards SET state = 'expired', changed_at = ? WHERE state = 'issued' AND reward_id IN"
    " (SELECT reward_id FROM due)"
    " RETURNING reward_id, campaign_id, (SELECT group_id FROM offers WHERE offers.offer_id = rewards.offer_id)"
)


class StoredRewards:
    """RewardRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, reward: Reward, link_id: LinkId) -> None:
        insert(self._db, "rewards", reward_row(reward))
        insert(self._db, "links", link_row(link_id, reward.reward_id, reward.issued_at))

    def add_many(self, rewards: Sequence[tuple[Reward, LinkId]]) -> None:
        insert_many(self._db, "rewards", [reward_row(reward) for reward, _ in rewards])
        insert_many(self._db, "links", [link_row(link, reward.reward_id, reward.issued_at) for reward, link in rewards])

    def linked(self, link_id: LinkId) -> LinkedReward | None:
        row = self._db.row(_BY_LINK, (link_id,))
        return None if row is None else linked_of(row)

    def glance(self, link_id: LinkId) -> Glance | None:
        return glance(self._db, link_id)

    def of_reward(self, reward_id: RewardId) -> LinkedReward | None:
        row = self._db.row(_BY_REWARD, (reward_id,))
        return None if row is None else linked_of(row)

    def replace_links(self, reward_id: RewardId, link_id: LinkId, now: datetime) -> bool:
        replaced = self._db.run(
            "UPDATE links SET replaced_at = ? WHERE reward_id = ? AND replaced_at IS NULL", (to_ms(now), reward_id)
        )
        if replaced:
            insert(self._db, "links", link_row(link_id, reward_id, now))
        return replaced > 0

    def move(self, reward_id: RewardId, before: RewardState, after: RewardState, now: datetime) -> bool:
        if not may_move(before, after):
            raise ValueError(f"a reward can't move from {before} to {after}")
        changed = self._db.run(
            "UPDATE rewards SET state = ?, changed_at = ? WHERE reward_id = ? AND state = ?",
            (after, to_ms(now), reward_id, before),
        )
        return changed == 1

    def listed(self, after: str, limit: int) -> tuple[ListedReward, ...]:
        return tuple(
            ListedReward(
                RewardId(reward_id),
                CampaignId(campaign_id),
                MomentId(moment_id),
                RewardGroupId(group_id),
                state,
                from_ms(issued),
                from_ms(expires),
                Money(amount, currency),
            )
            for reward_id, campaign_id, moment_id, group_id, state, issued, expires, amount, currency in self._db.rows(
                _LISTED, (after, limit)
            )
        )

    def count(self, after: str) -> int:
        row = self._db.row("SELECT COUNT(*) FROM rewards WHERE reward_id > ?", (after,))
        return 0 if row is None else int(row[0])

    def due(self, now: datetime) -> int:
        row = self._db.row("SELECT COUNT(*) FROM rewards WHERE state = 'issued' AND expires_at <= ?", (to_ms(now),))
        return 0 if row is None else int(row[0])

    def expire(self, now: datetime, limit: int) -> tuple[Expired, ...]:
        # Two sweepers at once share the work, and neither waits for a person who is applying a reward.
        lock = " FOR UPDATE SKIP LOCKED" if self._db.dialect == "postgresql" else ""
        rows = self._db.rows(_EXPIRE.format(lock=lock), (to_ms(now), limit, to_ms(now)))
        return tuple(Expired(RewardId(row[0]), CampaignId(row[1]), RewardGroupId(row[2])) for row in rows)

    def forget_customer(self, customer_key: CustomerKey) -> int:
        return self._db.run("UPDATE rewards SET customer_key = NULL WHERE customer_key = ?", (customer_key,))

    def granted(self, app_id: AppId, customer_key: CustomerKey) -> frozenset[tuple[CampaignId, MomentId]]:
        rows = self._db.rows(
            "SELECT r.campaign_id, r.moment_id FROM rewards r JOIN campaigns c ON c.campaign_id = r.campaign_id"
            " WHERE r.customer_key = ? AND c.app_id = ?",
            (customer_key, app_id),
        )
        return frozenset((CampaignId(campaign), MomentId(moment)) for campaign, moment in rows)


def reward_row(reward: Reward) -> Fields:
    """A reward that was just issued."""
    issued = to_ms(reward.issued_at)
    return {
        "reward_id": reward.reward_id,
        "campaign_id": reward.campaign_id,
        "moment_id": reward.moment_id,
        "offer_id": reward.offer_id,
        "customer_key": reward.customer_key,
        "state": reward.state,
        "issued_at": issued,
        "expires_at": to_ms(reward.expires_at),
        "charge_amount": reward.charge.amount,
        "charge_currency": reward.charge.currency,
        "changed_at": issued,
    }


def link_row(link_id: LinkId, reward_id: RewardId, now: datetime) -> Fields:
    """The one link that leads to a reward, from now on."""
    return {"link_id": link_id, "reward_id": reward_id, "made_at": to_ms(now)}


def _reward(row: Row) -> Reward:
    reward_id, campaign_id, moment_id, offer_id, state, issued, expires, amount, currency, customer = row
    return Reward(
        RewardId(reward_id),
        CampaignId(campaign_id),
        MomentId(moment_id),
        offer_id,
        RewardState(state),
        from_ms(issued),
        from_ms(expires),
        Money(amount, currency),
        None if customer is None else CustomerKey(customer),
    )


def _application(reward_id: RewardId, row: Row) -> Application | None:
    request_id, account, key, label, item, size, amount, currency, *rest = row
    delivery, partner, started, tried, attempts, applied, reference = rest
    if request_id is None:
        return None
    return Application(
        reward_id,
        request_id,
        AccountId(account),
        AccountKey(key),
        label,
        Chosen(ItemId(item), size),
        Money(amount, currency),
        delivery,
        partner,
        from_ms(started),
        from_ms(tried),
        attempts,
        from_ms(applied),
        reference,
    )


def linked_of(row: Row) -> LinkedReward:
    """From the columns of `LINKED`."""
    reward = _reward(row[3:13])
    return LinkedReward(
        LinkId(row[0]),
        from_ms(row[1]),
        reward,
        stored_campaign(*row[13:17]),
        offer_of(row[2]),
        _application(reward.reward_id, row[17:]),
    )
