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
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.parser import parse_xml
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
from motcua.services.correspondence.reading import checked, read_docx, without_heading
from motcua.services.correspondence.reading_pdf import checked_pdf, font_family
from motcua.services.correspondence.rules import outgoing as rules
from motcua.services.correspondence.rules.layout import TEXTS, Measured, Table, check, explained
from motcua.services.correspondence.types import DOCUMENT_TYPES
from motcua.services.correspondence.word import DOCX, word_of
from tests.engines.signing.factories import decision
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
        ("date", swapped(LINES[3], "ngày 05 tháng 02 năm 2026")),
        ("date", swapped(LINES[3], "Mẫu Sơn, ngày 31 tháng 4 năm 2026")),
        ("day_zero", swapped(LINES[3], "Mẫu Sơn, ngày 5 tháng 02 năm 2026")),
        ("heading", swapped("QUYẾT ĐỊNH", "Quyết định")),
        ("signature", swapped("CHỦ TỊCH", "Trân trọng")),
        ("signature", swapped("CHỦ TỊCH", "Chủ tịch")),
        ("recipients", swapped("Nơi nhận:", "")),
        ("table", replace(RIGHT, tables=(Table(3, 2, "Số tiền 1.000"),))),
    ],
)
def test_each_rule_finds_what_breaks_it(code: str, measured: Measured) -> None:
    assert codes(measured) == [code]
    text, clause = explained(code, "x")
    assert text.endswith("(x)")
    assert clause.startswith("Phụ lục")


CITED = (
    "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH MẪU SƠN", "Căn cứ Luật Tổ chức chính quyền địa phương, ngày 16 tháng 6 năm 2025;",
    "Quyết định này có hiệu lực kể từ ngày 01 tháng 3 năm 2026.", "Điều 1.", "Điều 2.", "Điều 3.",
)  # fmt: skip


def test_what_a_document_cites_stands_for_no_date_and_no_title_of_its_own() -> None:
    at = LINES.index("Điều 1.")
    cited = replace(RIGHT, lines=(*LINES[:at], *CITED, *LINES[at:]))
    assert codes(cited) == []
    bare = [line for line in cited.lines if line not in (LINES[3], "CHỦ TỊCH")]
    assert codes(replace(cited, lines=tuple(bare))) == ["date", "signature"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LINES[2], "Số: 12/2026/QĐ-UBND"),
        (LINES[2], "Số:      /QĐ-UBND"),
        (LINES[2], "Số: ..../QĐ-UBND"),
        (LINES[3], "Mẫu Sơn, ngày  tháng  năm 2026"),
        (LINES[3], "Mẫu Sơn, ngày..... tháng 11 năm 20…"),
        (LINES[3], f"{LINES[2]}\t{LINES[3]}"),
        ("CHỦ TỊCH", "CỤC TRƯỞNG"),
        ("CHỦ TỊCH", "TL.GIÁM ĐỐC"),
        ("CHỦ TỊCH", "BÍ THƯ"),
        ("Nơi nhận:", "Nơi nhận:\tKT. CHỦ TỊCH"),
    ],
)
def test_what_is_written_otherwise_but_rightly_is_no_finding(old: str, new: str) -> None:
    assert codes(swapped(old, new)) == []


def test_where_a_tone_mark_stands_is_left_to_who_writes() -> None:
    for written in ("GIẤY ỦY QUYỀN", "GIẤY UỶ QUYỀN"):
        lines = tuple(line.replace("QUYẾT ĐỊNH", written).replace("QĐ", "GUQ") for line in LINES)
        assert check(replace(RIGHT, lines=lines), type_name="Giấy ủy quyền", abbreviation="GUQ") == []


WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TRACKED = (
    f'<w:p {WORDS}><w:pPr><w:tabs><w:tab w:val="left" w:pos="9"/></w:tabs></w:pPr><w:r><w:t>Giữ,</w:t></w:r>'
    '<w:del w:id="1" w:author="a"><w:r><w:delText>bỏ,</w:delText></w:r></w:del>'
    '<w:moveFrom w:id="2" w:author="a"><w:r><w:t>đi,</w:t></w:r></w:moveFrom>'
    '<w:ins w:id="3" w:author="a"><w:r><w:t xml:space="preserve"> thêm,</w:t></w:r></w:ins>'
    "<w:sdt><w:sdtContent><w:r><w:br/><w:t>điền,</w:t></w:r></w:sdtContent></w:sdt>"
    "<w:smartTag><w:r><w:tab/><w:t>nhận ra</w:t></w:r></w:smartTag></w:p>"
)
CONTROL = f"<w:sdt {WORDS}><w:sdtContent><w:p><w:r><w:t>Cả đoạn.</w:t></w:r></w:p></w:sdtContent></w:sdt>"


def test_text_that_was_inserted_or_filled_in_is_read_and_deleted_text_is_not() -> None:
    document = docx.Document(io.BytesIO(word()))
    document.element.body.insert(0, parse_xml(TRACKED))
    document.element.body.insert(1, parse_xml(CONTROL))
    file = io.BytesIO()
    document.save(file)
    measured, body = read_docx(file.getvalue())
    assert body.splitlines()[:3] == ["Giữ, thêm,", "điền,\tnhận ra", "Cả đoạn."]
    assert measured.lines[:2] == ("Giữ, thêm,", "điền,\tnhận ra")


