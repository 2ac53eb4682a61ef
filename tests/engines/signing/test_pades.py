import hashlib
import io
import json
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from motcua.engines.signing import authority, cms, pades
from motcua.engines.signing.errors import FieldMissing, SigningError
from motcua.engines.signing.fields import fill_texts
from motcua.engines.signing.images import demo_seal, demo_signature
from motcua.engines.signing.pades import Prepared, Stamp
from motcua.engines.signing.verification import State, examine
from tests.engines.signing.factories import (
    AGENCY,
    AT,
    LEADER,
    Signer,
    decision,
    demo_authority,
    key_of,
    leader_stamp,
    rendering,
    seal_stamp,
    sealed,
    signed_by_leader,
)
from tests.poppler import poppler


def states(pdf: bytes) -> dict[str, State]:
    verdicts = examine(pdf, anchors=[demo_authority().certificate], at=AT)
    return {verdict.field: verdict.state for verdict in verdicts}


def pdfsig(pdf: bytes, tmp_path: Path) -> list[str]:
    path = tmp_path / "signed.pdf"
    path.write_bytes(pdf)
    lines = poppler("pdfsig", "-nocert", str(path)).splitlines()
    return [line.split(":")[1].strip() for line in lines if "Signature Validation" in line]


def test_fields_are_there_before_anyone_signs():
    reader = PdfFileReader(io.BytesIO(decision()))
    names = {field.get_object()["/T"]: field.get_object()["/FT"] for field in reader.root["/AcroForm"]["/Fields"]}
    texts, signatures = ("So", "Ngay", "Thang", "Nam"), ("SaoY", "SaoLuc", "KyNhay1", "KyNhay2", "KyChinh", "DauCQ")
    assert names == dict.fromkeys(texts, "/Tx") | dict.fromkeys(signatures, "/Sig")
    assert reader.embedded_signatures == []


def test_text_fields_keep_the_style_of_their_line():
    fields = [field.get_object() for field in PdfFileReader(io.BytesIO(decision())).root["/AcroForm"]["/Fields"]]
    styles = {field["/T"]: (field["/Q"], field.get("/DS")) for field in fields if field["/FT"] == "/Tx"}
    italic = (1, "font-style:italic")
    assert styles == {"So": (2, None), "Ngay": italic, "Thang": italic, "Nam": italic}


def test_leader_signs_then_the_seal_numbers_and_both_stay_valid(tmp_path: Path):
    leader, agency = examine(sealed(), anchors=[demo_authority().certificate], at=AT)
    assert (leader.field, leader.signer, leader.state) == ("KyChinh", LEADER, State.VALID)
    assert (agency.field, agency.signer, agency.state) == ("DauCQ", AGENCY, State.VALID)
    assert (leader.filled_later, leader.covers_whole_file) == (True, False)
    assert (agency.filled_later, agency.covers_whole_file) == (False, True)
    assert leader.signed_at == agency.signed_at == AT
    assert pdfsig(sealed(), tmp_path) == ["Signature is Valid."] * 2


def test_number_and_date_are_on_the_page_in_vietnamese():
    text = " ".join(poppler("pdftotext", "-layout", "-", "-", stdin=sealed()).split())
    assert "Số: 15/QĐ-UBND" in text
    assert "ngày 05 tháng 01 năm 2026" in text
    lettered = Signer(key_of(AGENCY)).sign(signed_by_leader(), seal_stamp(texts={"So": "15Đ"}))
    assert "15Đ" in poppler("pdftotext", "-", "-", stdin=lettered)


def test_earlier_revisions_are_kept_to_the_byte():
    assert signed_by_leader().startswith(decision())
    assert sealed().startswith(signed_by_leader())
    assert decision().startswith(rendering().pdf)


@pytest.mark.parametrize("place", [200, len(rendering().pdf) // 2, len(decision()) - 200])
def test_a_changed_byte_breaks_every_signature(place: int):
    altered = bytearray(sealed())
    altered[place] ^= 1
    assert set(states(bytes(altered)).values()) <= {State.BROKEN, State.UNVERIFIABLE}


def test_a_number_filled_again_after_the_seal_is_found():
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed()))
    for field in writer.root["/AcroForm"]["/Fields"]:
        if field.get_object()["/T"] == "So":
            del field.get_object()["/V"]
    fill_texts(writer, {"So": "99"})
    output = io.BytesIO()
    writer.write(output)
    assert states(output.getvalue())["DauCQ"] == State.MODIFIED


def test_a_page_drawn_over_after_signing_is_found():
    writer = IncrementalPdfFileWriter(io.BytesIO(signed_by_leader()))
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Rotate"] = writer.root["/Pages"]["/Count"]
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    assert states(output.getvalue()) == {"KyChinh": State.MODIFIED}


