"""A whole answer, which can be sent, withheld or sent again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` as in `200 OK`. `cut_at` cuts the connection after so many bytes of the body."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    cut_at: int | None = None
