"""Writes the TOML of a campaign that a scenario has varied; the standard library only reads it."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

Value = Mapping[str, "Value"] | Sequence["Value"] | str | bool | int | Decimal | datetime | date | time
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def written(table: Mapping[str, Value]) -> str:
    """The table as TOML; reading it with `parse_float=Decimal` gives it back."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in table.items())


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
    return "[" + ", ".join(_value(inner) for inner in value) + "]"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    """JSON's strings are TOML's, but for the one control character that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
