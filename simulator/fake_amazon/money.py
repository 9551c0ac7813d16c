"""Amounts in the fake Amazon: integers in minor units with a currency; floats only as JSON numbers at the edge."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Self

_NO_MINOR_UNIT: Final = frozenset({"JPY", "KRW", "CLP"})


class FractionalAmount(ValueError):
    """An amount has more decimals than its currency."""


def minor_digits(currency: str) -> int:
    """Decimal digits of the currency's minor unit (ISO 4217): 2 for USD, 0 for JPY."""
    return 0 if currency in _NO_MINOR_UNIT else 2


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` is the amount in minor units (cents, yen)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Self:
        """From major units: `Money.of("27.50", "USD")`. Raises FractionalAmount, or ValueError if no number."""
        try:
            scaled = Decimal(amount).scaleb(minor_digits(currency))
        except ArithmeticError as problem:
            raise ValueError(f"{amount!r} is not an amount") from problem
        if not scaled.is_finite():
            raise ValueError(f"{amount!r} is not an amount")
        if scaled != scaled.to_integral_value():
            raise FractionalAmount(f"{amount} {currency} has more decimals than the currency")
        return cls(int(scaled), currency)

    @classmethod
    def nothing(cls, currency: str) -> Self:
        """Zero of a currency."""
        return cls(0, currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units: 2,750 cents are Decimal("27.50")."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def with_rate(self, rate: Decimal) -> "Money":
        """The share `rate` of it (0.10 is 10 %), rounded half up to a minor unit."""
        return Money(int((Decimal(self.minor) * rate).to_integral_value(ROUND_HALF_UP)), self.currency)

    def __add__(self, other: "Money") -> "Money":
        self._check(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._check(other)
        return Money(self.minor - other.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._check(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._check(other)
        return self.minor <= other.minor

    def as_json(self) -> dict[str, float | str]:
        """`{"amount": 27.5, "currencyCode": "USD"}`, the shape of every value in the Incentives API."""
        return {"amount": float(self.major), "currencyCode": self.currency}

    def _check(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} can't be added or compared")

    def __str__(self) -> str:
        return f"{self.major} {self.currency}"


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency."""
    return sum(amounts, Money.nothing(currency))
