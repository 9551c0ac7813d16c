"""Money as integers in minor units with a currency; no float touches it."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Self

_NO_MINOR_UNIT: Final = frozenset({"JPY", "KRW", "CLP", "ISK", "VND"})


def minor_digits(currency: str) -> int:
    """How many decimal digits the currency's minor unit has (ISO 4217): 2 for USD, 0 for JPY."""
    return 0 if currency in _NO_MINOR_UNIT else 2


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in minor units (cents, yen) of an ISO 4217 currency."""

    amount: int
    currency: str

    @classmethod
    def of(cls, amount: str | Decimal, currency: str) -> Self:
        """From a decimal amount in major units: `Money.of("27.50", "USD")` is 2,750 cents.

        Raises ValueError when the amount has more digits than the currency's minor unit.
        """
        scaled = Decimal(amount).scaleb(minor_digits(currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{amount} {currency} has more decimals than the currency allows")
        return cls(int(scaled), currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units: 2,750 cents are Decimal("27.50")."""
        return Decimal(self.amount).scaleb(-minor_digits(self.currency))

    def __add__(self, other: "Money") -> "Money":
        self._check_same_currency(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._check_same_currency(other)
        return Money(self.amount - other.amount, self.currency)

    def with_tax(self, rate: Decimal) -> "Money":
        """The amount with tax at `rate` (0.10 is 10 %) added, rounded half up to a minor unit (rule C5)."""
        taxed = Decimal(self.amount) * (1 + rate)
        return Money(int(taxed.to_integral_value(ROUND_HALF_UP)), self.currency)

    def _check_same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} can't be added or compared")

    def __str__(self) -> str:
        return f"{self.major} {self.currency}"
