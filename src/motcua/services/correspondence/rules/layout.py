"""The format check (kiểm tra thể thức): what a Word draft shows against Decree 30/2020/NĐ-CP, appendix I.

Pure: a reader (``reading``) measures the file, these rules judge. A finding names the clause that it rests on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

A4 = (210, 297)
TOLERANCE = 0.6  # mm: programs round to their own units
FONT = "Times New Roman"
_NOTATION = re.compile(r"Số:\s*(\d+|[…._\s]*)\s*/\s*([A-ZĐa-zđ0-9]+(?:-[A-ZĐa-zđ0-9.]+)*)")
_DATE = re.compile(r"ngày\s+(\d{1,2}|[…._\s]+)\s+tháng\s+(\d{1,2}|[…._\s]+)\s+năm\s+(\d{4}|[…._\s]+)")


@dataclass(frozen=True)
class Measured:
    """What a reader has found: millimetres (None: cannot be told), points, fonts with their letters, lines of text."""

    width: float
    height: float
    top: float | None
    bottom: float | None
    left: float | None
    right: float | None
    fonts: dict[str, int] = field(default_factory=dict)
    body_sizes: dict[float, int] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    slack: float = 0.0  # millimetres by which the measure itself may be off


@dataclass(frozen=True)
class Finding:
    """Something that is not as the decree asks: its code, and what was found instead."""

    code: str
    found: str = ""


# code: what is wrong, the clause.
TEXTS = {
    "paper": (_("The paper is not A4."), "Phụ lục I, phần I, mục 1"),
    "top": (_("The top margin is not 20 to 25 mm."), "Phụ lục I, phần I, mục 3"),
    "bottom": (_("The bottom margin is not 20 to 25 mm."), "Phụ lục I, phần I, mục 3"),
    "left": (_("The left margin is not 30 to 35 mm."), "Phụ lục I, phần I, mục 3"),
    "right": (_("The right margin is not 15 to 20 mm."), "Phụ lục I, phần I, mục 3"),
    "font": (_("The text is not in Times New Roman."), "Phụ lục I, phần I, mục 4"),
    "size": (_("The body is not in 13 or 14 points."), "Phụ lục I, phần II, mục 6"),
    "nation": (_("The name of the nation is missing."), "Phụ lục I, phần II, mục 1"),
    "motto": (_("The motto is missing or not written “Độc lập - Tự do - Hạnh phúc”."), "Phụ lục I, phần II, mục 1"),
    "number": (_("The line of number and notation is missing or not “Số: …/…”."), "Phụ lục I, phần II, mục 3"),
    "leading_zero": (_("A number below 10 is written with a leading zero."), "Phụ lục I, phần II, mục 3"),
    "type": (_("The notation does not begin with the abbreviation of the type."), "Phụ lục III"),
    "date": (_("Place and date are missing or not “…, ngày … tháng … năm …”."), "Phụ lục I, phần II, mục 4"),
    "day_zero": (
        _("Days below 10 and the months 1 and 2 have a leading zero, other months none."), "Phụ lục I, phần II, mục 4",
    ),
    "heading": (_("The name of the type does not stand in capitals on its line."), "Phụ lục I, phần II, mục 5"),
    "signature": (_("The title of the signer is missing above the signature."), "Phụ lục I, phần II, mục 7"),
    "untold": (
        _("A PDF does not tell the right and bottom margins nor the space between lines: look yourself."),
        "Phụ lục I, phần I, mục 3; phần II, mục 6",
    ),
    "recipients": (_("“Nơi nhận:” is missing."), "Phụ lục I, phần II, mục 9"),
}  # fmt: skip
_TITLES = (
    "CHỦ TỊCH",
    "GIÁM ĐỐC",
    "TRƯỞNG",
    "BỘ TRƯỞNG",
    "CHÁNH VĂN PHÒNG",
    "HIỆU TRƯỞNG",
    "TM.",
    "KT.",
    "TL.",
    "TUQ.",
    "Q.",
)


def check(measured: Measured, *, type_name: str, abbreviation: str) -> list[Finding]:
    """All findings, in the order of the document."""
    return [
        *_paper(measured),
        *_letters(measured),
        *_head(measured, abbreviation),
        *_foot(measured, type_name, abbreviation),
    ]


def _paper(measured: Measured) -> Iterator[Finding]:
    width, height = sorted((measured.width, measured.height))
    if abs(width - A4[0]) > TOLERANCE or abs(height - A4[1]) > TOLERANCE:
        yield Finding("paper", f"{measured.width:.0f} × {measured.height:.0f} mm")
    for side, (least, most) in {"top": (20, 25), "bottom": (20, 25), "left": (30, 35), "right": (15, 20)}.items():
        found: float | None = getattr(measured, side)
        off = TOLERANCE + measured.slack
        if found is not None and not least - off <= found <= most + off:
            yield Finding(side, f"{found:.0f} mm")


def _letters(measured: Measured) -> Iterator[Finding]:
    others = {font: count for font, count in measured.fonts.items() if font and font != FONT}
    if others:
        yield Finding("font", ", ".join(sorted(others)))
    whole = sum(measured.body_sizes.values())
    fitting = sum(count for size, count in measured.body_sizes.items() if 13 <= size <= 14)
    if whole and fitting * 2 < whole:
        most = max(measured.body_sizes, key=lambda size: measured.body_sizes[size])
        yield Finding("size", f"{most:g}")


def _head(measured: Measured, abbreviation: str) -> Iterator[Finding]:
    text = "\n".join(measured.lines)
    if not re.search(r"CỘNG\s+H(ÒA|OÀ)\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM", text):
        yield Finding("nation")
    if not re.search(r"Độc lập\s+-\s+Tự do\s+-\s+Hạnh phúc", text):
        yield Finding("motto")
    notation = _NOTATION.search(text)
    if notation is None:
        yield Finding("number")
    else:
        number, mark = notation[1].strip(), notation[2]
        if number.isdecimal() and int(number) < 10 and not number.startswith("0"):
            yield Finding("leading_zero", number)
        if abbreviation and mark.split("-")[0] != abbreviation:
            yield Finding("type", mark)
    yield from _date(text)


def _date(text: str) -> Iterator[Finding]:
    found = _DATE.search(text)
    if found is None:
        yield Finding("date")
        return
    day, month = found[1], found[2]
    wrong_day = day.isdecimal() and len(day) == 1
    wrong_month = month.isdecimal() and month != (f"{int(month):02d}" if int(month) < 3 else str(int(month)))
    if wrong_day or wrong_month:
        yield Finding("day_zero", found[0])


def _foot(measured: Measured, type_name: str, abbreviation: str) -> Iterator[Finding]:
    if abbreviation and not any(line.strip() == type_name.upper() for line in measured.lines):
        yield Finding("heading", type_name.upper())
    if not any(line.strip().startswith(_TITLES) for line in measured.lines):
        yield Finding("signature")
    if not any(line.strip().startswith("Nơi nhận") for line in measured.lines):
        yield Finding("recipients")


def explained(code: str, found: str) -> tuple[str, str]:
    """A finding in words: what is wrong (with what stands there instead) and the clause."""
    text, clause = TEXTS[code]
    return (f"{text} ({found})" if found else str(text)), clause
