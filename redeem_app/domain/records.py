"""What a decision reads and writes, as protocols; one transaction per decision, committed once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from redeem_app.domain.abuse import Counts
from redeem_app.domain.applications import ApplicationRecords, Beginning, Settlement
from redeem_app.domain.auditing import AuditLine
from redeem_app.domain.campaign_records import CampaignRecords, Shelves
from redeem_app.domain.charges import ChargeRecords
from redeem_app.domain.counters import Counters
from redeem_app.domain.given_answers import AnswerRecords
from redeem_app.domain.glance import Glance
from redeem_app.domain.hand_over import HandOvers
from redeem_app.domain.ids import (
    AccountId,
    AccountKey,
    AppId,
    CampaignId,
    CustomerKey,
    LinkId,
    MomentId,
    RewardGroupId,
    RewardId,
)
from redeem_app.domain.issuing import Issue
from redeem_app.domain.keyed_offers import KeyedOffer, Left, OfferToKey
from redeem_app.domain.limits import CountedCall
from redeem_app.domain.pictures import Picture
from redeem_app.domain.played_apps import Booking, SeenCustomer
from redeem_app.domain.points import PointsEntry, PointsEvent
from redeem_app.domain.request_ids import RequestIds
from redeem_app.domain.reward import Expired, Reward, RewardState
from redeem_app.domain.stored import LinkedReward, SignedIn, SignInUnderWay
from redeem_app.domain.tallies import ReportRecords

if TYPE_CHECKING:
    from redeem_app.domain.listing import ListedReward
    from redeem_app.domain.minting import MintRecords
    from redeem_app.domain.refusal_traces import TraceRecords
    from redeem_app.domain.watching import Trouble

T = TypeVar("T")


class RewardRecords(Protocol):
    """Rewards and their links."""

    def add(self, reward: Reward, link_id: LinkId) -> None: ...
    def add_many(self, rewards: Sequence[tuple[Reward, LinkId]]) -> None: ...
    def linked(self, link_id: LinkId) -> LinkedReward | None: ...
    def glance(self, link_id: LinkId) -> Glance | None:
        """What an offer at the link depends on, read as cheaply as can be."""
        ...

    def of_reward(self, reward_id: RewardId) -> LinkedReward | None:
        """The reward with its one link that is not replaced."""
        ...

    def replace_links(self, reward_id: RewardId, link_id: LinkId, now: datetime) -> bool:
        """Make `link_id` the only valid link of the reward."""
        ...

    def move(self, reward_id: RewardId, before: RewardState, after: RewardState, now: datetime) -> bool:
        """One conditional write; False when another was first."""
        ...

    def forget_customer(self, customer_key: CustomerKey) -> int: ...
    def listed(self, after: str, limit: int) -> "tuple[ListedReward, ...]":
        """The next rewards in the order of their ids, behind the id `after`."""
        ...

    def count(self, after: str) -> int:
        """How many there are behind the id `after`."""
        ...

    def due(self, now: datetime) -> int:
        """How many `expire` would move, without a limit."""
        ...

    def expire(self, now: datetime, limit: int) -> tuple[Expired, ...]:
        """Move up to `limit` rewards past their date from `issued` to `expired`, the oldest first."""
        ...

    def granted(self, app_id: AppId, customer_key: CustomerKey) -> frozenset[tuple[CampaignId, MomentId]]: ...


class Visits(Protocol):
    """Sign-ins under way, and who signed in during which visit."""

    def begin_sign_in(self, sign_in: SignInUnderWay) -> None: ...
    def pop_sign_in(self, state_hash: str) -> SignInUnderWay | None: ...
    def rename(self, visit_hash: str, fresh_hash: str) -> None:
        """Move all that belongs to a visit to its fresh id."""
        ...

    def remember(self, visit_hash: str, reward_id: RewardId, signed_in: SignedIn) -> None: ...
    def signed_in(self, visit_hash: str, reward_id: RewardId) -> SignedIn | None: ...
    def forget_before(self, moment: datetime) -> int: ...
    def forget_account(self, account_id: AccountId) -> int: ...


class AbuseRecords(Protocol):
    """Which accounts tried for which rewards (rule R7)."""

    def note_try(self, reward_id: RewardId, account_key: AccountKey, now: datetime) -> None: ...
    def hold_account(self, account_key: AccountKey) -> None:
        """Keep other transactions from counting the account until this one ends."""
        ...

    def counts(self, reward: Reward, account_key: AccountKey) -> Counts: ...


class WatchRecords(Protocol):
    """Figures for operators."""

    def states(self) -> dict[tuple[CampaignId, str], int]:
        """How many rewards of each campaign are in which state."""
        ...

    def unsettled(self) -> tuple[int, datetime | None]:
        """How many applications are not settled, and when the oldest of them began."""
        ...

    def note_trouble(self, problem: str, detail: str, now: datetime) -> None: ...
    def troubles(self, since: datetime) -> "tuple[Trouble, ...]": ...


class AuditRecords(Protocol):
    """The log of what operators did; lines are only ever added."""

    def last_for_writing(self) -> AuditLine | None:
        """The last line; other transactions wait with theirs until this one ends."""
        ...

    def add(self, line: AuditLine) -> None: ...
    def lines(self) -> tuple[AuditLine, ...]: ...


class PictureRecords(Protocol):
    """Pictures by name, and each campaign's banner."""

    def picture(self, name: str) -> Picture | None: ...
    def set_banner(self, campaign_id: CampaignId, inline: str, pictures: Iterable[Picture]) -> None: ...


