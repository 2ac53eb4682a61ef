"""Small pieces of typeset text that other rooms put into finished documents."""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import HERE, render
from motcua.kernel.text.dates import VIETNAM

_LINE = Template(HERE / "snippets_typst", "line.typ")
_ARRIVAL = Template(HERE / "snippets_typst", "arrival.typ")
_WATERMARK = Template(HERE / "snippets_typst", "watermark.typ")
_LINES = Template(HERE / "snippets_typst", "lines.typ")
# A snippet has no date of its own; a fixed one keeps its bytes the same.
_NO_DATE = datetime(2000, 1, 1, tzinfo=VIETNAM)


@lru_cache(maxsize=256)
def line_of_text(
    text: str, *, width: float, height: float, italic: bool = False, bold: bool = False, align: str = "left"
) -> bytes:
    """A one-page PDF of that size (points) with ``text`` on one line, narrowed to fit."""
    data = {"text": text, "italic": italic, "bold": bold, "align": align, "width": width, "height": height}
    return render(_LINE, data, dated=_NO_DATE)


@lru_cache(maxsize=64)
def lines_of_text(lines: tuple[str, ...], *, width: float, height: float, size: float) -> bytes:
    """A one-page PDF of that size (points) with ``lines`` of ``size`` points, aligned to the right."""
    data = {"lines": list(lines), "size": size, "width": width, "height": height}
    return render(_LINES, data, dated=_NO_DATE)


@dataclass(frozen=True)
class ArrivalStamp:
    """What an arrival stamp says (Decree 30/2020/NĐ-CP, appendix IV); the last two may be empty."""

    agency: str
    number: str
    day: str
    passed_to: str = ""
    file_notation: str = ""


@lru_cache(maxsize=64)
def arrival_stamp(stamp: ArrivalStamp, *, width: float, height: float) -> bytes:
    """A one-page PDF of that size (points) with an arrival stamp. Raises :class:`RenderingError`."""
    return render(_ARRIVAL, asdict(stamp) | {"width": width, "height": height}, dated=_NO_DATE)


@lru_cache(maxsize=64)
def watermark(lines: tuple[str, ...], *, width: float, height: float) -> bytes:
    """A one-page PDF of that size (points) with ``lines`` across it. Raises :class:`RenderingError`."""
    data = {"lines": list(lines), "width": width, "height": height}
    return render(_WATERMARK, data, dated=_NO_DATE)
