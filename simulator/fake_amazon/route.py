"""One row of a URL table."""

from collections.abc import Callable
from dataclasses import dataclass

from flask.typing import ResponseReturnValue

View = Callable[..., ResponseReturnValue]
Refusal = Callable[[str], ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Route:
    """`operation` is the name by which faults and requests seen speak of it.

    `refusal` answers with an error of the protocol's own, by its name, when a tester asked for that.
    """

    method: str
    path: str
    operation: str
    view: View
    refusal: Refusal | None = None
