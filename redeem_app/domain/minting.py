"""Minting: many rewards at once, for links that go out by mail or print, each issued and charged as by a call.

A mint goes on in batches, each one transaction with its rewards, their charges, and how far the mint came (rules C3,
C4). The ids of its links follow from the mint's own id by a keyed hash. So whatever was committed when it was
interrupted can be told again, and nothing is issued twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from redeem_app.domain.auditing import Audit
from redeem_app.domain.budget import PoolEmpty, Purse
from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.charges import kind_at_issue
from redeem_app.domain.ids import CampaignId, LinkId, MomentId, RewardGroupId, RewardId
from redeem_app.domain.ports import Clock, KeyedHash, LinkSigner
from redeem_app.domain.records import Records, Transaction
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Reward, RewardState
from redeem_app.domain.stored import StoredCampaign

BATCH: Final = 1000
"""Rewards in one transaction: others wait for it some hundredths of a second."""


@dataclass(frozen=True, slots=True)
class MintWanted:
    """What is to be minted, and where its links go; the same is wanted again to go on after an interruption."""

    campaign_id: CampaignId
    moment_id: MomentId
    group_id: RewardGroupId
    count: int
    file: str


@dataclass(frozen=True, slots=True)
class Mint:
    """A mint, and how many of its rewards are issued."""

    mint_id: str
    wanted: MintWanted
    made: int

    @property
    def is_complete(self) -> bool:
        """Whether all rewards are issued."""
        return self.made == self.wanted.count


class MintRecords(Protocol):
    """Mints; one is advanced by one conditional write."""

    def add(self, mint: Mint, now: datetime) -> None: ...
    def mint(self, mint_id: str) -> Mint | None: ...
    def latest_into(self, file: str) -> Mint | None:
        """The latest mint whose links go into the file."""
        ...

    def advance(self, mint: Mint, made: int) -> bool:
        """False where another process advanced it since it was read."""
        ...


class Minting:
    """Mints, and tells the links of what was minted."""

    def __init__(
        self, records: Records, clock: Clock, links: LinkSigner, hashes: KeyedHash, new_id: Callable[[], str]
    ) -> None:
        self._records = records
        self._clock = clock
        self._links = links
        self._hashes = hashes
        self._new_id = new_id
        self._audit = Audit(hashes)

    def before(self, wanted: MintWanted) -> Mint | None:
        """The latest mint into that file, where it was wanted word by word."""
        latest = self._records.read(lambda tx: tx.mints.latest_into(wanted.file))
        return latest if latest is not None and latest.wanted == wanted else None

    def begin(self, wanted: MintWanted) -> Mint:
        """A new mint. Raises Refusal where the campaign is not live or has no such moment or group."""
        now = self._clock.now()

        def work(tx: Transaction) -> Mint:
            _live(tx, wanted, now)
            mint = Mint(self._new_id(), wanted, 0)
            tx.mints.add(mint, now)
            facts = {"moment": wanted.moment_id, "group": wanted.group_id, "mint": mint.mint_id}
            self._audit.write(tx, now, "mint", wanted.campaign_id, count=wanted.count, **facts)
            return mint

        return self._records.write(work)

    def known(self, mint_id: str) -> Mint | None:
        """The mint of that id."""
        return self._records.read(lambda tx: tx.mints.mint(mint_id))

    def advance(self, mint: Mint, batch: int = BATCH) -> Mint:
        """Issue the next batch, or what is left. Raises Refusal where nothing more may be issued, and why."""
        now = self._clock.now()
        size = min(batch, mint.wanted.count - mint.made)
        try:
            return self._records.write(lambda tx: self._advance(tx, mint, size, now))
        except PoolEmpty:
            raise Refusal(Reason.OUT_OF_STOCK, campaign=mint.wanted.campaign_id, group=mint.wanted.group_id) from None

    def tokens(self, mint: Mint, after: int = 0) -> Iterator[str]:
        """Tokens of the links that are issued, in their order, from number `after` on."""
        for number in range(after, mint.made):
            yield self._links.token(self._link_id(mint, number))

    def is_link(self, mint: Mint, number: int, token: str) -> bool:
        """Whether the token is the mint's link of that number, whichever key signed it."""
        try:
            return self._links.read(token) == self._link_id(mint, number)
        except Refusal:
            return False

    def _advance(self, tx: Transaction, mint: Mint, size: int, now: datetime) -> Mint:
        stored = _live(tx, mint.wanted, now)
        purse = Purse.of(tx, stored, stored.campaign.group(mint.wanted.group_id), now)
        size = max(1, min(size, purse.remaining(tx)))
        if not tx.mints.advance(mint, mint.made + size):
            raise Refusal(Reason.MINT_ELSEWHERE, mint=mint.mint_id)
        first = Reward(
            self._reward_id(mint, mint.made),
            stored.campaign.campaign_id,
            mint.wanted.moment_id,
            tx.campaigns.offer_id(mint.wanted.campaign_id, mint.wanted.group_id),
            RewardState.ISSUED,
            now,
            stored.campaign.redeemable_until,
            purse.charge,
        )
        numbers = range(mint.made, mint.made + size)
        rewards = [
            (replace(first, reward_id=self._reward_id(mint, number)), self._link_id(mint, number)) for number in numbers
        ]
        tx.rewards.add_many(rewards)
        kind = kind_at_issue(stored.campaign.charged_at)
        tx.charges.enter_many([reward for reward, _ in rewards], stored.developer_id, kind, now)
        purse.reserve(tx, size)
        return replace(mint, made=mint.made + size)

    def _reward_id(self, mint: Mint, number: int) -> RewardId:
        # In order, not at random: a database appends what else it would spread over every page of three indexes.
        return RewardId(f"{mint.mint_id[:16]}{number:016x}")

    def _link_id(self, mint: Mint, number: int) -> LinkId:
        return LinkId(self._hashes.of("minted-link", mint.mint_id, str(number))[:32])


def _live(tx: Transaction, wanted: MintWanted, now: datetime) -> StoredCampaign:
    stored = tx.campaigns.campaign(wanted.campaign_id)
    if stored is None:
        raise Refusal(Reason.CAMPAIGN_UNKNOWN, campaign=wanted.campaign_id)
    stored.campaign.moment(wanted.moment_id)
    stored.campaign.group(wanted.group_id)
    state = stored.state_at(now)
    if state is not CampaignState.LIVE:
        raise Refusal(Reason.CAMPAIGN_NOT_LIVE, campaign=wanted.campaign_id, state=state)
    return stored
