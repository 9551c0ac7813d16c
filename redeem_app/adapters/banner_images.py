"""Makes the pictures of a campaign's banner (rule P2) when the campaign is loaded, small enough for a phone.

From one picture of 3000 x 600 it derives AVIF, WebP and JPEG in four widths, each of at most 30 KB, and one AVIF small
enough to travel inside the page. It knows nothing of campaigns, pages or where files are kept.
"""

import base64
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageCms, UnidentifiedImageError

SIZE: Final = (3000, 600)
WIDTHS: Final = (412, 640, 828, 1236)
"""In pixels: one and a half to three device pixels for each of a phone's."""
MOST_BYTES: Final = 30_000
"""Of one derived picture."""
MOST_INLINE_BYTES: Final = 4_096
"""Of the one inside the page, whose first view has 14,600 bytes for everything."""
MOST_UPLOADED_BYTES: Final = 20_000_000
ACCEPTED: Final = {"PNG": "PNG", "JPEG": "JPEG", "WEBP": "WebP"}

_QUALITIES: Final = {
    "image/avif": (45, 30, 15),
    "image/webp": (65, 40, 20),
    "image/jpeg": (72, 48, 25),
}
"""The first is what a photo-like banner needs; the others are for pictures that would be too heavy."""
_SUFFIX: Final = {"image/avif": "avif", "image/webp": "webp", "image/jpeg": "jpg"}
_INLINE_WIDTHS: Final = (440, 240)
"""The first is as wide as the widest phone in CSS pixels. After a narrower one, the sharper picture would count as the
larger, and so be the largest paint, half a second later."""


class BannerRejected(ValueError):
    """The picture can't be a banner; the text says what was found and what would be right."""


@dataclass(frozen=True, slots=True)
class DerivedImage:
    """One file to serve. Its name carries the hash of its content, so that a browser may keep it for good."""

    name: str
    media_type: str
    width: int
    content: bytes


@dataclass(frozen=True, slots=True)
class DerivedBanner:
    """All that came of one banner."""

    inline: str
    """A `data:` URL of a small AVIF."""
    images: tuple[DerivedImage, ...]
    """By media type (AVIF, WebP, JPEG), in each the smallest first."""


def derive(original: bytes) -> DerivedBanner:
    """The pictures for one banner, given the bytes of a PNG, JPEG or WebP file. Raises BannerRejected."""
    banner = _opened(original)
    return DerivedBanner(_inline(banner), tuple(_all_variants(banner)))


def check(original: bytes) -> None:
    """Look at the banner without deriving anything. Raises BannerRejected."""
    _looked_at(original)


def _looked_at(original: bytes) -> Image.Image:
    if len(original) > MOST_UPLOADED_BYTES:
        raise BannerRejected(
            f"The banner has {len(original):,} bytes; at most {MOST_UPLOADED_BYTES:,} are read. Save it as JPEG."
        )
    try:
        banner = Image.open(io.BytesIO(original), formats=tuple(ACCEPTED))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise BannerRejected(f"The banner is no picture in {', '.join(ACCEPTED.values())}.") from error
    if banner.size != SIZE:
        width, height = banner.size
        raise BannerRejected(f"The banner is {width} x {height} pixels; it has to be exactly {SIZE[0]} x {SIZE[1]}.")
    return banner


def _opened(original: bytes) -> Image.Image:
    banner = _looked_at(original)
    try:
        banner.load()
    except (OSError, SyntaxError) as error:
        raise BannerRejected("The banner's file is damaged: it ends early or can't be decoded.") from error
    return _on_white(_in_srgb(banner))


def _in_srgb(banner: Image.Image) -> Image.Image:
    """Colours as browsers expect them, since the derived files carry no colour profile."""
    profile = banner.info.get("icc_profile")
    if not profile or banner.mode not in {"RGB", "CMYK"}:
        return banner
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(banner, own, ImageCms.createProfile("sRGB"), outputMode="RGB") or banner
    except ImageCms.PyCMSError:
        return banner


def _on_white(banner: Image.Image) -> Image.Image:
    if not banner.has_transparency_data:
        return banner.convert("RGB")
    layer = banner.convert("RGBA")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("RGB")


def _all_variants(banner: Image.Image) -> Iterator[DerivedImage]:
    scaled = {width: _scaled(banner, width) for width in WIDTHS}
    for media_type in _QUALITIES:
        for width, picture in scaled.items():
            content = _within(MOST_BYTES, _encodings(picture, media_type))
            if content is not None:
                yield DerivedImage(_name(content, media_type, width), media_type, width, content)


def _inline(banner: Image.Image) -> str:
    for width in _INLINE_WIDTHS:
        content = _within(MOST_INLINE_BYTES, _encodings(_scaled(banner, width), "image/avif"))
        if content is not None:
            return f"data:image/avif;base64,{base64.b64encode(content).decode()}"
    return ""


def _scaled(banner: Image.Image, width: int) -> Image.Image:
    return banner.resize((width, round(width * SIZE[1] / SIZE[0])), Image.Resampling.LANCZOS)


def _encodings(picture: Image.Image, media_type: str) -> Iterator[bytes]:
    """The picture, each time lighter than before."""
    for quality in _QUALITIES[media_type]:
        yield _encoded(picture, media_type, quality)


def _within(limit: int, encodings: Iterable[bytes]) -> bytes | None:
    return next((content for content in encodings if len(content) <= limit), None)


def _encoded(picture: Image.Image, media_type: str, quality: int) -> bytes:
    into = io.BytesIO()
    if media_type == "image/avif":
        picture.save(into, "AVIF", quality=quality, speed=8, max_threads=1)
    elif media_type == "image/webp":
        picture.save(into, "WEBP", quality=quality, method=6)
    else:
        picture.save(into, "JPEG", quality=quality, optimize=True, progressive=True)
    return into.getvalue()


def _name(content: bytes, media_type: str, width: int) -> str:
    return f"banner-{width}.{hashlib.sha256(content).hexdigest()[:16]}.{_SUFFIX[media_type]}"
