"""Draws the banners of the campaigns here: `python -m simulator.campaigns.draw_banners` writes them again, unchanged.

Flat shapes on a gradient, so that each stays a small file.
"""

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

SIZE: Final = (3000, 600)
FOLDER: Final = Path(__file__).parent / "banners"

Colour = tuple[int, int, int]
Draw = ImageDraw.ImageDraw


def _canvas(left: Colour, right: Colour) -> Image.Image:
    """A smooth gradient from left to right."""
    strip = Image.new("RGB", (2, 1))
    strip.putpixel((0, 0), left)
    strip.putpixel((1, 0), right)
    return strip.resize(SIZE, Image.Resampling.BICUBIC)


def _stars(draw: Draw, dice: random.Random) -> None:
    for _ in range(140):
        x, y, r = dice.randrange(3000), dice.randrange(470), dice.choice((2, 2, 3, 3, 4, 6))
        shade = dice.randrange(170, 256)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(shade, shade, 235))


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """The ten corners of a five-pointed star, a little tilted."""
    corners = [(radius if i % 2 == 0 else radius * 0.45, 0.3 + i * math.pi / 5) for i in range(10)]
    return [(x + r * math.sin(turn), y - r * math.cos(turn)) for r, turn in corners]


def star_runner(dice: random.Random) -> Image.Image:
    """A ringed planet over hills at night, and a comet whose tail is made of coins."""
    picture = _canvas((24, 16, 66), (92, 40, 120))
    draw = ImageDraw.Draw(picture)
    _stars(draw, dice)
    draw.ellipse((2180, 70, 2520, 410), fill=(242, 158, 76))
    draw.chord((2180, 70, 2520, 410), 20, 200, fill=(222, 124, 64))
    draw.arc((2060, 180, 2640, 310), -12, 192, fill=(255, 224, 178), width=16)
    for step in range(9):
        x, y, r = 700 + step * 105, 330 - step * 22, 10 + step * 3
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(255, 205, 92))
        draw.ellipse((x - r // 2, y - r // 2, x + r // 2, y + r // 2), fill=(255, 232, 160))
    draw.polygon(_star(1690, 128, 84), fill=(255, 244, 214))
    for base, colour in ((455, (46, 26, 88)), (510, (34, 18, 68)), (560, (20, 10, 44))):
        ridge = [(x, base + dice.randrange(-28, 28)) for x in range(-100, 3200, 150)]
        draw.polygon([(0, 600), *ridge, (3000, 600)], fill=colour)
    return picture


def corner_shop(dice: random.Random) -> Image.Image:
    """A shelf with jars, books and plants in front of a warm wall, under an awning."""
    picture = _canvas((250, 226, 196), (244, 196, 152))
    draw = ImageDraw.Draw(picture)
    for stripe in range(30):
        colour = (206, 78, 62) if stripe % 2 else (255, 246, 234)
        draw.rectangle((stripe * 100, 0, stripe * 100 + 100, 70), fill=colour)
        draw.pieslice((stripe * 100, 20, stripe * 100 + 100, 120), 0, 180, fill=colour)
    palette = ((94, 128, 96), (206, 78, 62), (66, 96, 128), (226, 164, 72), (140, 92, 116))
    x, end = 140, 2860
    while x < end:
        colour, height = dice.choice(palette), dice.randrange(150, 260)
        if dice.choice((True, False)):
            draw.rounded_rectangle((x, 500 - height, x + 110, 500), 26, fill=colour)
            draw.rounded_rectangle((x + 12, 470 - height, x + 98, 510 - height), 10, fill=(120, 84, 58))
            draw.rounded_rectangle((x + 18, 500 - height // 2 - 30, x + 92, 500 - height // 2 + 30), 8, (255, 246, 234))
            x += 150
        else:
            draw.rectangle((x, 500 - height, x + 46, 500), fill=colour)
            draw.rectangle((x, 520 - height, x + 46, 532 - height), fill=(255, 246, 234))
            x += 54
    draw.rectangle((0, 500, 3000, 532), fill=(120, 84, 58))
    draw.rectangle((0, 532, 3000, 600), fill=(98, 66, 46))
    return picture


def reel_house(dice: random.Random) -> Image.Image:
    """Two strips of film crossing the picture, and a screen with a triangle to start it."""
    picture = _canvas((8, 54, 62), (14, 104, 100))
    draw = ImageDraw.Draw(picture)
    for top, slope in ((60, 60), (390, -70)):
        for frame in range(-1, 22):
            x, y = frame * 150, top + slope * frame // 22
            draw.rectangle((x, y, x + 150, y + 150), fill=(6, 26, 32))
            shade = dice.randrange(70, 150)
            draw.rounded_rectangle((x + 10, y + 28, x + 140, y + 122), 8, fill=(shade // 2, shade, shade))
            for hole in range(4):
                for edge in (y + 8, y + 130):
                    draw.rectangle((x + 12 + hole * 36, edge, x + 30 + hole * 36, edge + 12), fill=(190, 232, 222))
    draw.rounded_rectangle((1250, 110, 1750, 490), 44, fill=(244, 250, 246))
    draw.polygon(((1430, 205), (1430, 395), (1600, 300)), fill=(226, 92, 72))
    return picture


BANNERS: Final[dict[str, Callable[[random.Random], Image.Image]]] = {
    "star-runner.jpg": star_runner,
    "corner-shop.jpg": corner_shop,
    "reel-house.jpg": reel_house,
}


def main() -> None:
    """Write every banner beside the campaign files."""
    FOLDER.mkdir(exist_ok=True)
    for name, draw in BANNERS.items():
        picture = draw(random.Random(name)).filter(ImageFilter.SMOOTH_MORE)  # noqa: S311 - a drawing, no secret
        picture.save(FOLDER / name, quality=72, optimize=True, progressive=True)


if __name__ == "__main__":
    main()
