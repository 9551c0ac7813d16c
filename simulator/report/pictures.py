"""Pictures as a report keeps them: small, since it goes out with a mail, and of the type that their address says."""

import base64
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Final

from PIL import Image

from simulator.journeys.film import Film, Frame

MEDIA_TYPE: Final = "image/webp"
WIDEST: Final = 412
"""In pixels, as wide as a phone; a tablet's picture is made so small."""
QUALITY: Final = 60
MOST_BYTES: Final = 12_000_000
"""Of all pictures in a report: with a third more as text, and the rest, it goes through mail that takes 20 MB."""


def kept(taken: bytes) -> bytes:
    """A picture of any type that Pillow reads, as a report keeps it."""
    with Image.open(BytesIO(taken)) as picture:
        small = picture.convert("RGB")
        small.thumbnail((WIDEST, 4 * WIDEST))
        out = BytesIO()
        small.save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


def address(picture: bytes) -> str:
    """The picture itself, as the address of an image."""
    return f"data:{MEDIA_TYPE};base64,{base64.b64encode(picture).decode('ascii')}"


def shown(films: Sequence[Film], most: int = MOST_BYTES) -> set[int]:
    """The frames (by `id`) whose picture has room: those of what went wrong first, then each scenario's first film."""
    firsts = {id(film) for film in {film.scenario: film for film in reversed(films)}.values()}
    room, chosen = most, set[int]()
    for film in sorted(films, key=lambda film: (film.went_well, id(film) not in firsts)):
        needed = sum(len(frame.picture) for frame in different(film))
        if needed <= room:
            room -= needed
            chosen.update(id(frame) for frame in different(film))
    return chosen


def different(film: Film) -> Iterator[Frame]:
    """The frames with a picture that is not the one before it."""
    before = b""
    for frame in film.frames:
        if frame.picture and frame.picture != before:
            yield frame
        before = frame.picture
