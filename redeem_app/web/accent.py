"""An app's accent colour made readable: a weak one is corrected until it has the contrast WCAG 2.2 asks for.

Contrast and luminance as WCAG 2.2 defines them: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple


class Colour(NamedTuple):
    """Red, green and blue, each 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


WHITE: Final = Colour(255, 255, 255)
BLACK: Final = Colour(0, 0, 0)
INK: Final = Colour(0x17, 0x1A, 0x21)
LIGHT_SURFACE: Final = WHITE
DARK_SURFACE: Final = Colour(0x1C, 0x1F, 0x26)
LIGHT_GROUND: Final = Colour(0xF7, 0xF6, 0xF3)
DARK_GROUND: Final = Colour(0x10, 0x12, 0x16)
DEFAULT_ACCENT: Final = "#1f5eff"

TEXT_CONTRAST: Final = 4.5
"""WCAG 1.4.3 for text of ordinary size."""
CONTROL_CONTRAST: Final = 3.0
"""WCAG 1.4.11 for the shape of a control."""

_STEP: Final = 0.04
_LINEAR_UP_TO: Final = 10
_MIDDLE_GREY: Final = 0.4


@dataclass(frozen=True, slots=True)
class Shades:
    """One accent in one theme."""

    fill: Colour
    """Of the button."""
    on_fill: Colour
    """Of the text on the button."""
    line: Colour
    """Of text, links, marks and focus rings on the surface."""
    wash: Colour
    """Of the page behind the surface."""
    surface: Colour
    """Of cards on the page."""


def colour(written: str) -> Colour:
    """From `#rrggbb`; anything else gives the default accent, so that a page never fails for a colour."""
    digits = written if re.fullmatch(r"#[0-9a-fA-F]{6}", written) else DEFAULT_ACCENT
    return Colour(*bytes.fromhex(digits[1:]))


def luminance(of: Colour) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (
        part / 255 / 12.92 if part <= _LINEAR_UP_TO else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in of
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """From 1 (none) to 21 (black on white)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with `share` (0 to 1) of `other` in it."""
    return Colour(*(round(a + (b - a) * share) for a, b in zip(one, other, strict=True)))


def readable(accent: Colour, on: Colour, at_least: float = TEXT_CONTRAST) -> Colour:
    """The accent, moved towards black or white in small steps until it stands out from `on`."""
    pole = BLACK if luminance(on) > _MIDDLE_GREY else WHITE
    share = 0.0
    shade = accent
    while contrast(shade, on) < at_least and share < 1:
        share = min(1.0, share + _STEP)
        shade = mixed(accent, pole, share)
    return shade


def _on(fill: Colour) -> Colour:
    return WHITE if contrast(WHITE, fill) >= TEXT_CONTRAST else INK


def _fill(accent: Colour, *grounds: Colour) -> Colour:
    """A button colour that stands out from its grounds (WCAG 1.4.11) and takes white or dark text (1.4.3)."""
    fill = accent
    for ground in grounds:
        fill = readable(fill, ground, CONTROL_CONTRAST)
    return fill if contrast(_on(fill), fill) >= TEXT_CONTRAST else readable(fill, WHITE)


@lru_cache(maxsize=256)
def shades(accent: str, *, dark: bool) -> Shades:
    """The accent `#rrggbb` in the light or the dark theme."""
    asked = colour(accent)
    wash = mixed(DARK_GROUND, asked, 0.07) if dark else mixed(LIGHT_GROUND, asked, 0.07)
    surface = mixed(DARK_SURFACE, asked, 0.09) if dark else LIGHT_SURFACE
    fill = _fill(asked, surface, wash)
    return Shades(fill, _on(fill), readable(readable(asked, surface), wash), wash, surface)


@dataclass(frozen=True, slots=True)
class MessageColours:
    """The accent in an e-mail, whose client alone knows whether it is dark."""

    fill: Colour
    on_fill: Colour
    line: Colour
    line_dark: Colour


def message_colours(accent: str) -> MessageColours:
    """For the accent `#rrggbb`."""
    light, dark = shades(accent, dark=False), shades(accent, dark=True)
    return MessageColours(light.fill, light.on_fill, light.line, dark.line)