@pytest.mark.parametrize(
    ("pdf", "stamp"),
    [
        (decision(), leader_stamp(field="KyNhay3")),
        (signed_by_leader(), leader_stamp()),
        (rendering().pdf, leader_stamp()),
        (decision(), seal_stamp(texts={"SoDen": "1"})),
        (decision(), leader_stamp(field="So")),
    ],
)
def test_only_an_empty_field_of_its_kind_is_filled(pdf: bytes, stamp: Stamp):
    with pytest.raises(FieldMissing):
        pades.prepare(pdf, certificate=key_of(LEADER).certificate, stamp=stamp)


def test_what_is_no_pdf_or_no_picture_is_refused():
    certificate = key_of(LEADER).certificate
    with pytest.raises(SigningError):
        pades.prepare(b"not a pdf", certificate=certificate, stamp=leader_stamp())
    jpeg = io.BytesIO()
    Image.new("RGB", (4, 4)).save(jpeg, "JPEG")
    for image in (b"<svg/>", jpeg.getvalue()):
        with pytest.raises(SigningError, match="PNG"):
            pades.prepare(decision(), certificate=certificate, stamp=leader_stamp(image=image))


def test_between_the_steps_little_is_kept_and_the_key_may_be_elsewhere(tmp_path: Path):
    """An RSA key, as Vietnamese authorities issue: prepared here, signed there, finished from what was stored."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    parent = x509.load_der_x509_certificate(demo_authority().certificate)
    builder = authority._builder(authority._name("Thẻ ký"), parent.subject, key, AT, 30)
    builder = builder.add_extension(authority.usage(content_commitment=True), critical=True)
    certificate = builder.sign(demo_authority().key, hashes.SHA256()).public_bytes(authority.Encoding.DER)

    first = pades.prepare(decision(), certificate=certificate, stamp=leader_stamp(image=None))
    state = json.dumps([first.document_digest.hex(), first.hole, first.attributes.hex()])
    assert len(state) < 700
    signature = key.sign(first.to_sign, padding.PKCS1v15(), Prehashed(hashes.SHA256()))

    digest, hole, attributes = json.loads(state)
    again = Prepared(first.document, bytes.fromhex(digest), tuple(hole), bytes.fromhex(attributes))
    pdf = pades.finish(again, signature=signature, certificate=certificate)
    assert states(pdf) == {"KyChinh": State.VALID}
    assert pdfsig(pdf, tmp_path) == ["Signature is Valid."]


def test_the_cms_is_canonical_and_names_its_certificate():
    certificate = key_of(LEADER).certificate
    attributes = cms.signed_attributes(b"d" * 32, certificate)
    whole = cms.signed_data(attributes=attributes, signature=b"s", certificate=certificate, chain=certificate)
    parsed = asn1_cms.ContentInfo.load(whole, strict=True)
    assert parsed.dump(force=True) == whole
    signer = parsed["content"]["signer_infos"][0]
    found = {attribute["type"].native: attribute["values"][0] for attribute in signer["signed_attrs"]}
    assert set(found) == {"content_type", "message_digest", "signing_certificate_v2"}
    assert found["message_digest"].native == b"d" * 32
    assert found["signing_certificate_v2"]["certs"][0]["cert_hash"].native == hashlib.sha256(certificate).digest()
    assert signer["signed_attrs"].untag().dump() == attributes
    assert len(parsed["content"]["certificates"]) == 2


@given(st.integers(0, 2), st.lists(st.integers(0, 2**40), max_size=8))
def test_object_identifiers_are_encoded_as_the_library_does(first: int, rest: list[int]):
    dotted = ".".join(map(str, [first, 5, *rest]))
    assert cms.oid(dotted) == core.ObjectIdentifier(dotted).dump()


@given(st.integers(0, 70_000))
def test_lengths_are_encoded_as_the_library_does(size: int):
    assert cms.tlv(cms.OCTET_STRING, b"x" * size) == core.OctetString(b"x" * size).dump()


def test_demonstration_pictures_are_transparent_and_in_their_colours():
    for picture, colour in (
        (demo_signature(LEADER), (20, 50, 160)),
        (demo_seal(AGENCY, "Tỉnh Mẫu Sơn"), (200, 16, 30)),
    ):
        with Image.open(io.BytesIO(picture)) as image:
            assert image.mode == "RGBA"
            assert image.getpixel((0, 0))[3] == 0
            inked = [pixel[:3] for pixel in image.get_flattened_data() if pixel[3] == 255]
            assert set(inked) == {colour}
    assert demo_signature(LEADER) == demo_signature(LEADER) != demo_signature("Lê Thị Ví Dụ")
