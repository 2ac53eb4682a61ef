"""Copies under a text seal: the original's signatures stay, an extract shows its pages and hides the others."""

import io
import re
from pathlib import Path

import pytest
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from motcua.engines.rendering.templates import unpack_template
from motcua.engines.rendering.typesetting import render_with_anchors
from motcua.engines.signing.copies import extract, pages_of, with_copy_place
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.fields import prepare_fields
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.text_seals import CopyKind, copy_lines
from motcua.engines.signing.verification import State
from tests.engines.signing.factories import (
    AGENCY,
    AT,
    LEADER,
    Signer,
    decision,
    key_of,
    leader_stamp,
    rendering,
    seal_stamp,
    sealed,
)
from tests.engines.signing.test_arrivals import blank
from tests.engines.signing.test_pades import pdfsig, states
from tests.poppler import poppler


def many_pages(count: int, folder: Path) -> bytes:
    """A file whose every page says something else."""
    text = "#pagebreak()".join(f"Trang bí mật số {number}\n" for number in range(1, count + 1))
    template = unpack_template({"main.typ": text.encode()}, "main.typ", into=folder)
    return render_with_anchors(template, {}, dated=AT).pdf


def copied(pdf: bytes, kind: CopyKind, *, pages: str = "") -> bytes:
    made, field = with_copy_place(pdf, kind, pages=pages)
    lines = copy_lines(kind, agency=AGENCY, number="", at=AT)
    return Signer(key_of(AGENCY)).sign(made, Stamp(field, AT, lines=lines))


def text_of(pdf: bytes) -> str:
    return " ".join(poppler("pdftotext", "-layout", "-", "-", stdin=pdf).split())


def levels(pdf: bytes) -> dict[str, ModificationLevel]:
    found = {}
    for each in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures:
        status = validate_pdf_signature(each, ValidationContext(trust_roots=[each.signer_cert]))
        assert status.bottom_line, status.pretty_print_details()
        found[each.field_name] = status.modification_level
    return found


def test_a_copy_and_a_copy_of_it_leave_every_signature_valid(tmp_path: Path) -> None:
    copy = copied(sealed(), CopyKind.SAO_Y)
    assert copy.startswith(sealed())
    filled, none = ModificationLevel.FORM_FILLING, ModificationLevel.NONE
    assert levels(copy) == {"KyChinh": filled, "DauCQ": filled, "SaoY": none}
    further = copied(copy, CopyKind.SAO_LUC)
    assert levels(further) == {"KyChinh": filled, "DauCQ": filled, "SaoY": filled, "SaoLuc": none}
    assert pdfsig(further, tmp_path) == ["Signature is Valid."] * 4
    assert "SAO Y" in text_of(further)
    assert "SAO LỤC" in text_of(further)
    assert_one_below_the_other(further)


def fields(pdf: bytes) -> list[dict[str, list[object]]]:
    return [each.get_object() for each in PdfFileReader(io.BytesIO(pdf)).root["/AcroForm"]["/Fields"]]


def test_a_scan_gets_a_place_and_a_copy_of_it_is_copied_further() -> None:
    copy = copied(rendering().pdf, CopyKind.SAO_Y)
    assert levels(copy) == {"SaoY": ModificationLevel.NONE}
    further = copied(copy, CopyKind.SAO_LUC)
    assert levels(further) == {"SaoY": ModificationLevel.FORM_FILLING, "SaoLuc": ModificationLevel.NONE}
    assert_one_below_the_other(further)
    for kind in (CopyKind.SAO_Y, CopyKind.SAO_LUC):
        with pytest.raises(Unsignable) as refusal:
            copied(further, kind)
        assert refusal.value.code == "copied"


