"""The format check of drafts: every rule by a document that breaks it."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx.shared import Mm, Pt
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from motcua.engines.editions.queries import in_force
from motcua.engines.rendering.errors import UnsafeTemplate
from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render
from motcua.kernel.errors import Refused
from motcua.services.correspondence.editing import _word
from motcua.services.correspondence.models import DraftVersion
from motcua.services.correspondence.reading import read_docx, without_heading
from motcua.services.correspondence.reading_pdf import checked_pdf, font_family
from motcua.services.correspondence.rules import outgoing as rules
from motcua.services.correspondence.rules.layout import TEXTS, Measured, check, explained
from motcua.services.correspondence.types import DOCUMENT_TYPES
from motcua.services.correspondence.word import DOCX
from tests.factories import sign_in
from tests.services.correspondence.factories import make_agency

LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: 05/QĐ-UBND",
    "Mẫu Sơn, ngày 05 tháng 02 năm 2026", "QUYẾT ĐỊNH", "Về việc thử", "Điều 1.", "CHỦ TỊCH", "Nơi nhận:",
)  # fmt: skip
RIGHT = Measured(210, 297, 20, 20, 30, 15, {"Times New Roman": 500}, {14.0: 500}, LINES)


def codes(measured: Measured) -> list[str]:
    return [each.code for each in check(measured, type_name="Quyết định", abbreviation="QĐ")]


def swapped(old: str, new: str) -> Measured:
    return replace(RIGHT, lines=tuple(new if line == old else line for line in LINES))


def test_a_right_document_has_no_finding() -> None:
    assert codes(RIGHT) == []


@pytest.mark.parametrize(
    ("code", "measured"),
    [
        ("paper", replace(RIGHT, width=216, height=279)),
        ("top", replace(RIGHT, top=10)),
        ("bottom", replace(RIGHT, bottom=30)),
        ("left", replace(RIGHT, left=25)),
        ("right", replace(RIGHT, right=25)),
        ("font", replace(RIGHT, fonts={"Arial": 20, "Times New Roman": 500})),
        ("size", replace(RIGHT, body_sizes={11.0: 400, 14.0: 100})),
        ("nation", swapped(LINES[0], "")),
        ("motto", swapped(LINES[1], "Độc lập – Tự do – Hạnh phúc")),
        ("number", swapped(LINES[2], "Quyết định số 5")),
        ("leading_zero", swapped(LINES[2], "Số: 5/QĐ-UBND")),
        ("type", swapped(LINES[2], "Số: 05/UBND-VP")),
        ("date", swapped(LINES[3], "Mẫu Sơn, 5/2/2026")),
        ("day_zero", swapped(LINES[3], "Mẫu Sơn, ngày 5 tháng 02 năm 2026")),
        ("heading", swapped("QUYẾT ĐỊNH", "Quyết định")),
        ("signature", swapped("CHỦ TỊCH", "Trân trọng")),
        ("recipients", swapped("Nơi nhận:", "")),
    ],
)
def test_each_rule_finds_what_breaks_it(code: str, measured: Measured) -> None:
    assert codes(measured) == [code]
    text, clause = explained(code, "x")
    assert text.endswith("(x)")
    assert clause.startswith("Phụ lục")


def test_every_finding_is_explained() -> None:
    assert {code for measured in (replace(RIGHT, lines=()), RIGHT) for code in codes(measured)} <= set(TEXTS)


@given(st.integers(1, 12), st.integers(1, 28))
def test_dates_as_the_house_writes_them_are_right(month: int, day: int) -> None:
    written = f"{month:02d}" if month < 3 else str(month)
    assert codes(swapped(LINES[3], f"Mẫu Sơn, ngày {day:02d} tháng {written} năm 2026")) == []


def word(**margins: Any) -> bytes:
    """A Word document with the head in a table, as such documents have it."""
    document, file = docx.Document(), io.BytesIO()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, wide in {"top": 20, "bottom": 20, "left": 30, "right": 15, **margins}.items():
        setattr(section, f"{side}_margin", Mm(wide))
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = "Times New Roman", Pt(14)
    head = document.add_table(1, 2).rows[0].cells
    head[0].text, head[1].text = "\n".join(LINES[2:3]), "\n".join([*LINES[:2], LINES[3]])
    for line in ("QUYẾT ĐỊNH", "Về việc thử", "Điều 1. Ban hành."):
        document.add_paragraph(line)
    foot = document.add_table(1, 2).rows[0].cells
    foot[0].text, foot[1].text = "Nơi nhận:\n- Như trên;", "CHỦ TỊCH"
    document.save(file)
    return file.getvalue()


def test_a_word_file_is_measured_and_its_text_taken_over() -> None:
    measured, body = read_docx(word(left=20))
    assert codes(measured) == ["left"]
    assert without_heading(body, type_name="Quyết định", subject="Về việc thử") == "Điều 1. Ban hành."
    with pytest.raises(UnsafeTemplate):
        read_docx(b"PK not a file")


def test_notations_are_proposed_as_the_decree_writes_them() -> None:
    assert rules.agency_mark("Ủy ban nhân dân xã Mẫu Sơn", "commune_committee") == "UBND"
    assert rules.agency_mark("Sở Xây dựng tỉnh Mẫu Sơn", "department") == "SXD"
    assert rules.agency_mark("Phòng Kinh tế (Ủy ban nhân dân xã)", "division") == "PKT"
    assert rules.mark_of("QĐ", "UBND", "PKT") == "QĐ-UBND"
    assert rules.mark_of("", "UBND", "PKT") == "UBND-PKT"
    assert (rules.number_text(5), rules.number_text(125)) == ("05", "125")


def rewritten(content: bytes, pattern: bytes, new: bytes) -> bytes:
    """A Word file whose text was changed as no program of an office does."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            held = before.read(name)
            if name == "word/document.xml":
                held, changed = re.subn(pattern, new, held, flags=re.DOTALL)
                assert changed
            after.writestr(name, held)
    return file.getvalue()


