"""Pictures of a campaign: the banner in the variants that were derived when the campaign was loaded (rule P2)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """One file; `name` holds a hash of its content, so that it can be cached for ever."""

    name: str
    media_type: str
    width: int
    """Pixels."""
    content: bytes


@dataclass(frozen=True, slots=True)
class BannerVariant:
    """One size and format of a banner, by the name of its picture."""

    name: str
    media_type: str
    width: int


@dataclass(frozen=True, slots=True)
class Banner:
    """A banner as pages use it: a small variant as a `data:` URL, and the sharper ones by name."""

    inline: str
    variants: tuple[BannerVariant, ...]
