"""Pictures of our own: a banner of dusk over hills that weighs as a photo does, and two products."""

import functools
import io
import math
import random

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 3000, 600


def a_banner_file(
    *, size: tuple[int, int] = (WIDTH, HEIGHT), file_format: str = "PNG", seed: int = 7, mode: str = "RGB"
) -> bytes:
    picture = _dusk(seed).resize(size) if size != (WIDTH, HEIGHT) else _dusk(seed)
    into = io.BytesIO()
    picture.convert(mode).save(into, file_format)
    return into.getvalue()


def plain_banner_file(colour: str) -> bytes:
    """One colour all over, as `navy` or `#rrggbbaa`; quick to derive from."""
    into = io.BytesIO()
    Image.new("RGBA", (WIDTH, HEIGHT), colour).save(into, "PNG", compress_level=1)
    return into.getvalue()


def noise_file() -> bytes:
    """The heaviest picture there is: every pixel at random."""
    picture = Image.frombytes("RGB", (WIDTH, HEIGHT), _chance(1).randbytes(WIDTH * HEIGHT * 3))
    into = io.BytesIO()
    picture.save(into, "PNG", compress_level=1)
    return into.getvalue()


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - for pictures


@functools.cache
def _dusk(seed: int) -> Image.Image:
    chance = _chance(seed)
    sky = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    picture = Image.composite(
        Image.new("RGB", sky.size, "#ff9d6b"), Image.new("RGB", sky.size, "#2b1769"), sky.point(lambda v: int(v * 0.9))
    )
    draw = ImageDraw.Draw(picture)
    for _ in range(420):
        x, y, r = chance.uniform(0, WIDTH), chance.uniform(0, HEIGHT * 0.6), chance.uniform(0.8, 3.2)
        draw.ellipse((x - r, y - r, x + r, y + r), fill="#fff4e6")
    draw.ellipse((2180, 150, 2440, 410), fill="#ffe3b0")
    picture = picture.filter(ImageFilter.GaussianBlur(2))
    draw = ImageDraw.Draw(picture)
    for layer, colour in enumerate(("#5a2d8f", "#43207a", "#2c1560", "#1a0c40")):
        draw.polygon(_hills(chance, 330 + layer * 65, 70 - layer * 8), fill=colour)
    for step in range(155):
        x = 300 + step * 9
        y = 420 - 120 * math.sin(step / 160 * math.pi) + chance.uniform(-2, 2)
        r = 1 + step / 20
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 215 - step // 2, 120))
    draw.ellipse((1700, 386, 1772, 458), fill="#fff1c4")
    grain = Image.frombytes("L", (WIDTH, HEIGHT), chance.randbytes(WIDTH * HEIGHT)).convert("RGB")
    return Image.blend(picture, grain, 0.04)


def _hills(chance: random.Random, base: float, swing: float) -> list[tuple[float, float]]:
    phase, pace = chance.uniform(0, 6), chance.uniform(180, 420)
    ridge = [
        (x, base + swing * math.sin(x / pace + phase) + swing / 3 * math.sin(x / 61 + phase))
        for x in range(0, WIDTH + 20, 20)
    ]
    return [(0.0, float(HEIGHT)), *ridge, (float(WIDTH), float(HEIGHT))]


def a_product_file(name: str) -> bytes:
    """`headphones` or `lamp`, 240 pixels square, as PNG."""
    picture = Image.new("RGB", (480, 480), "white")
    draw = ImageDraw.Draw(picture)
    (_headphones if name == "headphones" else _lamp)(draw)
    into = io.BytesIO()
    picture.resize((240, 240), Image.Resampling.LANCZOS).save(into, "PNG", optimize=True)
    return into.getvalue()


def _headphones(draw: ImageDraw.ImageDraw) -> None:
    draw.arc((90, 70, 390, 400), 180, 360, fill="#2a2f3a", width=34)
    for x in (74, 326):
        draw.rounded_rectangle((x, 220, x + 80, 380), 36, fill="#3b4252")
        draw.rounded_rectangle((x + 14, 240, x + 66, 360), 24, fill="#5b6478")


def _lamp(draw: ImageDraw.ImageDraw) -> None:
    draw.polygon([(170, 90), (310, 90), (380, 240), (100, 240)], fill="#f2b84b")
    draw.polygon([(170, 90), (235, 90), (200, 240), (100, 240)], fill="#f7cf7d")
    draw.rectangle((228, 240, 252, 390), fill="#4a4f5c")
    draw.rounded_rectangle((150, 386, 330, 416), 14, fill="#4a4f5c")
