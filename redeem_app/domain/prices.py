"""What a reward costs."""

from decimal import ROUND_CEILING, Decimal

from redeem_app.domain.money import Money, minor_digits

BILLING_CURRENCY = "USD"


def needed_cost_per_action(price: Money, tax_rate: Decimal, exchange_rate: Decimal = Decimal(1)) -> Money:
    """The least cost per action, in USD, that covers an item of `price` with its tax (rule C5).

    `exchange_rate` is USD for one unit of the price's currency; rounded up to a cent.
    """
    exact = price.with_tax(tax_rate).major * exchange_rate
    cents = exact.scaleb(minor_digits(BILLING_CURRENCY)).to_integral_value(ROUND_CEILING)
    return Money(int(cents), BILLING_CURRENCY)
