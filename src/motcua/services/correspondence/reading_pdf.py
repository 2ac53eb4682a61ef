"""PDF drafts read: what the places of their text tell for the format check, and their body taken over.

A PDF holds where letters stand, not how a program was told to set them. Of the margins the left one is where lines
begin, the upper one about where the first line stands; where lines would end, and how far apart paragraphs were meant,
it does not say.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from motcua.engines.rendering.texts import Page, UnreadableError, layout_of
from motcua.kernel.errors import Refused
from motcua.services.correspondence.rules.layout import FONT, Finding, Measured, check
from motcua.services.correspondence.secrecy import require_unmarked
from motcua.services.correspondence.types import DocumentType

MILLIMETRES = 25.4 / 72
ASCENT = 0.89  # of Times New Roman, of its size
LETTER = 0.45  # of its size: the usual width of a letter
SLACK = 1.5  # millimetres: letters do not fill the height of their line in every program alike
INDENT = 8.0  # points: a line that begins further in begins a paragraph
_HEAD = re.compile(r"^(CỘNG H|Độc lập|Số:|Kính gửi|V/v )|ngày .* tháng .* năm")
_STYLE = re.compile(r"[-,].*$|PS(MT)?$|MT$")
# Drawn to its measures: by these programs replace it where it is not installed, as this house does.
_ALIKE = ("TimesNewRoman", "Tinos", "LiberationSerif")


@dataclass
class Line:
    """Pieces that stand side by side."""

    text: str
    x: float
    y: float
    size: float
    page: int
    end: float


def checked_pdf(content: bytes, *, kind: DocumentType | None, subject: str) -> tuple[str, list[Finding]]:
    """The body of a PDF draft of a type, and what its check has found, with what a PDF cannot tell at the end.

    Raises ``Refused`` for one that cannot be read, has no text (a scan), or bears a mark of secrecy.
    """
    try:
        pages = layout_of(content)
    except UnreadableError as error:
        raise Refused(_("This PDF cannot be read."), code="pdf") from error
    lines = [line for number, page in enumerate(pages) for line in _lines(page, number)]
    if not lines:
        raise Refused(_("This PDF has no text, as a scan has none: its format cannot be checked."), code="scan")
    require_unmarked([line.text for line in lines])
    left = _left(lines)
    name, abbreviation = (kind.name, kind.abbreviation) if kind else ("", "")
    body = _body(lines, name, subject)
    found = check(_measured(pages, lines, body, left), type_name=name, abbreviation=abbreviation)
    return "\n".join(_paragraphs(body, left)), [*found, Finding("untold")]


def _lines(page: Page, number: int) -> list[Line]:
    """The lines of a page, columns apart, without its number at the top."""
    found: list[Line] = []
    for piece in page.pieces:
        text, last = unicodedata.normalize("NFC", piece.text.replace("\n", " ")), found[-1] if found else None
        end = piece.x + LETTER * piece.size * len(text)
        if last and abs(last.y - piece.y) < 2 and last.x <= piece.x < last.end + 2 * piece.size:
            last.text, last.end = last.text + text, end
        else:
            found.append(Line(text, piece.x, piece.y, piece.size, number, end))
    for line in found:
        line.text = " ".join(line.text.split())
    return [line for line in found if line.text and not (line.text.isdecimal() and line.y * MILLIMETRES < 20)]


def _left(lines: Sequence[Line]) -> float:
    """Where lines begin: the first place from the left at which several do, in points."""
    begins = Counter(round(line.x) for line in lines)
    several = [x for x, count in begins.items() if count >= 3]
    return float(min(several or begins))


def _measured(pages: Sequence[Page], lines: Sequence[Line], body: Sequence[Line], left: float) -> Measured:
    first = min((line for line in lines if line.page == lines[0].page), key=lambda line: line.y)
    fonts, sizes = Counter[str](), Counter[float]()
    for piece in (piece for page in pages for piece in page.pieces):
        fonts[font_family(piece.font)] += len(piece.text.strip())
    for line in body:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return Measured(
        width=pages[0].width * MILLIMETRES,
        height=pages[0].height * MILLIMETRES,
        top=(first.y - ASCENT * first.size) * MILLIMETRES,
        bottom=None,
        left=left * MILLIMETRES,
        right=None,
        slack=SLACK,
        fonts=dict(fonts),
        body_sizes=dict(sizes),
        lines=tuple(line.text for line in lines),
    )


def font_family(name: str) -> str:
    """A font by its family: ``ABCDEF+TimesNewRomanPS-BoldMT`` is Times New Roman."""
    family = _STYLE.sub("", name.partition("+")[2] or name)
    return FONT if family.replace(" ", "").startswith(_ALIKE) else family


def _body(lines: Sequence[Line], type_name: str, subject: str) -> list[Line]:
    """What stands between head and foot."""
    heads = [at for at, line in enumerate(lines[:25]) if _HEAD.search(line.text) or line.text == type_name.upper()]
    body = list(lines[heads[-1] + 1 if heads else 0 :])
    while body and body[0].text.casefold() in subject.casefold():
        body.pop(0)
    foot = next((at for at, line in enumerate(body) if line.text.startswith("Nơi nhận")), len(body))
    return body[:foot]


def _paragraphs(lines: Iterable[Line], left: float) -> list[str]:
    found: list[str] = []
    for line in lines:
        if found and line.x < left + INDENT:
            found[-1] += f" {line.text}"
        else:
            found.append(line.text)
    return found
