"""The seven official forms of Circular 03/2025/TT-VPCP, appendix I."""

import unicodedata
from datetime import datetime
from pathlib import Path

import pytest

import motcua.services.dossiers
from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import check_template, render, render_with_anchors
from motcua.kernel.text.dates import VIETNAM
from tests.poppler import poppler
from tests.services.dossiers.form_samples import APPLICANT, FORMS

FOLDER = Path(motcua.services.dossiers.__file__).parent / "templates_typst"
DATED = datetime(2026, 1, 5, 8, 5, tzinfo=VIETNAM)
MM = 72 / 25.4


def plain(pdf: bytes) -> str:
    return " ".join(poppler("pdftotext", "-layout", "-", "-", stdin=pdf).split())


def test_every_form_has_a_sample():
    assert {path.name for path in FOLDER.glob("form_*.typ")} == set(FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_says_what_it_must(name: str):
    template = Template(FOLDER, name)
    assert check_template(template, FORMS[name]) == []
    text = plain(render(template, FORMS[name], dated=DATED))
    assert unicodedata.is_normalized("NFC", text)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Mẫu Sơn, ngày 05 tháng 01 năm 2026" in text
    assert f"Số: {FORMS[name]['number']}" in text
    assert "Nguyễn Văn Mẫu" in text or name == "form_06_control.typ"


@pytest.mark.parametrize("name", FORMS)
def test_forms_are_a5_and_the_book_is_a4_across(name: str):
    info = poppler("pdfinfo", "-", stdin=render(Template(FOLDER, name), FORMS[name], dated=DATED))
    size = next(line for line in info.splitlines() if line.startswith("Page size"))
    width, height = (float(part) for part in size.split(":")[1].replace("pts", "x").split("x")[:2])
    expected = (297, 210) if name == "form_07_register.typ" else (148, 210)
    assert (width / MM, height / MM) == (pytest.approx(expected[0], abs=0.1), pytest.approx(expected[1], abs=0.1))


def test_the_receipt_fits_one_page_and_lists_the_papers():
    pdf = render(Template(FOLDER, "form_01_receipt.typ"), FORMS["form_01_receipt.typ"], dated=DATED)
    assert "Pages:           1" in poppler("pdfinfo", "-", stdin=pdf)
    text = plain(pdf)
    for words in (
        "H99.16-260105-0012",
        "3 loại giấy tờ, số lượng hồ sơ: 1 bộ",
        "Giấy chứng sinh",
        "Người được ủy quyền",
    ):
        assert words in text


def test_the_apology_has_places_for_the_leader_and_the_seal():
    made = render_with_anchors(Template(FOLDER, "form_04_apology.typ"), FORMS["form_04_apology.typ"], dated=DATED)
    assert [(anchor.name, anchor.kind) for anchor in made.anchors] == [("KyChinh", "signature"), ("DauCQ", "seal")]


def test_the_control_slip_tells_late_from_early():
    text = plain(render(Template(FOLDER, "form_06_control.typ"), FORMS["form_06_control.typ"], dated=DATED))
    assert "Trước hạn" in text
    assert "Quá hạn" in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("form_02_supplement.typ", ["liên hệ với Trần Thị Thử để được hướng dẫn"]),
        (
            "form_04_apology.typ",
            [f"xin liên hệ {FORMS['form_04_apology.typ']['agency']}. Rất mong", "của Ông/Bà, mã hồ sơ"],
        ),
    ],
)
def test_a_form_leaves_no_hole_where_an_office_has_no_telephone_or_a_person_no_number(name: str, words: list[str]):
    nobody = {"contact_phone": "", "applicant": APPLICANT | {"identity_number": ""}}
    text = plain(render(Template(FOLDER, name), FORMS[name] | nobody, dated=DATED))
    assert [each for each in words if each not in text] == []


def test_a_stop_for_want_of_a_supplement_names_no_request_of_the_applicant():
    lapsed = {"asked_at": "08:00 05/01/2026", "until": "17:00 26/01/2026"}
    sample = FORMS["form_05_stop.typ"] | {"lapsed": lapsed, "receiver": ""}
    text = plain(render(Template(FOLDER, "form_05_stop.typ"), sample, dated=DATED))
    assert "Thời hạn bổ sung, hoàn thiện: 17:00 26/01/2026" in text
    assert [words for words in ("đề nghị dừng", "đề nghị của Ông/Bà", "Người đề nghị") if words in text] == []


def test_an_empty_book_says_so():
    sample = FORMS["form_07_register.typ"] | {"rows": []}
    assert "Không có hồ sơ trong kỳ." in plain(render(Template(FOLDER, "form_07_register.typ"), sample, dated=DATED))
