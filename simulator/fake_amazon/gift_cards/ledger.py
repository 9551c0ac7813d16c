"""Gift cards and balance loads: each request id has one effect, however often it comes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Final

from simulator.fake_amazon.accounts import Accounts
from simulator.fake_amazon.gift_cards.errors import OTHERS, TRIGGERS, Refused
from simulator.fake_amazon.gift_cards.partners import Partner
from simulator.fake_amazon.mint import Mint
from simulator.fake_amazon.money import Money
from simulator.fake_amazon.settings import Settings
from simulator.fake_amazon.shop.credit import Conditions, Credits, CreditSource

_NEVER_EXPIRE: Final = frozenset({"USD", "CAD"})
_YEARS: Final = 10
_END_OF_DAY_IN_JAPAN: Final = time(14, 59, 59)
_END_OF_DAY: Final = time(23, 59, 59)


class CardStatus(StrEnum):
    """`cardStatus` on the wire."""

    FULFILLED = "Fulfilled"
    REFUNDED = "RefundedToPurchaser"
    EXPIRED = "Expired"


@dataclass(slots=True, kw_only=True)
class Card:
    """One gift card. `claimed_by` is the account that redeemed its code."""

    request_id: str
    partner_id: str
    value: Money
    claim_code: str
    gc_id: str
    created_at: datetime
    expires_at: datetime | None
    refunded: bool = False
    claimed_by: str | None = None

    def status(self, now: datetime) -> CardStatus:
        """As of now."""
        if self.refunded:
            return CardStatus.REFUNDED
        expired = self.expires_at is not None and now > self.expires_at
        return CardStatus.EXPIRED if expired else CardStatus.FULFILLED


@dataclass(slots=True, kw_only=True)
class Load:
    """One credit of an account's balance. `credit_id` is the shop's record of it."""

    request_id: str
    load_id: str
    partner_id: str
    user_id: str
    value: Money
    created_at: datetime
    credit_id: str
    external_reference: str = ""
    voided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadWanted:
    """What a partner asks to be loaded; with conditions it is a promotional credit."""

    user_id: str
    value: Money
    reference: str = ""
    conditions: Conditions = field(default_factory=Conditions)


class ClaimResult(StrEnum):
    """How entering a claim code ended."""

    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    USED = "used"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(slots=True)
class Ledger:
    """All cards and loads of one world, in the order in which they came about."""

    mint: Mint
    settings: Callable[[], Settings]
    now: Callable[[], datetime]
    accounts: Accounts
    credits: Credits
    cards: dict[str, Card] = field(default_factory=dict)
    loads: dict[str, Load] = field(default_factory=dict)

    def create(self, partner: Partner, request_id: str, value: Money) -> Card:
        """A card for a request id, the same one every time. Raises Refused."""
        known = self.cards.get(request_id)
        if known is not None:
            if known.value != value:
                raise Refused(OTHERS["RequestedDenominationMismatch"])
            return known
        partner.take(value)
        now = self.now()
        card = Card(
            request_id=request_id,
            partner_id=partner.partner_id,
            value=value,
            claim_code=self.mint.claim_code(),
            gc_id=self.mint.gift_card_id(),
            created_at=now,
            expires_at=_end_of(value.currency, now),
        )
        self.cards[request_id] = card
        return card

    def cancel(self, partner: Partner, request_id: str, gc_id: str) -> Card:
        """Take a card back that nobody claimed, within its minutes; again: the same. Raises Refused."""
        card = self.cards.get(request_id)
        if card is None:
            raise Refused(OTHERS["CardNotFound"])
        if gc_id and gc_id != card.gc_id:
            raise Refused(OTHERS["InvalidGCIdInput"])
        if card.refunded:
            return card
        self._check_window(card.created_at)
        if card.claimed_by is not None:
            raise Refused(OTHERS["GcNotReadyForRefund"])
        card.refunded = True
        partner.give_back(card.value)
        return card

    def load(self, partner: Partner, request_id: str, wanted: LoadWanted) -> Load:
        """Credit an account; a request id does it once. Raises Refused."""
        known = self.loads.get(request_id)
        if known is not None:
            if (known.value, known.user_id) != (wanted.value, wanted.user_id):
                raise Refused(OTHERS["RequestedDenominationMismatch"])
            return known
        account = self.accounts.by_id(wanted.user_id)
        if account is None:
            raise Refused(OTHERS["UnknownCustomer"])
        if account.blocked:
            raise Refused(OTHERS["CustomerAccountBlocked"])
        partner.take(wanted.value)
        source = CreditSource.BALANCE_LOAD
        credit = self.credits.grant(wanted.user_id, wanted.value, source, request_id, wanted.conditions)
        load = Load(
            request_id=request_id,
            load_id=self.mint.word("load", 16).upper(),
            partner_id=partner.partner_id,
            user_id=wanted.user_id,
            value=wanted.value,
            created_at=self.now(),
            credit_id=credit.credit_id,
            external_reference=wanted.reference,
        )
        self.loads[request_id] = load
        return load

    def void(self, partner: Partner, request_id: str) -> Load:
        """Take a load back that is not spent, within its minutes; again: the same. Raises Refused."""
        load = self.loads.get(request_id)
        if load is None:
            raise Refused(OTHERS["CardNotFound"])
        if load.voided:
            return load
        self._check_window(load.created_at)
        if not self.credits.take_back(load.credit_id):
            raise Refused(OTHERS["GcNotReadyForRefund"])
        load.voided = True
        partner.give_back(load.value)
        return load

    def claim(self, user_id: str, code: str) -> tuple[ClaimResult, Card | None]:
        """A person enters a claim code; its value is theirs."""
        wanted = _plain(code)
        card = next((card for card in self.cards.values() if _plain(card.claim_code) == wanted), None)
        if card is None:
            return ClaimResult.UNKNOWN, None
        if card.refunded:
            return ClaimResult.CANCELLED, None
        if card.claimed_by is not None:
            return ClaimResult.USED, card if card.claimed_by == user_id else None
        if card.status(self.now()) is CardStatus.EXPIRED:
            return ClaimResult.EXPIRED, None
        card.claimed_by = user_id
        self.credits.grant(user_id, card.value, CreditSource.GIFT_CARD, card.gc_id)
        return ClaimResult.CLAIMED, card

    def _check_window(self, created_at: datetime) -> None:
        if self.now() - created_at > self.settings().cancel_window:
            raise Refused(TRIGGERS["F2047"])


def _plain(code: str) -> str:
    return "".join(filter(str.isalnum, code)).upper()


def _end_of(currency: str, now: datetime) -> datetime | None:
    """US and Canadian cards never expire; others do at the end of a day in ten years."""
    if currency in _NEVER_EXPIRE:
        return None
    day = now.replace(month=3, day=1) if (now.month, now.day) == (2, 29) else now
    end = _END_OF_DAY_IN_JAPAN if currency == "JPY" else _END_OF_DAY
    return datetime.combine(day.replace(year=day.year + _YEARS).date(), end, now.tzinfo)