@pytest.mark.parametrize("pattern", [rb"<w:sectPr.*</w:sectPr>", rb"</w:body>", rb'(?<=w:w=")[0-9]+'])
def test_a_word_file_without_a_page_or_a_whole_text_is_refused(pattern: bytes) -> None:
    with pytest.raises(UnsafeTemplate):
        read_docx(rewritten(word(), pattern, b"x" if pattern.endswith(b"+") else b""))


def test_a_cell_that_claims_to_span_everything_costs_nothing() -> None:
    wide = rewritten(word(), rb"(<w:tcW [^>]*/>)", rb'\1<w:gridSpan w:val="200000"/>')
    assert read_docx(wide) == read_docx(word())


PRINTED = """
#set page(paper: "PAPER", margin: (top: TOP, bottom: 20mm, left: LEFT, right: 15mm))
#set text(font: "Tinos", size: 14pt, lang: "vi")
#set par(justify: true, first-line-indent: (amount: 10mm, all: true))
#grid(columns: (1fr, 1fr), align: center, row-gutter: 6pt,
  [ỦY BAN NHÂN DÂN XÃ MẪU SƠN], [CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM],
  [], [*Độc lập - Tự do - Hạnh phúc*],
  [Số: 05/QĐ-UBND], [_Mẫu Sơn, ngày DAY tháng 02 năm 2026_])
#align(center)[*QUYẾT ĐỊNH* \\ *Về việc thử*]

BODY

BODY

#grid(columns: (1fr, 1fr), [*Nơi nhận:* \\ - Như trên.], align(center)[*CHỦ TỊCH*])
""".replace("BODY", "Đèn đường sẽ được sửa trong tuần này, các thôn báo cáo kết quả về Ủy ban nhân dân xã. " * 4)


def printed(folder: Path, **changed: str) -> tuple[list[str], str]:
    """What the check says of a PDF as a word processor prints it, and the body taken over."""
    set_as = {"PAPER": "a4", "TOP": "20mm", "LEFT": "30mm", "DAY": "05"} | changed
    source = PRINTED
    for name, value in set_as.items():
        source = source.replace(name, value)
    (folder / "draft.typ").write_text(source)
    content = render(Template(folder, "draft.typ"), {}, dated=timezone.now())
    (folder / "draft.pdf").write_bytes(content)
    kind = in_force(DOCUMENT_TYPES, timezone.localdate()).rules.find("quyet_dinh")
    text, found = checked_pdf(content, kind=kind, subject="Về việc thử")
    return [each.code for each in found], text


@pytest.mark.django_db
def test_a_pdf_is_checked_for_what_it_tells(tmp_path: Path) -> None:
    right, text = printed(tmp_path)
    assert right == ["font", "untold"]  # set in the house's own font
    assert [line[:9] for line in text.splitlines()] == ["Đèn đường", "Đèn đường"]
    assert all(line.endswith("nhân dân xã.") for line in text.splitlines())
    wrong, _text = printed(tmp_path, PAPER="us-letter", TOP="40mm", LEFT="20mm", DAY="5")
    assert wrong == ["paper", "top", "left", "font", "day_zero", "untold"]
    picture = io.BytesIO()
    Image.new("L", (100, 140), 255).save(picture, "PDF")
    for content, code in ((picture.getvalue(), "scan"), (b"%PDF-1.7\n%%EOF", "pdf")):
        with pytest.raises(Refused) as refused:
            checked_pdf(content, kind=None, subject="")
        assert refused.value.code == code


@pytest.mark.django_db
def test_a_pdf_is_uploaded_as_a_draft_and_edited_as_word(client: Client, tmp_path: Path) -> None:
    agency = make_agency()
    printed(tmp_path)
    file = SimpleUploadedFile("du-thao.pdf", (tmp_path / "draft.pdf").read_bytes())
    facts = {"type": "quyet_dinh", "mark": "QĐ-UBND", "subject": "Về việc thử", "signer": str(agency.leader.pk)}
    made = sign_in(client, agency.first).post(reverse("correspondence:draft"), {**facts, "urgency": "0", "docx": file})
    assert made.status_code == 302
    page = client.get(made["Location"]).content.decode()
    assert "Tệp PDF không cho biết lề phải" in page
    version = DraftVersion.objects.select_related("source__blob", "document__office", "document__signer").get()
    assert version.source is not None
    assert (version.source.name, version.text.startswith("Đèn đường")) == ("du-thao.pdf", True)
    assert _word(version).media_type == DOCX


@pytest.mark.parametrize("name", ["ABCDEF+TimesNewRomanPS-BoldMT", "TimesNewRomanPSMT", "TimesNewRoman,Italic"])
def test_times_new_roman_is_known_by_the_names_that_programs_give_it(name: str) -> None:
    assert font_family(name) == "Times New Roman"
    assert font_family("ABCDEF+Arial-BoldMT") == "Arial"
