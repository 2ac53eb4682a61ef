"""Word drafts read: measured for the format check, and their text taken over."""

import io
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import docx
from docx.document import Document
from docx.exceptions import PythonDocxError
from docx.oxml.ns import qn
from docx.shared import Length
from lxml.etree import XMLSyntaxError

from motcua.engines.rendering.drafts import check_docx
from motcua.engines.rendering.errors import UnsafeTemplate
from motcua.services.correspondence.rules.layout import Finding, Measured, Table, check
from motcua.services.correspondence.secrecy import require_unmarked
from motcua.services.correspondence.types import DocumentType
from motcua.services.correspondence.word_text import Looks, outside_tables, runs_of, text_of

MOST_LINES, MOST_TABLES, MOST_OF_TABLE = 5_000, 50, 100
DAMAGED = (
    LookupError, ValueError, AttributeError, TypeError, AssertionError,
    PythonDocxError, XMLSyntaxError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip


def read_docx(content: bytes) -> tuple[Measured, str]:
    """The measures of a Word document, and the text of its body (what stands outside tables: head and foot are
    tables in official documents). Raises :class:`UnsafeTemplate` for what is no plain Word document.
    """
    check_docx(content)
    try:
        return _read(docx.Document(io.BytesIO(content)))
    except DAMAGED as error:
        raise UnsafeTemplate("not a .docx file") from error


def _read(document: Document) -> tuple[Measured, str]:
    section = document.sections[0]
    # By element, not by cell: a cell may claim to span any number of columns.
    paragraphs = list(islice(document.element.body.iter(qn("w:p")), MOST_LINES))
    body = list(islice(outside_tables(document.element.body), MOST_LINES))
    looks, fonts, sizes = Looks(document), Counter[str](), Counter[float]()
    for font, _size, letters in _looks(looks, paragraphs):
        fonts[font] += letters
    for _font, size, letters in _looks(looks, body):
        sizes.update({size: letters} if size is not None else {})
    measured = Measured(
        width=_mm(section.page_width),
        height=_mm(section.page_height),
        top=_mm(section.top_margin),
        bottom=_mm(section.bottom_margin),
        left=_mm(section.left_margin),
        right=_mm(section.right_margin),
        fonts=dict(fonts),
        body_sizes=dict(sizes),
        lines=tuple(line for paragraph in paragraphs for line in _lines(paragraph)),
        tables=tuple(_table(table) for table in islice(document.element.body.iter(qn("w:tbl")), MOST_TABLES)),
    )
    return measured, "\n".join(line for paragraph in body for each in _lines(paragraph) if (line := each.strip()))


def _looks(looks: Looks, paragraphs: Iterable[Any]) -> Iterator[tuple[str, float | None, int]]:
    """The font and size of each run, with its letters."""
    for paragraph in paragraphs:
        for run in runs_of(paragraph):
            if letters := len(text_of(run).strip()):
                yield *looks.of(run, paragraph), letters


def _table(table: Any) -> Table:
    rows = table.findall(qn("w:tr"))
    text = " ".join(line for each in islice(table.iter(qn("w:p")), MOST_OF_TABLE) for line in _lines(each))
    return Table(len(rows), max((len(row.findall(qn("w:tc"))) for row in rows), default=0), text)


def _lines(paragraph: Any) -> list[str]:
    return unicodedata.normalize("NFC", text_of(paragraph)).split("\n")


def without_heading(text: str, *, type_name: str, subject: str) -> str:
    """A body without the name of the type and the subject, which the template sets itself."""
    lines = text.split("\n")
    while lines and lines[0].casefold() in (type_name.casefold(), subject.casefold(), f"v/v {subject.casefold()}"):
        lines.pop(0)
    return "\n".join(lines)


def checked(content: bytes, *, kind: DocumentType | None, subject: str) -> tuple[str, list[Finding]]:
    """The text of a Word draft of a type, and what its check has found.

    Raises :class:`UnsafeTemplate`, and ``Refused`` for one that bears a mark of secrecy.
    """
    measured, body = read_docx(content)
    require_unmarked(measured.lines)
    name, abbreviation = (kind.name, kind.abbreviation) if kind else ("", "")
    text = without_heading(body, type_name=name, subject=subject)
    return text, check(measured, type_name=name, abbreviation=abbreviation)


def _mm(length: Length | None) -> float:
    return float(length.mm) if length is not None else 0.0
