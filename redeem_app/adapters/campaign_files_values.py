"""The kinds of value that a campaign file holds; each says in one sentence what it found instead.

A value that does not fit raises ValueError with the end of a sentence that begins with the key's name.
"""

# ruff: noqa: TRY004 - pydantic takes a ValueError as a finding and lets a TypeError through

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from pydantic import PlainValidator

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_RELATIVE = re.compile(r"([+-])\s*(\d{1,4}) (second|minute|hour|day|week)s?")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_ANDROID = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+:([0-9A-F]{2}:){31}[0-9A-F]{2}")
_APPLE = re.compile(r"[A-Z0-9]{10}\.[A-Za-z0-9.-]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://\S+")
_COUNTRIES: Final = frozenset(
    code for code in map(str, Locale("en").territories) if re.fullmatch(r"[A-Z]{2}", code)
) - {
    *("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"),
}
"""ISO 3166-1 as CLDR knows it, without its groups, parts of countries and placeholders."""
_MOST: Final = 10**9
"""Far above every real figure, and far below what a database column holds."""
_YEARS: Final = range(2000, 2200)
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is {_kind(value)} where text belongs")
    if not value.strip():
        raise ValueError("is empty")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"is {_kind(value)} where true or false belongs")
    return value


def _whole(least: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"is {_kind(value)} where a whole number belongs")
        if not least <= value <= _MOST:
            raise ValueError(f"is {value}, which is not from {least} to {_MOST}")
        return value

    return check


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"is {_kind(value)} where a number belongs")
    number = Decimal(value)
    if not number.is_finite() or abs(number) > _MOST:
        raise ValueError(f"is not a number of at most {_MOST}")
    return number


def _amount(value: object) -> Decimal:
    amount = _number(value)
    if amount <= 0:
        raise ValueError(f"is {amount}, and has to be more than nothing")
    return amount


def _rate(value: object) -> Decimal:
    rate = _number(value)
    if not 0 <= rate < 1:
        raise ValueError(f"is {rate}, and 10 % is written 0.10")
    return rate


def _phrase(value: object) -> Mapping[str, str]:
    """Text, or a table of a text for each language; plain text stands under the key ""."""
    if not isinstance(value, dict):
        return {"": _text(value)}
    if not value:
        raise ValueError("is an empty table")
    for language, text in value.items():
        _language(language)
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"has no text for the language {language}")
    return value


def _alternative_text(value: object) -> Mapping[str, str]:
    return {"": ""} if value == "" else _phrase(value)


def _language(value: object) -> str:
    try:
        Locale.parse(_text(value), sep="-")
    except (ValueError, UnknownLocaleError):
        raise ValueError(f"names a language that is not known: {value!r}") from None
    return str(value)


def _when(value: object) -> datetime | timedelta:
    """A moment with its time zone, or a span from the moment of reading (`"-1 day"`, `"+30 days"`, `"now"`)."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"is {value.isoformat()} without a time zone")
        if value.year not in _YEARS:
            raise ValueError(f"is in the year {value.year}")
        return value
    if isinstance(value, date):
        raise ValueError(f"is {value.isoformat()} without a time of day and a time zone")
    if value == "now":
        return timedelta()
    span = _RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if span is not None:
        return timedelta(**{f"{span[3]}s": int(f"{span[1]}{span[2]}")})
    try:
        return _when(datetime.fromisoformat(_text(value)))
    except ValueError:
        raise ValueError(f"is {_shown(value)}, which is no date with a time of day and a time zone") from None


def _country(value: object) -> str:
    if _text(value) not in _COUNTRIES:
        raise ValueError(f"is {value!r}, which is no country of ISO 3166-1 (the United Kingdom is GB)")
    return str(value)


def _fitting(pattern: re.Pattern[str], what: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not pattern.fullmatch(_text(value)):
            raise ValueError(f"is {value!r}, which is no {what}")
        return str(value)

    return check


def _address(value: object) -> str:
    parts = urlsplit(_text(value))
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not secure or not parts.hostname or re.search(r"\s", str(value)):
        raise ValueError(f"is {value!r}, which is no https address")
    return str(value)


def _shop_address(value: object) -> str:
    return _text(value) if isinstance(value, str) and re.fullmatch(r"/[^/\s]\S*", value) else _address(value)


def _origin(value: object) -> str:
    parts = urlsplit(_address(value))
    if parts.path or parts.query or parts.fragment or parts.username:
        raise ValueError(f"is {value!r}, which says more than scheme, host and port")
    return str(value)


def _support(value: object) -> str:
    return _text(value) if isinstance(value, str) and _EMAIL.fullmatch(value) else _address(value)


def _network(value: object) -> str:
    try:
        ipaddress.ip_network(_text(value))
    except ValueError as error:
        raise ValueError(f"is no network: {error}") from None
    return str(value)


def _key(value: object) -> str:
    return (
        _text(value) if isinstance(value, str) and re.fullmatch(r"env:\w+|(file|list):\S+", value) else _address(value)
    )


def _kind(value: object) -> str:
    names = {str: "text", bool: "true or false", int: "a number", Decimal: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def _shown(value: object) -> str:
    return repr(value) if isinstance(value, str) else _kind(value)


Id = Annotated[str, PlainValidator(_fitting(_ID, "id (letters, digits, `_`, `.`, `-`; at most 64)"))]
Text = Annotated[str, PlainValidator(_text)]
Flag = Annotated[bool, PlainValidator(_flag)]
Count = Annotated[int, PlainValidator(_whole(0))]
Positive = Annotated[int, PlainValidator(_whole(1))]
Amount = Annotated[Decimal, PlainValidator(_amount)]
Rate = Annotated[Decimal, PlainValidator(_rate)]
Phrase = Annotated[Mapping[str, str], PlainValidator(_phrase)]
AlternativeText = Annotated[Mapping[str, str], PlainValidator(_alternative_text)]
Language = Annotated[str, PlainValidator(_language)]
When = Annotated[datetime | timedelta, PlainValidator(_when)]
Country = Annotated[str, PlainValidator(_country)]
Colour = Annotated[str, PlainValidator(_fitting(_COLOUR, "colour"))]
Address = Annotated[str, PlainValidator(_address)]
ShopAddress = Annotated[str, PlainValidator(_shop_address)]
Origin = Annotated[str, PlainValidator(_origin)]
Support = Annotated[str, PlainValidator(_support)]
Network = Annotated[str, PlainValidator(_network)]
Key = Annotated[str, PlainValidator(_key)]
AndroidPackage = Annotated[str, PlainValidator(_fitting(_ANDROID, "`package:SHA-256 fingerprint`"))]
AppleAppId = Annotated[str, PlainValidator(_fitting(_APPLE, "`TEAMID.bundle`"))]
AppLink = Annotated[str, PlainValidator(_fitting(_SCHEME, "link of an app"))]


def one_of(*allowed: str) -> PlainValidator:
    """Accepts one of the words, and says which there are."""

    def check(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"is {_shown(value)}, which is none of {', '.join(allowed)}")
        return str(value)

    return PlainValidator(check)
