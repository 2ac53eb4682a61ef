"""A draft as a Word file in the layout of Decree 30/2020/NĐ-CP, appendix I, for whoever goes on writing it in Word.

Head, addressee and foot stand in tables, so that reading the file again (``reading``) gives the text alone.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.models import OutgoingDocument

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "Times New Roman"
_CENTRE, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def word_of(data: Mapping[str, Any], *, mark: str, signer: tuple[str, str]) -> bytes:
    """The file from what the page is set from (``drafting.data_of``). ``mark`` follows the number; ``signer``: title
    and name.
    """
    document, output = docx.Document(), io.BytesIO()
    _page(document)
    _head(document, data, mark)
    if data["type"]:
        _line(document.add_paragraph(), data["type"].upper(), size=14, bold=True)
        _line(document.add_paragraph(), data["subject"], size=14, bold=True)
    if data["to"]:
        _cell(document.add_table(1, 1).rows[0].cells[0], [(f"Kính gửi: {data['to']}", 14, False, False)])
    for text in data["paragraphs"]:
        paragraph = document.add_paragraph(_plain(text))
        paragraph.alignment = _JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(10)
        paragraph.paragraph_format.space_after = Pt(6)
    _foot(document, data["recipients"], signer)
    document.save(output)
    return output.getvalue()


def table_of(data: Mapping[str, Any], columns: Sequence[tuple[str, float]], rows: Iterable[Sequence[str]]) -> bytes:
    """A list on sheets that lie: whose it is (``agency``), ``title``, ``period``; ``columns`` with widths in mm.

    Two milliseconds a row.
    """
    document, output = docx.Document(), io.BytesIO()
    _page(document)
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    for text, bold in ((data["agency"].upper(), True), (data["title"], True), (data["period"], False)):
        _line(document.add_paragraph(), text, size=13, bold=bold)
    table = document.add_table(1, len(columns), style="Table Grid")
    table.autofit = False
    for column, (_label, width) in zip(table.columns, columns, strict=True):
        column.width = Mm(width)
    for place, texts in enumerate(chain([[label for label, _width in columns]], rows)):
        row = table.rows[0] if not place else table.add_row()
        for cell, text in zip(row.cells, texts, strict=True):
            run = cell.paragraphs[0].add_run(_plain(text))
            run.font.size, run.bold = Pt(11), not place
    document.save(output)
    return output.getvalue()


def signer_title(document: OutgoingDocument, at: datetime) -> tuple[str, str]:
    """The title and name of the leader who is to sign."""
    held = Position.objects.on(local_day(at)).filter(office=document.office_id, officer=document.signer_id)
    leads = held.filter(roles__contains=["leader"]).order_by("valid_from", "id").first()
    return leads.title if leads else "", document.signer.display_name


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(20),
        Mm(20),
        Mm(30),
        Mm(15),
    )
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)


def _head(document: Document, data: Mapping[str, Any], mark: str) -> None:
    left, right = document.add_table(1, 2).rows[0].cells
    above = [(data["superior"].upper(), 12, False, False)] if data["superior"] else []
    about = [] if data["type"] else [(f"V/v {data['subject']}", 12, False, False)]
    _cell(left, [*above, (data["agency"].upper(), 12, True, False), (f"Số: …/{mark}", 13, False, False), *about])
    date = f"{data['place']}, ngày … tháng … năm …"
    _cell(
        right,
        [
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True, False),
            ("Độc lập - Tự do - Hạnh phúc", 13, True, False),
            (date, 13, False, True),
        ],
    )
    marks = [data[name].upper() for name in ("urgency", "circulation") if data[name]]
    if marks:
        _cell(document.add_table(1, 1).rows[0].cells[0], [(" · ".join(marks), 13, True, False)])


def _foot(document: Document, recipients: Sequence[str], signer: tuple[str, str]) -> None:
    left, right = document.add_table(1, 2).rows[0].cells
    _cell(left, [("Nơi nhận:", 12, True, True), *((f"- {name};", 11, False, False) for name in recipients)])
    for paragraph in left.paragraphs:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    title, name = signer
    _cell(right, [(title.upper(), 14, True, False), *[("", 14, False, False)] * 3, (name, 14, True, False)])


def _cell(cell: _Cell, lines: Sequence[tuple[str, int, bool, bool]]) -> None:
    for place, (text, size, bold, italic) in enumerate(lines):
        _line(cell.paragraphs[0] if place == 0 else cell.add_paragraph(), text, size=size, bold=bold, italic=italic)


def _line(paragraph: Paragraph, text: str, *, size: int, bold: bool = False, italic: bool = False) -> None:
    paragraph.alignment = _CENTRE
    run = paragraph.add_run(_plain(text))
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


def _plain(text: str) -> str:
    """Without control characters, which no XML holds."""
    return "".join(letter for letter in text if letter.isprintable() or letter == " ")
