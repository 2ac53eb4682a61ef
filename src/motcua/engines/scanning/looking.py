"""Looking through a stack of papers that was scanned to one PDF: where separator pages lie, and which pages are blank.

Runs in the bounded process (``isolated``), as making does: the file comes from anywhere.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import zxingcpp
from PIL import Image

from motcua.engines.scanning.making import CODE_DOTS, PAGE_SECONDS, SIDE, Tell, pages_in
from motcua.engines.scanning.protocol import SEPARATOR, Problem, ScanError, Seen, Source

AT_ONCE: Final = 8
DARK: Final = 150
"""Of 255: what is darker is ink, not paper, nor what shines through from the other side."""
INK: Final = 1 / 5_000
"""A page with less of it than this is blank: the number of a page alone is more, specks of dust are less."""
MARGIN: Final = 0.04
"""Of a side: scanners draw shadows of the edges there."""
_CODES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])


def look(source: Source, folder: Path, *, tell: Tell) -> list[Seen]:
    """What each page of a stack is. Raises :class:`ScanError`, also where a page cannot be drawn."""
    count, seen = pages_in(source.path), list[Seen]()
    for first in range(1, count + 1, AT_ONCE):
        tell("looking", first - 1, count)
        seen += [_seen(picture) for picture in _drawn(source.path, first, min(first + AT_ONCE - 1, count), folder)]
    if len(seen) != count:
        raise ScanError(Problem.DAMAGED)
    return seen


def _drawn(path: Path, first: int, last: int, folder: Path) -> Iterator[Image.Image]:
    """Some pages as pictures, in their order."""
    target = folder / f"look-{first}"
    target.mkdir()
    command = [
        "pdftoppm",
        "-r",
        str(CODE_DOTS),
        "-f",
        str(first),
        "-l",
        str(last),
        "-scale-to",
        str(SIDE // 2),
        "-gray",
    ]
    seconds = PAGE_SECONDS * (1 + last - first)
    subprocess.run(  # noqa: S603 - the operator's program, names of our own
        [*command, str(path), str(target / "page")], capture_output=True, timeout=seconds, check=False
    )
    for drawn in sorted(target.glob("page-*.pgm")):
        with Image.open(drawn) as opened:
            opened.load()
        drawn.unlink()
        yield opened


def _seen(picture: Image.Image) -> Seen:
    codes = zxingcpp.read_barcodes(picture, formats=_CODES)
    return Seen(any(code.text == SEPARATOR for code in codes), _is_blank(picture))


def _is_blank(picture: Image.Image) -> bool:
    side, top = int(picture.width * MARGIN), int(picture.height * MARGIN)
    inner = picture.crop((side, top, picture.width - side, picture.height - top))
    return sum(inner.histogram()[:DARK]) < INK * inner.width * inner.height
