"""The format check (kiểm tra thể thức): what a Word draft shows against Decree 30/2020/NĐ-CP, appendix I.

Pure: a reader (``reading``) measures the file, these rules judge. A finding names the clause that it rests on.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

A4 = (210, 297)
TOLERANCE = 0.6  # mm: programs round to their own units
FONT = "Times New Roman"
# A normative document has the year between number and notation (Law on the Promulgation of Legal Documents).
_NOTATION = re.compile(r"Số:\s*(\d+|[…._\s]*)\s*/\s*(?:\d{4}\s*/\s*)?([A-ZĐa-zđ0-9]+(?:-[A-ZĐa-zđ0-9.]+)*)")
# A line of its own, as no citation of another document is.
_DATE = re.compile(
    r"\S.*,\s*ngày\s*(\d{1,2}|[…._\s]*)\s*tháng\s*(\d{1,2}|[…._\s]*)\s*năm\s*(\d{4}|\d{0,3}[…._\s]*)\s*"
)
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_NATION = re.compile(r"CỘNG\s+H(ÒA|OÀ)\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM")
_AUTHORITY = re.compile(r"(TM|KT|TL|TUQ|Q)\s*\.")
_TITLE = re.compile(
    r"\b(CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG|CHÁNH|BÍ THƯ|CHỦ NHIỆM|THỦ TƯỚNG|THANH TRA|TỔNG BIÊN TẬP|"
    r"CHỦ TỌA|CHỦ TOẠ|CHỦ TRÌ|THƯ KÝ|ĐẠI DIỆN|NGƯỜI)\b"
)
# The title stands beside the recipients; a program may read it some lines before them.
_BESIDE, _FOOT = 3, 15


@dataclass(frozen=True)
class Table:
    """A table of a Word file: rows, columns, what stands in it."""

    rows: int
    columns: int
    text: str


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
    tables: tuple[Table, ...] = ()
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
    "table": (
        _("A table in the body is not taken over into the text: attach it as an annex."), "Phụ lục I, phần II, mục 6",
    ),
    "signature": (_("The title of the signer is missing above the signature."), "Phụ lục I, phần II, mục 7"),
    "untold": (
        _("A PDF does not tell the right and bottom margins nor the space between lines: look yourself."),
        "Phụ lục I, phần I, mục 3; phần II, mục 6",
    ),
    "recipients": (_("“Nơi nhận:” is missing."), "Phụ lục I, phần II, mục 9"),
}  # fmt: skip


def check(measured: Measured, *, type_name: str, abbreviation: str) -> list[Finding]:
    """All findings, in the order of the document."""
    return [
        *_paper(measured),
        *_letters(measured),
        *_head(measured, abbreviation),
        *_body(measured, type_name, abbreviation),
        *_foot(measured),
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
    if sizes := measured.body_sizes:
        most = max(sizes, key=lambda size: sizes[size])
        if not 13 <= most <= 14:
            yield Finding("size", f"{most:g}")


def _head(measured: Measured, abbreviation: str) -> Iterator[Finding]:
    text = "\n".join(measured.lines)
    if not _NATION.search(text):
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
    yield from _date(measured)


def _date(measured: Measured) -> Iterator[Finding]:
    found = next((match for line in measured.lines if (match := _DATE.fullmatch(line.strip()))), None)
    if found is None or not _is_possible(*found.groups()):
        yield Finding("date", found[0] if found else "")
        return
    day, month = found[1], found[2]
    wrong_day = day.isdecimal() and len(day) == 1
    wrong_month = month.isdecimal() and month != (f"{int(month):02d}" if int(month) < 3 else str(int(month)))
    if wrong_day or wrong_month:
        yield Finding("day_zero", found[0])


def _is_possible(day: str, month: str, year: str) -> bool:
    """Whether there is such a day, as far as it is written already."""
    try:
        # A leap year with a month of 31 days, for what is still open.
        date(*(int(each) if each.isdecimal() else other for each, other in ((year, 2024), (month, 1), (day, 1))))
    except ValueError:
        return False
    return True


def _body(measured: Measured, type_name: str, abbreviation: str) -> Iterator[Finding]:
    named = _by_tones(type_name.upper())
    if abbreviation and not any(_by_tones(line) == named for line in measured.lines):
        yield Finding("heading", type_name.upper())
    tables = [each.text.strip()[:30] for each in measured.tables if _holds_data(each)]
    if tables:
        yield Finding("table", "; ".join(tables[:3]))


def _by_tones(line: str) -> str:
    """A line with the tone marks behind each word: ``ỦY`` and ``UỶ`` are the same."""
    words = []
    for word in unicodedata.normalize("NFD", line).split():
        tones = "".join(letter for letter in word if letter in _TONES)
        words.append("".join(letter for letter in word if letter not in _TONES) + tones)
    return " ".join(words)


def _holds_data(table: Table) -> bool:
    """Whether a table is more than the frame of head, addressee or foot."""
    is_frame = _NATION.search(table.text) or re.search("Nơi nhận|Kính gửi", table.text) or _is_title(table.text)
    return table.rows > 1 and table.columns > 1 and not is_frame


def _foot(measured: Measured) -> Iterator[Finding]:
    lines = [part.strip() for line in measured.lines for part in line.split("\t")]
    ends = [place for place, line in enumerate(lines) if line.startswith("Nơi nhận")]
    begin = ends[-1] - _BESIDE if ends else len(lines) - _FOOT
    if not any(map(_is_title, lines[max(0, begin) :])):
        yield Finding("signature")
    if not ends:
        yield Finding("recipients")


def _is_title(line: str) -> bool:
    """Whether a line names the office of who signs, in capitals as it must be."""
    return bool(_AUTHORITY.match(line) or (_TITLE.search(line) and line == line.upper()))


def explained(code: str, found: str) -> tuple[str, str]:
    """A finding in words: what is wrong (with what stands there instead) and the clause."""
    text, clause = TEXTS[code]
    return (f"{text} ({found})" if found else str(text)), clause
