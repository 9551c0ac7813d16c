"""Domain objects as JSON documents, for what is read whole and never searched."""

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")

_adapters: "dict[Any, TypeAdapter[Any]]" = {}


def _adapter(kind: Any) -> "TypeAdapter[Any]":
    if kind not in _adapters:
        from pydantic import TypeAdapter  # noqa: PLC0415 - slow to import, and not used by every command

        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def to_json(kind: type[T], value: T) -> str:
    """The object as compact JSON."""
    return _adapter(kind).dump_json(value).decode()


def from_json(kind: type[T], document: str) -> T:
    """The object again; equal to the one that was written."""
    value: T = _adapter(kind).validate_json(document)
    return value