def test_a_sealed_file_from_outside_gets_a_place_and_every_signature_stays_valid(tmp_path: Path) -> None:
    """Number and date of it are locked by the agency's seal; who made it knew of no copies."""
    anchors = [each for each in rendering().anchors if not each.name.startswith("Sao")]
    by_leader = Signer(key_of(LEADER)).sign(prepare_fields(rendering().pdf, anchors), leader_stamp())
    original = Signer(key_of(AGENCY)).sign(by_leader, seal_stamp())
    further = copied(copied(original, CopyKind.SAO_Y), CopyKind.SAO_LUC)
    assert further.startswith(original)
    filled = dict.fromkeys(("KyChinh", "DauCQ", "SaoY"), ModificationLevel.FORM_FILLING)
    assert levels(further) == filled | {"SaoLuc": ModificationLevel.NONE}
    assert pdfsig(further, tmp_path) == ["Signature is Valid."] * 4
    assert states(further) == dict.fromkeys(("KyChinh", "DauCQ", "SaoY", "SaoLuc"), State.VALID)
    assert_one_below_the_other(further)


def assert_one_below_the_other(pdf: bytes) -> None:
    seals = {each["/T"]: each["/Rect"] for each in fields(pdf) if each["/T"] in {"SaoY", "SaoLuc"}}
    assert float(seals["SaoLuc"][3]) <= float(seals["SaoY"][1]) + 1


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_on_a_turned_scan_the_seal_stands_at_the_top_right_as_it_is_shown(angle: int) -> None:
    made = copied(blank(595, 842, turned=angle), CopyKind.SAO_Y)
    words = poppler("pdftotext", "-bbox", "-", "-", stdin=made)
    wide, high = (842, 595) if angle in (90, 270) else (595, 842)
    found = re.search(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">SAO<', words)
    assert found is not None
    left, top, right, bottom = map(float, found.groups())
    assert left > wide / 2
    assert bottom < high / 8
    assert right - left > bottom - top, "upright"


def test_an_extract_shows_what_its_page_showed(tmp_path: Path) -> None:
    made = copied(sealed(), CopyKind.TRICH_SAO, pages="1")
    assert levels(made) == {"SaoY": ModificationLevel.NONE}
    assert pdfsig(made, tmp_path) == ["Signature is Valid."]
    shown = text_of(made)
    for words in ("TRÍCH SAO", AGENCY, "Công nhận danh hiệu gia đình văn hóa", "15/QĐ-UBND", LEADER):
        assert words in shown, words
    before, after = (poppler("pdfimages", "-list", "-", stdin=each).count("image") for each in (sealed(), made))
    assert after == before > 1, "signature and seal are drawn on the page"


def test_nothing_of_the_other_pages_is_in_an_extract(tmp_path: Path) -> None:
    whole = many_pages(4, tmp_path)
    part = extract(whole, "2, 4")
    assert int(PdfFileReader(io.BytesIO(part)).root["/Pages"]["/Count"]) == 2
    pages = [text_of(extract(whole, str(number))) for number in (1, 2, 3, 4)]
    assert len(set(pages)) == 4
    assert text_of(part) == f"{pages[1]} {pages[3]}"
    reader = PdfFileReader(io.BytesIO(part))
    kept = [reader.get_object(each) for each in reader.xrefs.explicit_refs_in_revision(0)]
    assert sum(isinstance(each, StreamObject) and each.get("/Subtype") == "/Form" for each in kept) == 2


@pytest.mark.parametrize(
    ("text", "found"), [("1", [1]), ("1-3", [1, 2, 3]), (" 2 , 1–2", [1, 2]), ("3,1", [1, 3]), ("2-2", [2])]
)
def test_pages_are_written_as_people_write_them(text: str, found: list[int]) -> None:
    assert pages_of(text, 3) == found


@pytest.mark.parametrize("text", ["", "0", "4", "2-1", "1-4", "a", "1;2", "-1", "1,", "1" * 5])
def test_pages_that_are_not_there_are_refused(text: str) -> None:
    with pytest.raises(Unsignable) as refusal:
        pages_of(text, 3)
    assert refusal.value.code == "pages"


@pytest.mark.parametrize("kind", CopyKind)
def test_a_damaged_file_is_not_copied(kind: CopyKind) -> None:
    for damaged in (b"%PDF-1.7 nothing", decision()[:500]):
        with pytest.raises(Unsignable) as refusal:
            with_copy_place(damaged, kind, pages="1")
        assert refusal.value.code == "damaged"
