"""An official document from its initials to the archive: each signature stays valid, other programs agree."""

import io
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from motcua.engines.signing.images import demo_signature
from motcua.engines.signing.levels import actions
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.text_seals import CopyKind, annex_lines, copy_lines, with_text_seal_place
from motcua.kernel.blobs.files import read_bytes
from tests.engines.signing.factories import AGENCY, AT, decision, leader_stamp, rendering, seal_stamp
from tests.engines.signing.levels.ades import archive_verdicts
from tests.engines.signing.levels.test_actions import awaited, signed
from tests.engines.signing.pki import Pki
from tests.engines.signing.test_pades import pdfsig, poppler

pytestmark = pytest.mark.django_db
COPY = copy_lines(CopyKind.SAO_Y, agency=AGENCY, number="07/SY-UBND", at=AT)
ORDER = [
    ("leader", Stamp("KyNhay1", AT, image=demo_signature("Nguyễn Văn Mẫu"))),
    ("agency", Stamp("KyNhay2", AT, image=demo_signature("Trần Thị Ví Dụ"))),
    ("leader", leader_stamp()),
    ("agency", seal_stamp()),
    ("agency", Stamp("SaoY", AT, lines=COPY)),
]


def statuses(pdf: bytes, pki: Pki) -> dict[str, tuple[bool, ModificationLevel]]:
    context = ValidationContext([x509.Certificate.load(pki.certificate("root"))], moment=AT, allow_fetching=False)
    found = {}
    for signature in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures:
        status = validate_pdf_signature(signature, context)
        found[signature.field_name] = (status.bottom_line, status.modification_level)
    return found


def test_every_signature_stays_valid_through_the_whole_order_and_into_the_archive(trusting: Pki, tmp_path: Path):
    pdf = decision()
    for place, (who, stamp) in enumerate(ORDER):
        before, pdf = pdf, signed(trusting, pdf, who, stamp)
        assert pdf.startswith(before)
        names = [each.field for _who, each in ORDER[: place + 1]]
        later = {ModificationLevel.FORM_FILLING, ModificationLevel.LTA_UPDATES}
        now = statuses(pdf, trusting)
        assert list(now) == names
        assert now.pop(stamp.field) == (True, ModificationLevel.NONE)
        assert all(valid and level in later for valid, level in now.values()), now
    assert pdfsig(pdf, tmp_path) == ["Signature is Valid."] * 5
    row = awaited(pdf)
    actions.raise_due(at=AT)
    row.refresh_from_db()
    final = read_bytes(row.file)
    assert row.level == "B-LTA"
    assert all(valid for valid, _level in statuses(final, trusting).values())
    assert pdfsig(final, tmp_path)[:5] == ["Signature is Valid."] * 5
    assert archive_verdicts(final, root=trusting.certificate("root"), at=AT) == [True] * 7


def test_a_received_document_is_copied_under_a_seal_of_its_own(trusting: Pki, tmp_path: Path):
    """It was not made from a template of this house: the field is a further approval field, never page content."""
    received = signed(trusting, decision(), "leader", leader_stamp())
    place = with_text_seal_place(received, "SaoNhan")
    copy = signed(trusting, place, "agency", Stamp("SaoNhan", AT, lines=COPY))
    assert statuses(copy, trusting)["KyChinh"] == (True, ModificationLevel.FORM_FILLING)
    assert pdfsig(copy, tmp_path) == ["Signature is Valid."] * 2
    scan = with_text_seal_place(rendering().pdf)
    assert list(statuses(signed(trusting, scan, "agency", Stamp("SaoY", AT, lines=COPY)), trusting)) == ["SaoY"]


def test_a_seal_of_text_says_what_the_decree_asks_at_the_top_right():
    assert COPY == ("SAO Y; số 07/SY-UBND", AGENCY, "Thời gian ký: 05-01-2026 10:00:00 +07:00")
    kinds = [copy_lines(kind, agency=AGENCY, number="", at=AT)[0] for kind in CopyKind]
    assert kinds == ["SAO Y", "SAO LỤC", "TRÍCH SAO"]
    annex = annex_lines(number="15/QĐ-UBND", agency=AGENCY, at=AT)
    assert annex[0] == "Kèm theo văn bản số 15/QĐ-UBND"
    place = next(each for each in rendering().anchors if each.name == "SaoY")
    page_width, page_height = 595.28, 841.89
    assert page_width - place.right == pytest.approx(28.3, abs=1)  # 10 mm
    assert page_height - place.top == pytest.approx(14.2, abs=1)  # 5 mm
    made = with_text_seal_place(rendering().pdf.replace(b"SaoY", b"SaoZ"), "Khac")
    left, bottom, right, top = (float(side) for side in field_of(made, "Khac")["/Rect"])
    assert (right, top) == (pytest.approx(place.right, abs=1), pytest.approx(place.top, abs=1))
    assert (left, bottom) == (pytest.approx(place.left, abs=1), pytest.approx(place.bottom, abs=1))


def field_of(pdf: bytes, name: str) -> dict[str, object]:
    fields = PdfFileReader(io.BytesIO(pdf)).root["/AcroForm"]["/Fields"]
    return next(each.get_object() for each in fields if each.get_object()["/T"] == name)


def test_a_long_name_is_made_narrower_and_its_font_is_embedded(trusting: Pki):
    agency = "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh Mẫu Sơn, Phòng Hành chính và Quản trị"
    lines = copy_lines(CopyKind.TRICH_SAO, agency=agency, number="1/TrS-VP", at=AT)
    pdf = signed(trusting, with_text_seal_place(rendering().pdf), "agency", Stamp("SaoY", AT, lines=lines))
    text = " ".join(poppler("pdftotext", "-layout", "-", "-", stdin=pdf).split())
    assert all(" ".join(line.split()) in text for line in lines)
