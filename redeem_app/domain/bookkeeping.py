"""Bookkeeping: whether rewards, ledger and counters, which are written apart, tell the same story (rules C3, C4).

For operators only: it counts who redeemed, which no developer may learn (rule V1).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from redeem_app.domain.charges import ChargeKind
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.records import Records
from redeem_app.domain.stored import StoredCampaign
from redeem_app.domain.tallies import Tallies


@dataclass(frozen=True, slots=True)
class CampaignBooks:
    """The books of one campaign; amounts in minor units of its budget's currency."""

    campaign_id: CampaignId
    currency: str
    issued: int
    redeemed: int
    expired: int
    open: int
    charged: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Balance:
    """The books, and every place where they disagree, in sentences."""

    books: tuple[CampaignBooks, ...]
    disagreements: tuple[str, ...]


class Bookkeeping:
    """Compares the books."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def balance(self) -> Balance:
        """The books of every campaign now."""
        campaigns, tallies = self._records.read(lambda tx: (tx.campaigns.all_campaigns(), tx.reports.tallies()))
        books = tuple(_books(stored, tallies) for stored in campaigns)
        return Balance(books, tuple(_disagreements(books, tallies)))


def _books(stored: StoredCampaign, tallies: Tallies) -> CampaignBooks:
    campaign_id = stored.campaign.campaign_id

    def in_state(*states: str) -> int:
        return sum(tallies.states.get((campaign_id, state), 0) for state in states)

    def line(kind: ChargeKind) -> int:
        return tallies.ledger.get((campaign_id, kind), 0)

    return CampaignBooks(
        campaign_id,
        stored.campaign.budget.currency,
        issued=tallies.issued.get(campaign_id, 0),
        redeemed=tallies.redeemed.get(campaign_id, 0),
        expired=in_state("expired"),
        open=in_state("issued", "applying", "unknown"),
        charged=line(ChargeKind.ISSUE) + line(ChargeKind.REDEMPTION),
        reserved=line(ChargeKind.RESERVE) - line(ChargeKind.REDEMPTION) - line(ChargeKind.RELEASE),
    )


def _disagreements(books: tuple[CampaignBooks, ...], tallies: Tallies) -> Iterator[str]:
    for book in books:
        name = book.campaign_id
        applied = tallies.states.get((name, "applied"), 0)
        if book.issued != book.redeemed + book.expired + book.open:
            ends = f"{book.redeemed} redeemed, {book.expired} expired, {book.open} open"
            yield f"{name}: {book.issued} issued, but {ends}"
        if book.redeemed != applied:
            yield f"{name}: {book.redeemed} applications were confirmed, but {applied} rewards are applied"
        if book.reserved != (expected := tallies.reserved_open.get(name, 0)):
            yield f"{name}: {book.reserved} reserved in the ledger, but {expected} for rewards that are open"
    for counter in sorted({*tallies.taken, *tallies.counters}):
        taken, expected = tallies.counters.get(counter, 0), tallies.taken.get(counter, 0)
        if taken != expected:
            yield f"{counter}: {taken} taken from the counter, but {expected} by the records"
