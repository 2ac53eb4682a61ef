"""Invented pictures for the demonstration: a blue signature, a red seal (Decree 30/2020/NĐ-CP, appendix I, II.7-8)."""

import io
import math
import random
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFont

from motcua.engines.rendering.typesetting import FONTS

BLUE = (20, 50, 160)
RED = (200, 16, 30)
# 36 mm at 300 dots an inch.
SEAL_PIXELS = 425
# Drawn larger and brought down, for smooth edges.
_FINER = 3
_BOLD = FONTS / "BeVietnamPro_700Bold.ttf"


def inked(mask: Image.Image, colour: tuple[int, int, int]) -> bytes:
    """A PNG of one colour whose transparency is the drawing."""
    image = Image.new("RGB", mask.size, colour)
    image.putalpha(mask)
    output = io.BytesIO()
    image.save(output, "PNG", compress_level=4)  # twice as fast as 6, and 8 % larger
    return output.getvalue()


@lru_cache(maxsize=512)
def demo_signature(name: str) -> bytes:
    """A flourish that looks like handwriting; the same name gives the same one."""
    chance = random.Random(name)  # noqa: S311 - a drawing, not a secret
    loops, tilt = chance.uniform(4.2, 6.4), chance.uniform(0.1, 0.3)
    phase, height = chance.uniform(0, math.tau), chance.uniform(130, 190)
    points = []
    for step in range(600):
        part = step / 600
        angle = phase + part * loops * math.tau
        swing = height * (1 - 0.75 * part) * (0.75 + 0.25 * math.sin(part * 9 + phase))
        points.append((120 + 1000 * part + 90 * math.cos(angle), 330 - tilt * 300 * part + swing * math.sin(angle)))
    mask = Image.new("L", (1320, 600))
    pen = ImageDraw.Draw(mask)
    for place, (start, end) in enumerate(pairwise(points)):
        pen.line((start, end), fill=255, width=round(9 + 6 * math.sin(place / 26)))
    pen.line([(150, 500), (620, 470), (1200, 430)], fill=255, width=9, joint="curve")
    return inked(mask.reduce(_FINER), BLUE)


@lru_cache(maxsize=512)
def demo_seal(around: str, below: str) -> bytes:
    """A round seal, ``around`` along the upper rim, ``below`` along the lower one, and a star; marked as invented."""
    side = SEAL_PIXELS * _FINER
    mask = Image.new("L", (side, side))
    pen = ImageDraw.Draw(mask)
    for inset, width in ((0.005, 0.02), (0.04, 0.006), (0.225, 0.006)):
        edge = side * inset
        pen.ellipse((edge, edge, side - edge, side - edge), outline=255, width=round(side * width))
    mask = _round_text(mask, around.upper(), most=235, upper=True)
    mask = _round_text(mask, below.upper(), most=95, upper=False)
    pen = ImageDraw.Draw(mask)
    corners = [_on_circle(side / 2, side * (0.13 if point % 2 == 0 else 0.05), point * 36) for point in range(10)]
    pen.polygon(corners, fill=255)
    small = ImageFont.truetype(_BOLD, side * 0.045)
    pen.text((side / 2, side * 0.69), "TRÌNH DIỄN", font=small, fill=255, anchor="mm")
    return inked(mask.reduce(_FINER), RED)


def _on_circle(centre: float, radius: float, degrees: float) -> tuple[float, float]:
    """A point by its angle from the top, clockwise."""
    angle = math.radians(degrees)
    return centre + radius * math.sin(angle), centre - radius * math.cos(angle)


def _round_text(mask: Image.Image, text: str, *, most: float, upper: bool) -> Image.Image:
    """Letters along the rim, smaller when they would take more than ``most`` degrees; none for an empty text."""
    if not text:
        return mask
    side, tile_side = mask.width, mask.width // 6
    radius = side * 0.365
    font = ImageFont.truetype(_BOLD, side * 0.078)
    natural = math.degrees(font.getlength(text) * 1.06 / radius)
    font = font.font_variant(size=side * 0.078 * min(1, most / natural))
    turns = [math.degrees(font.getlength(letter) * 1.06 / radius) for letter in text]
    angle = -sum(turns) / 2
    letters = Image.new("L", mask.size)
    for letter, turn in zip(text, turns, strict=True):
        middle = angle + turn / 2
        tile = Image.new("L", (tile_side, tile_side))
        ImageDraw.Draw(tile).text((tile_side / 2, tile_side / 2), letter, font=font, fill=255, anchor="mm")
        turned = tile.rotate(-middle if upper else middle, Image.Resampling.BILINEAR)
        x, y = _on_circle(side / 2, radius, middle if upper else 180 - middle)
        letters.paste(255, (round(x - tile_side / 2), round(y - tile_side / 2)), turned)
        angle += turn
    return ImageChops.lighter(mask, letters)
