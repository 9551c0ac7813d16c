"""A page cut at the few values that differ from person to person, and put together again with other values.

The page is rendered in full, with stand-ins where the person's values will be. `cut` finds them; the rest is text that
never changes, encoded and compressed once. It knows nothing of templates: whatever they hold is cut in the same way.
A second rendering with other stand-ins, hostile ones among them, shows whether the values go into the page as they are
(escaped) and nowhere else; a page that does something else with them can't be cut.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Final

from markupsafe import escape

from redeem_app.web.joined_gzip import JoinedGzip

Render = Callable[[Mapping[str, str]], str]
"""Renders the page with a value for each hole."""

_HOSTILE: Final = "\"'><&amp;%(app)s{{ 7*7 }}</script>"


class Segments:
    """One page; `lengths` are those of the values that the compressed form is for."""

    def __init__(self, texts: list[str], holes: list[str], lengths: Mapping[str, int], *, compress: bool) -> None:
        self._fixed = [text.encode() for text in texts]
        self._parts = [b""] * (2 * len(holes) + 1)
        self._parts[::2] = self._fixed
        self._places: dict[str, list[int]] = {}
        for at, hole in enumerate(holes):
            self._places.setdefault(hole, []).append(2 * at + 1)
        self._gzip = JoinedGzip.of(self._fixed, holes, lengths) if compress else None

    def plain(self, values: Mapping[str, str]) -> bytes:
        """The page in UTF-8, each value escaped as templates do it."""
        parts = self._parts.copy()
        for name, places in self._places.items():
            written = str(escape(values[name])).encode()
            for place in places:
                parts[place] = written
        return b"".join(parts)

    def gzipped(self, values: Mapping[str, str]) -> bytes | None:
        """The page as gzip, for values that no escaping changes; None for values of other lengths."""
        if self._gzip is None:
            return None
        return self._gzip.joined({name: value.encode() for name, value in values.items()})


def cut(render: Render, lengths: Mapping[str, int], *, compress: bool) -> Segments | None:
    """The page that `render` renders, cut at the values named in `lengths`; None where that can't be done.

    Compressed only where `compress`: never beside a secret that somebody else could make appear in the page.
    """
    stand_ins = {name: _unlikely(length) for name, length in lengths.items()}
    names = {value: name for name, value in stand_ins.items()}
    pieces = re.split("(" + "|".join(map(re.escape, names)) + ")", render(stand_ins))
    segments = Segments(pieces[::2], [names[piece] for piece in pieces[1::2]], lengths, compress=compress)
    for others in ({name: _unlikely(length) for name, length in lengths.items()}, dict.fromkeys(lengths, _HOSTILE)):
        if segments.plain(others) != render(others).encode():
            return None
    return segments


def _unlikely(length: int) -> str:
    """Letters that survive every kind of escaping, and that no page has by chance."""
    return secrets.token_urlsafe(length)[:length]
