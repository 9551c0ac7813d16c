"""Dates and amounts as a person reads them, by CLDR, in the language of the answer."""

import re
from datetime import UTC, datetime, timedelta

from babel.dates import format_date
from babel.numbers import format_currency
from markupsafe import Markup

from redeem_app.domain.money import Money
from redeem_app.web.languages import spoken_locale


def money(value: Money) -> str:
    """`$27.50`, `27,50 $`, `¥500`: the amount with the digits that its currency has."""
    return _with_whole_symbols(format_currency(value.major, value.currency, locale=spoken_locale()))


def whole(value: Money) -> str:
    """A round amount without its zeros: `$25`, the threshold of free shipping (rule R4)."""
    pattern = spoken_locale().currency_formats["standard"].pattern.replace(".00", "")
    written = format_currency(
        value.major, value.currency, format=pattern, locale=spoken_locale(), currency_digits=False
    )
    return _with_whole_symbols(written)


def _with_whole_symbols(written: str) -> str:
    """`US$` stays `US$` in a line that runs from right to left, where a browser would show `$US`."""
    return re.sub(r"(?<=[A-Z]\$)", "\N{LEFT-TO-RIGHT MARK}", written)


def day(moment: datetime) -> str:
    """`30 December 2026` in UTC, which is the service's calendar."""
    return str(format_date(moment.astimezone(UTC).date(), format="long", locale=spoken_locale()))


def time_tag(moment: datetime) -> Markup:
    """The day for people and the moment for machines: `<time datetime=…>30 December 2026</time>`."""
    stamp = moment.astimezone(UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(stamp, day(moment))


def last_day(end: datetime) -> datetime:
    """The last moment before `end`: an offer that ends at midnight is good until the day before."""
    return end - timedelta(microseconds=1)
