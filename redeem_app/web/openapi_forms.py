"""How an operation of the API is described: what it takes, and what it can answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from redeem_app.web.refusals_api import RefusalAnswer, api_refusal

EMPTY_LIST: Final = "empty list"
"""Stands for `[]`, which says that no reward is left."""

Shape = type[BaseModel] | str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status with what it means and the shapes its body can have."""

    status: int
    meaning: str
    shapes: tuple[Shape, ...]
    headers: Mapping[str, str] | None = None
    """Name to meaning."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the path or a header."""

    name: str
    place: str
    """`path`, `header` or `query`."""
    meaning: str
    longest: int
    pattern: str = ""
    example: str = ""
    is_needed: bool = False
    """Those in the path are in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that an app's server can ask for."""

    name: str
    """Also the name of its route."""
    method: str
    path: str
    tag: str
    title: str
    description: str
    answers: tuple[Answer, ...]
    body: type[BaseModel] | None = None
    example: Mapping[str, Any] | None = None
    parameters: tuple[Parameter, ...] = ()
    refuses: RefusalAnswer = api_refusal
    also_at: tuple[str, ...] = ()
    is_throttled: bool = False
    is_signed: bool = False
    """Comes from an ad network: its signature stands in the place of an API key."""
