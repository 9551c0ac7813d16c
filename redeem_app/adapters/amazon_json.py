"""Amazon's JSON read without trust and written without rounding: amounts of money never pass through a float."""

import json
from collections.abc import Mapping
from decimal import Decimal

from redeem_app.domain.money import Money

Fields = Mapping[str, object]
"""A JSON object as it was on the wire, numbers with a point as Decimal."""


def body_of(fields: Fields, value: Money | None = None) -> bytes:
    """The JSON body; `value`'s amount is written as the decimal number it is."""
    text = json.dumps(fields, separators=(",", ":"))
    if value is None:
        return text.encode()
    separator = "," if fields else ""
    amount = f'"value":{{"amount":{value.major:f},"currencyCode":{json.dumps(value.currency)}}}'
    return f"{text[:-1]}{separator}{amount}}}".encode()


def fields_of(body: bytes) -> Fields:
    """The JSON object in the body; empty for a body that is none."""
    try:
        read: object = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return {}
    return {str(name): value for name, value in read.items()} if isinstance(read, dict) else {}


def inner(fields: Fields, name: str) -> Fields:
    """The object under a name; empty where there is none."""
    found = fields.get(name)
    return found if isinstance(found, dict) else {}


def text_in(fields: Fields, name: str) -> str:
    """The text under a name; empty where there is none."""
    found = fields.get(name)
    return found if isinstance(found, str) else ""


def money_in(found: object) -> Money | None:
    """`{"amount": 27.50, "currencyCode": "USD"}` as money; None for anything else."""
    if not isinstance(found, dict):
        return None
    amount, currency = found.get("amount"), found.get("currencyCode")
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal) or not isinstance(currency, str):
        return None
    try:
        return Money.of(Decimal(amount), currency)
    except (ValueError, ArithmeticError):
        return None
