"""From an untrusted scan to the picture of a signature or a seal: one ink on a transparent ground. Pure.

Decree 30/2020/NĐ-CP, appendix I, II.7-8: PNG with a transparent ground, the signature in blue, the seal in red and at
its real size. Nothing of the file itself is kept: the strokes are read and drawn anew in the ink's middle colour, so
neither what hides in a file nor the grain of a scanner comes into documents.
"""

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageChops, ImageOps, ImageStat, UnidentifiedImageError

from motcua.engines.signing.appearances import MAX_PIXELS
from motcua.engines.signing.images import inked
from motcua.engines.signing.models import HolderKind
from motcua.kernel.errors import Refused

MOST_BYTES = 2 * 1024 * 1024
# Steps of transparency that are told apart: more is grain, and makes every signed file larger.
_STEPS = 16
# Of 255: what is thinner than this is dirt, what is thicker is certainly ink.
_DIRT, _INK = 24, 128
# The share of the picture that ink may cover: less is an empty sheet, more is a ground that was taken for ink.
_LEAST_INK, _MOST_INK = 0.002, 0.6
_BRIGHTEST_INK, _DARKEST_PAPER = 150, 170


@dataclass(frozen=True)
class Wanted:
    """What a picture must be: the least size in pixels, and the most (300 dots an inch at its size on paper)."""

    least: tuple[int, int]
    most: tuple[int, int]
    round: bool


# The boxes of ``rendering``'s layout: 42 × 19 mm for a signature, 36 mm for a seal.
WANTED = {
    HolderKind.OFFICER: Wanted(least=(150, 50), most=(496, 224), round=False),
    HolderKind.OFFICE: Wanted(least=(250, 250), most=(425, 425), round=True),
}


def read_scan(content: bytes, kind: HolderKind) -> bytes:
    """The picture in a PNG or JPEG file, as PNG. Raises :class:`Refused` (field ``file``) that says what is wrong."""
    scan = _opened(content)
    strokes = _strokes(scan)
    solid = strokes.point(lambda value: 255 if value >= _INK else 0)
    share = solid.histogram()[255] / (solid.width * solid.height)
    if share < _LEAST_INK:
        raise _refused(_("Nothing is drawn on this picture."), "empty")
    if share > _MOST_INK:
        raise _refused(_("The ground of the picture is not transparent or white."), "ground")
    colour = _colour(scan, solid, kind)
    cut = strokes.crop(strokes.point(lambda value: 255 if value > _DIRT else 0).getbbox())
    fitting = _steps(cut.resize(_fitting(cut, WANTED[kind]), Image.Resampling.LANCZOS))
    return inked(fitting, colour)


def _refused(text: str, code: str) -> Refused:
    return Refused(text, field="file", code=code)


def _opened(content: bytes) -> Image.Image:
    if len(content) > MOST_BYTES:
        text = _("The picture is larger than %(n)d MB.") % {"n": MOST_BYTES // (1024 * 1024)}
        raise _refused(text, "too_large")
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as found:
            if found.width * found.height > MAX_PIXELS:
                raise _refused(_("The picture has more than %(n)d pixels.") % {"n": MAX_PIXELS}, "too_large")
            return ImageOps.exif_transpose(found).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(_("The picture has more than %(n)d pixels.") % {"n": MAX_PIXELS}, "too_large") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _refused(_("This file is not a PNG or JPEG picture, or it is damaged."), "not_a_picture") from error


def _strokes(scan: Image.Image) -> Image.Image:
    """How thick the ink is at each place: what stands out from a white ground, and is not transparent itself."""
    red, green, blue, alpha = scan.split()
    if alpha.histogram()[0] > 0.2 * scan.width * scan.height:
        return alpha  # the ground is transparent: all else is ink
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue)
    paper = _paper(darkest)
    ink = min(_BRIGHTEST_INK, _percentile(darkest.histogram(), 0.01))
    scale = 255 / max(paper - ink, 1)
    return darkest.point([max(0, min(255, round((paper - value) * scale))) for value in range(256)])


def _paper(darkest: Image.Image) -> int:
    """How bright the ground is, as the edge of the picture shows it."""
    width, height = darkest.size
    strip = max(1, min(width, height) // 40)
    edges = [
        (0, 0, width, strip),
        (0, height - strip, width, height),
        (0, 0, strip, height),
        (width - strip, 0, width, height),
    ]
    counts = [sum(each) for each in zip(*(darkest.crop(edge).histogram() for edge in edges), strict=True)]
    dim = _percentile(counts, 0.05)
    if dim < _DARKEST_PAPER:
        raise _refused(_("The ground of the picture is not transparent or white."), "ground")
    return dim - 8  # the shades of the paper itself are no strokes


def _percentile(counts: list[int], share: float) -> int:
    wanted, seen = share * sum(counts), 0
    for value, count in enumerate(counts):
        seen += count
        if seen > wanted:
            return value
    return len(counts) - 1


def _colour(scan: Image.Image, solid: Image.Image, kind: HolderKind) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in ImageStat.Stat(scan.convert("RGB"), mask=solid).median)
    if kind == HolderKind.OFFICER and not blue > max(red, green) + 20:
        raise _refused(_("The signature must be written in blue ink."), "colour")
    if kind == HolderKind.OFFICE and not red > max(green, blue) + 40:
        raise _refused(_("The seal must be red."), "colour")
    return red, green, blue


def _steps(strokes: Image.Image) -> Image.Image:
    step = 255 / (_STEPS - 1)
    return strokes.point([0 if value <= _DIRT else round(round(value / step) * step) for value in range(256)])


def _fitting(cut: Image.Image, wanted: Wanted) -> tuple[int, int]:
    """The size in pixels that goes into documents."""
    if cut.width < wanted.least[0] or cut.height < wanted.least[1]:
        text = _("What is drawn has %(width)d × %(height)d pixels; at least %(w)d × %(h)d are needed.")
        values = {"width": cut.width, "height": cut.height, "w": wanted.least[0], "h": wanted.least[1]}
        raise _refused(text % values, "too_small")
    if wanted.round and not 0.9 < cut.width / cut.height < 1.1:
        raise _refused(_("A seal is round: the picture shows more than the seal, or not all of it."), "not_round")
    scale = min(1.0, *(most / side for most, side in zip(wanted.most, cut.size, strict=True)))
    return max(1, round(cut.width * scale)), max(1, round(cut.height * scale))
