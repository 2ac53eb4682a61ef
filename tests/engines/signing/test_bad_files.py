import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from pyhanko.sign.fields import FieldMDPAction, MDPPerm

from motcua.engines.signing import pades
from motcua.engines.signing.arrivals import Corner, with_arrival_place
from motcua.engines.signing.errors import FieldMissing, Unsignable
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.text_seals import with_text_seal_place
from motcua.engines.signing.verification import examine
from tests.engines.signing import bad_files
from tests.engines.signing.factories import (
    AGENCY,
    AT,
    LEADER,
    Signer,
    decision,
    demo_authority,
    key_of,
    leader_stamp,
    seal_stamp,
    sealed,
    signed_by_leader,
)
from tests.engines.signing.test_pades import pdfsig

PLAIN = leader_stamp(image=None)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (bad_files.encrypted, "encrypted"),
        (lambda: bad_files.encrypted(user="mo"), "encrypted"),
        (bad_files.xfa, "xfa"),
        (bad_files.hybrid, "hybrid"),
        (lambda: bad_files.certified(MDPPerm.NO_CHANGES), "certified"),
        (lambda: bad_files.certified(MDPPerm.NO_CHANGES, field="Nhom.Dau"), "certified"),
        (lambda: bad_files.certified_in_other_words(1), "certified"),
        (lambda: bad_files.locking({"Nhom.Khoa": ("KyChinh",)}, signed="Nhom.Khoa"), "locked"),
        (lambda: decision()[: len(decision()) // 2], "damaged"),
        (lambda: decision()[:-40], "damaged"),
        (lambda: b"", "damaged"),
        (lambda: b"%PDF-1.7\n" + b"[" * 100_000 + b"\nstartxref\n9\n%%EOF", "damaged"),
    ],
)
def test_what_must_not_be_signed_says_why(made: Callable[[], bytes], code: str):
    with pytest.raises(Unsignable) as refusal:
        pades.prepare(made(), certificate=key_of(LEADER).certificate, stamp=PLAIN)
    assert refusal.value.code == code
    assert str(refusal.value)


@pytest.mark.parametrize(
    "made",
    [
        bad_files.with_object_streams,
        lambda: bad_files.with_pages(500),
        lambda: bad_files.certified(MDPPerm.FILL_FORMS),
    ],
)
def test_what_is_only_unusual_is_signed_and_other_programs_agree(made: Callable[[], bytes], tmp_path: Path):
    pdf = made()
    signed = Signer(key_of(LEADER)).sign(pdf, PLAIN)
    assert signed.startswith(pdf)
    verdicts = {each.field: each.state for each in examine(signed, anchors=[demo_authority().certificate], at=AT)}
    assert verdicts["KyChinh"] == "valid"
    assert set(verdicts.values()) == {"valid"}, "the signature before it too"
    assert set(pdfsig(signed, tmp_path)) == {"Signature is Valid."}
    with pikepdf.open(tmp_path / "signed.pdf") as reopened:
        assert reopened.check_pdf_syntax() == []


def test_a_field_that_is_taken_or_locked_is_not_filled():
    certificate = key_of(AGENCY).certificate
    with pytest.raises(FieldMissing):
        pades.prepare(signed_by_leader(), certificate=certificate, stamp=PLAIN)
    for stamp in (seal_stamp(), Stamp("KyNhay1", AT, texts={"So": "16"})):
        with pytest.raises(Unsignable) as refusal:
            pades.prepare(sealed(), certificate=certificate, stamp=stamp)
        assert refusal.value.code == "locked"


@pytest.mark.parametrize("allowing", [None, 2])
def test_who_certified_a_file_and_let_it_be_filled_lets_no_field_be_added(allowing: int | None):
    """Where nothing says what is allowed, filling fields is (ISO 32000-1, table 254)."""
    pdf = bad_files.certified_in_other_words(allowing)
    assert pades.prepare(pdf, certificate=key_of(LEADER).certificate, stamp=PLAIN).document.startswith(pdf)
    for add in (with_text_seal_place, lambda pdf: with_arrival_place(pdf, Corner.TOP)):
        with pytest.raises(Unsignable) as refusal:
            add(pdf)
        assert refusal.value.code == "certified"


@pytest.mark.parametrize(
    ("action", "named", "free"),
    [(FieldMDPAction.INCLUDE, "Nhom", "KyChinh"), (FieldMDPAction.EXCLUDE, "Khac", "Khac.Ky")],
)
def test_a_lock_on_a_group_holds_for_what_is_in_it(action: FieldMDPAction, named: str, free: str):
    fields = {"Nhom.Ky": (), "Nhom.Con.Ky": (), "Khac.Ky": (), "Khoa": (named,)}
    pdf, certificate = bad_files.locking(fields, signed="Khoa", action=action), key_of(LEADER).certificate
    for field in ("Nhom.Ky", "Nhom.Con.Ky"):
        with pytest.raises(Unsignable) as refusal:
            pades.prepare(pdf, certificate=certificate, stamp=Stamp(field, AT))
        assert refusal.value.code == "locked"
    signed = Signer(key_of(LEADER)).sign(pdf, Stamp(free, AT))
    verdicts = examine(signed, anchors=[demo_authority().certificate], at=AT)
    assert {each.field: each.state for each in verdicts} == {"Khoa": "valid", free: "valid"}


def test_a_group_that_holds_itself_holds_nothing_up():
    def bend(pdf: pikepdf.Pdf) -> None:
        group = pdf.make_indirect(pikepdf.Dictionary(T=pikepdf.String("Vong")))
        group.Kids = pikepdf.Array([group])
        pdf.Root.AcroForm.Fields.append(group)

    bent = bad_files.saved(bend)
    assert pades.prepare(bent, certificate=key_of(LEADER).certificate, stamp=PLAIN).document.startswith(bent)


@pytest.mark.parametrize("side", [2001, 12_000, 20_000])
def test_a_picture_too_large_is_not_even_unpacked(side: int):
    picture = io.BytesIO()
    Image.new("1", (side, side)).save(picture, "PNG")
    with pytest.raises(Unsignable) as refusal:
        pades.prepare(decision(), certificate=key_of(LEADER).certificate, stamp=leader_stamp(image=picture.getvalue()))
    assert refusal.value.code == "image"