def test_looks_come_from_styles_defaults_and_theme() -> None:
    document = docx.Document()  # as python-docx has it: 11 points in the theme's font
    document.add_paragraph("Điều 1. " * 20)
    assert looks(document) == {("Cambria", 11.0)}
    outer = document.styles.add_style("Thân", WD_STYLE_TYPE.PARAGRAPH)
    outer.font.name, outer.font.size = "Arial", Pt(12)
    inner = document.styles.add_style("Thân trong", WD_STYLE_TYPE.PARAGRAPH)
    inner.base_style = outer
    document.paragraphs[0].style = inner
    assert looks(document) == {("Arial", 12.0)}
    outer.base_style = inner  # a circle
    document.paragraphs[0].runs[0].font.size = Pt(13)
    assert looks(document) == {("Arial", 13.0)}


def looks(document: Any) -> set[tuple[str, float]]:
    file = io.BytesIO()
    document.save(file)
    measured, _body = read_docx(file.getvalue())
    return set(zip(measured.fonts, measured.body_sizes, strict=True))


def test_a_table_of_figures_in_the_body_is_told_and_the_frame_is_not() -> None:
    document, file = docx.Document(io.BytesIO(word())), io.BytesIO()
    document.add_table(2, 2).rows[0].cells[0].text = "Số tiền"
    document.save(file)
    measured, _body = read_docx(file.getvalue())
    found = check(measured, type_name="Quyết định", abbreviation="QĐ")
    assert [(each.code, each.found) for each in found] == [("table", "Số tiền")]


@pytest.mark.django_db
def test_no_type_that_the_house_itself_sets_in_word_has_a_finding() -> None:
    for kind in in_force(DOCUMENT_TYPES, timezone.localdate()).rules.types:
        data = {
            "superior": "Ủy ban nhân dân tỉnh Mẫu Sơn", "agency": "Sở Tư pháp", "place": "Mẫu Sơn", "to": "Sở Nội vụ",
            "type": kind.name if kind.abbreviation else "", "subject": "Về việc thử", "paragraphs": ["Điều 1."],
            "recipients": ["Như trên", "Lưu: VT"], "urgency": "Khẩn", "circulation": "Lưu hành nội bộ",
        }  # fmt: skip
        content = word_of(data, mark=rules.mark_of(kind.abbreviation, "STP", "VP"), signer=("Giám đốc", "Trần Ví Dụ"))
        _text, found = checked(content, kind=kind, subject="Về việc thử")
        assert (kind.code, found) == (kind.code, [])


def test_every_finding_is_explained() -> None:
    assert {code for measured in (replace(RIGHT, lines=()), RIGHT) for code in codes(measured)} <= set(TEXTS)


@given(st.integers(1, 12), st.integers(1, 28))
def test_dates_as_the_house_writes_them_are_right(month: int, day: int) -> None:
    written = f"{month:02d}" if month < 3 else str(month)
    assert codes(swapped(LINES[3], f"Mẫu Sơn, ngày {day:02d} tháng {written} năm 2026")) == []


def word(mark: str = "", **margins: Any) -> bytes:
    """A Word document with the head in a table, as such documents have it, and perhaps a mark of secrecy."""
    document, file = docx.Document(), io.BytesIO()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, wide in {"top": 20, "bottom": 20, "left": 30, "right": 15, **margins}.items():
        setattr(section, f"{side}_margin", Mm(wide))
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = "Times New Roman", Pt(14)
    head = document.add_table(1, 2).rows[0].cells
    head[0].text, head[1].text = "\n".join([*LINES[2:3], mark]), "\n".join([*LINES[:2], LINES[3]])
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
    with pytest.raises(Refused) as refused:
        checked(word(mark="TỐI MẬT"), kind=None, subject="")
    assert refused.value.code == "secret"


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
    assert right == ["untold"]  # the house's own font is drawn to the measures of Times New Roman
    assert [line[:9] for line in text.splitlines()] == ["Đèn đường", "Đèn đường"]
    assert all(line.endswith("nhân dân xã.") for line in text.splitlines())
    wrong, _text = printed(tmp_path, PAPER="us-letter", TOP="40mm", LEFT="20mm", DAY="5")
    assert wrong == ["paper", "top", "left", "day_zero", "untold"]
    picture = io.BytesIO()
    Image.new("L", (100, 140), 255).save(picture, "PDF")
    for content, code in ((picture.getvalue(), "scan"), (b"%PDF-1.7\n%%EOF", "pdf")):
        with pytest.raises(Refused) as refused:
            checked_pdf(content, kind=None, subject="")
        assert refused.value.code == code


@pytest.mark.django_db
def test_what_the_house_itself_has_set_has_no_finding() -> None:
    kind = in_force(DOCUMENT_TYPES, timezone.localdate()).rules.find("quyet_dinh")
    text, found = checked_pdf(decision(), kind=kind, subject="Về việc thử")
    assert [each.code for each in found] == ["untold"]
    assert text == "Điều 1. Công nhận danh hiệu gia đình văn hóa năm 2026."


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
    assert font_family(name) == font_family("GHIJKL+LiberationSerif-Bold") == "Times New Roman"
    assert font_family("ABCDEF+Arial-BoldMT") == "Arial"