class PointsRecords(Protocol):
    """Events and the ledger of points."""

    def add_event(self, app_id: AppId, event: PointsEvent, now: datetime) -> bool:
        """False when the event id was counted before (rule E4)."""
        ...

    def enter(self, app_id: AppId, customer_key: CustomerKey, entry: PointsEntry) -> None: ...
    def entries(self, app_id: AppId, customer_key: CustomerKey) -> tuple[PointsEntry, ...]: ...
    def related(self, app_id: AppId, event: PointsEvent) -> tuple[PointsEvent, ...]:
        """The event that `event` takes back, if any, and the events that take either back, in order of arrival."""
        ...

    def forget_customer(self, app_id: AppId, customer_key: CustomerKey) -> int: ...
    def hold(self, app_id: AppId, customer_key: CustomerKey) -> None:
        """Keep other transactions from the customer's ledger until this one ends."""
        ...


class Transaction(Protocol):
    """One decision's view of the records."""

    campaigns: CampaignRecords
    counters: Counters
    shelves: Shelves
    rewards: RewardRecords
    applications: ApplicationRecords
    charges: ChargeRecords
    reports: ReportRecords
    visits: Visits
    hand_overs: HandOvers
    points: PointsRecords
    abuse: AbuseRecords
    watch: WatchRecords
    audit: AuditRecords
    answers: AnswerRecords
    pictures: PictureRecords
    request_ids: RequestIds
    refusal_traces: "TraceRecords"
    mints: "MintRecords"


class StoreUnavailable(Exception):
    """The records can't be reached, or can't be written, at this moment: nothing that was asked for has changed.

    One case can't be told apart: where the connection breaks during a commit, it may have been made. Whatever counts is
    therefore repeatable: by the state that a reward is in, an event's id, or an Idempotency-Key.
    """


class Records(Protocol):
    """The store; every call may raise StoreUnavailable.

    `write` commits once when `work` returns, rolls back when it raises, and may run it again.
    """

    def read(self, work: Callable[[Transaction], T]) -> T: ...
    def write(self, work: Callable[[Transaction], T]) -> T: ...
    def offer_to_key(
        self, key_hash: str, campaign_id: CampaignId, group_id: RewardGroupId, now: datetime
    ) -> OfferToKey | None:
        """What a key that is in use leads to, as it is committed; None where there is no such campaign of its app."""
        ...

    def known_offer(self, campaign_id: CampaignId, group_id: RewardGroupId) -> KeyedOffer | None:
        """What `offer_to_key` gave last, for `issue_known`; None where that is not worth while."""
        ...

    def issue_known(self, key_hash: str, offer: KeyedOffer, issue: Issue, call: CountedCall | None) -> Left | None:
        """`issue`, where the key is in use and leads to just this offer still; what was left before.

        The call, if one is given, has to be let pass, and is counted if the reward is issued.
        """
        ...

    def app_id_of_key(self, key_hash: str) -> AppId | None:
        """Whose key it is, in use or not: that never changes."""
        ...

    def customer_of_key(self, key_hash: str, customer_key: CustomerKey) -> SeenCustomer | None:
        """What is known of a customer of a key's app, as it is committed; None where the key is not in use."""
        ...

    def book(self, booking: Booking) -> bool:
        """Write and commit it all at once; False, and nothing is written, where anything is in the way."""
        ...

    def issue(self, issue: Issue) -> bool:
        """Write and commit it all at once; False, and nothing is written, where anything is in the way."""
        ...

    def begin(self, beginning: Beginning) -> bool:
        """The same for an application."""
        ...

    def settle(self, settlement: Settlement) -> None:
        """Write and commit that the partner applied it, and charge for it; nothing where that was written before."""
        ...
