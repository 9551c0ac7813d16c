"""What people have to spend: gift-card balance, and promotional credits that only some items take."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from simulator.fake_amazon.mint import Mint
from simulator.fake_amazon.money import Money, total
from simulator.fake_amazon.shop.catalogue import Item


class CreditSource(StrEnum):
    """Where a credit came from."""

    GIFT_CARD = "gift-card"
    BALANCE_LOAD = "balance-load"
    PROMOTION = "promotion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a promotional credit may be spent on: one of these items or categories, by a date. Empty: anything, ever."""

    items: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    expires_at: datetime | None = None

    def met_by(self, item: Item, now: datetime) -> bool:
        """Whether an item may be paid with it now."""
        if self.expires_at is not None and now >= self.expires_at:
            return False
        if not self.items and not self.categories:
            return True
        return item.item_id in self.items or item.category in self.categories


@dataclass(slots=True, kw_only=True)
class Credit:
    """One credit of one person. `left` goes down as it is spent."""

    credit_id: str
    user_id: str
    source: CreditSource
    reference: str
    value: Money
    left: Money
    granted_at: datetime
    conditions: Conditions = field(default_factory=Conditions)

    @property
    def conditional(self) -> bool:
        """Whether it is bound to items, categories or a date, and so no part of the plain balance."""
        return self.conditions != Conditions()


@dataclass(slots=True)
class Credits:
    """All credits of one world, in the order of their grant."""

    mint: Mint
    now: Callable[[], datetime]
    _all: dict[str, Credit] = field(default_factory=dict)

    def grant(
        self, user_id: str, value: Money, source: CreditSource, reference: str, conditions: Conditions | None = None
    ) -> Credit:
        """Give a person something to spend."""
        credit = Credit(
            credit_id=self.mint.word("credit"),
            user_id=user_id,
            source=source,
            reference=reference,
            value=value,
            left=value,
            granted_at=self.now(),
            conditions=conditions or Conditions(),
        )
        self._all[credit.credit_id] = credit
        return credit

    def of(self, user_id: str) -> tuple[Credit, ...]:
        """A person's credits, the spent ones too."""
        return tuple(credit for credit in self._all.values() if credit.user_id == user_id)

    def balance(self, user_id: str, currency: str) -> Money:
        """What is left without conditions."""
        return total((credit.left for credit in self._plain(user_id, currency)), currency)

    def balances(self, user_id: str) -> tuple[Money, ...]:
        """The balance in each currency that the person ever had credit in."""
        currencies = dict.fromkeys(credit.value.currency for credit in self.of(user_id) if not credit.conditional)
        return tuple(self.balance(user_id, currency) for currency in currencies)

    def take_back(self, credit_id: str) -> bool:
        """Undo a grant; not possible once a part is spent."""
        credit = self._all.get(credit_id)
        if credit is None or credit.left != credit.value:
            return False
        del self._all[credit_id]
        return True

    def purse(self, user_id: str, currency: str) -> "Purse":
        """What the person could pay with now."""
        mine = [credit for credit in self.of(user_id) if credit.value.currency == currency]
        return Purse(mine, self.now())

    def _plain(self, user_id: str, currency: str) -> list[Credit]:
        return [credit for credit in self.of(user_id) if not credit.conditional and credit.value.currency == currency]


class Purse:
    """Plans a payment: draws on credits without touching them until it is spent."""

    def __init__(self, held: list[Credit], now: datetime) -> None:
        self._now = now
        self._left = {credit.credit_id: credit.left for credit in held}
        self._credits = sorted(held, key=lambda credit: _first_to_spend(credit, now))

    def draw(self, item: Item, due: Money) -> Money:
        """How much of an amount due for an item credit pays: conditional credit first, the soonest to end before."""
        return self._draw([credit for credit in self._credits if credit.conditions.met_by(item, self._now)], due)

    def draw_plain(self, due: Money) -> Money:
        """How much of an amount that is for no item (shipping) the plain balance pays."""
        return self._draw([credit for credit in self._credits if not credit.conditional], due)

    def spend(self) -> None:
        """Let what was drawn be gone."""
        for credit in self._credits:
            credit.left = self._left[credit.credit_id]

    def _draw(self, usable: list[Credit], due: Money) -> Money:
        covered = Money.nothing(due.currency)
        for credit in usable:
            left = self._left[credit.credit_id]
            part = min(left, due - covered)
            covered += part
            self._left[credit.credit_id] = left - part
        return covered


def _first_to_spend(credit: Credit, now: datetime) -> tuple[bool, bool, datetime]:
    until = credit.conditions.expires_at
    return (not credit.conditional, until is None, until or now)
