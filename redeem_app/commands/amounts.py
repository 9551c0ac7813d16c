"""Amounts of money as an operator writes them."""

from decimal import Decimal, InvalidOperation

import click

from redeem_app.domain.money import Money
from redeem_app.domain.prices import BILLING_CURRENCY


class _Dollars(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic only in newer releases of click
    name = "amount"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Money:
        if isinstance(value, Money):
            return value
        try:
            amount = Money.of(Decimal(str(value)), BILLING_CURRENCY)
        except (InvalidOperation, ValueError):
            self.fail(f"{value} is not an amount in {BILLING_CURRENCY} such as 7500 or 7500.50.", param, ctx)
        if amount.amount < 1:
            self.fail(f"{value} is not more than nothing.", param, ctx)
        return amount


DOLLARS = _Dollars()
"""`7500` or `7500.50`, in the currency that developers are billed in."""
