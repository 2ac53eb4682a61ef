"""Prints of pages: small enough to be kept in the repository, coarse enough for every version of Chromium.

A screenshot is averaged over squares of eight pixels and kept in sixteen shades of grey. How the edge of a letter is
drawn does not show in that; a button that moved, a colour that changed, a column that broke does.
"""

from io import BytesIO

from PIL import Image, ImageChops

SQUARE = 8  # pixels of a page in one of its print
SHADES = 16
FAR = 3  # shades apart that are seen
MOST_APART = 0.004  # of a print: a button of a telephone's page is twice as much


def print_of(screenshot: bytes) -> Image.Image:
    """The print of a PNG file: greyscale, shades as 0 to 15."""
    grey = Image.open(BytesIO(screenshot)).convert("L").reduce(SQUARE)
    return grey.point(lambda value: value * SHADES // 256)


def apart(one: Image.Image, other: Image.Image) -> float:
    """Which share of two prints is seen to differ; 1 when their sizes do."""
    if one.size != other.size:
        return 1.0
    seen = ImageChops.difference(one, other).point(lambda value: 255 if value >= FAR else 0)
    return seen.histogram()[255] / (one.width * one.height)


def stored(images: list[Image.Image]) -> bytes:
    """Prints of one height side by side, as a PNG file of four bits a square."""
    whole = Image.new("P", (sum(each.width for each in images), images[0].height))
    whole.putpalette([shade * 17 for shade in range(SHADES) for _channel in "rgb"])
    left = 0
    for each in images:
        whole.paste(each, (left, 0))
        left += each.width
    out = BytesIO()
    whole.save(out, "PNG", optimize=True, bits=4)
    return out.getvalue()


def unstored(file: bytes, widths: list[int]) -> list[Image.Image]:
    """The prints that a file holds, by their widths."""
    whole = Image.open(BytesIO(file))
    shades = Image.frombytes("L", whole.size, whole.convert("L").point(lambda value: value // 17).tobytes())
    lefts = [sum(widths[:at]) for at in range(len(widths))]
    return [shades.crop((left, 0, left + width, whole.height)) for left, width in zip(lefts, widths, strict=True)]
