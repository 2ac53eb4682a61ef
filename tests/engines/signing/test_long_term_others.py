"""Signatures above B-T as others produce them, in XML and in containers: recognised, judged, or said not to be."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from lxml import etree

from motcua.engines.signing.texts import verdict_text
from motcua.engines.signing.verification import (
    Coverage,
    Level,
    Note,
    Problem,
    Revocation,
    State,
    Trust,
    Verdict,
    examine,
)
from tests.engines.signing import others
from tests.engines.signing.factories import AT
from tests.engines.signing.others import EXCLUSIVE, INCLUSIVE, S_TYPE, XADES, Xades
from tests.engines.signing.pki import Pki

FILING = "<t:ToKhai xmlns:t='urn:thue' xmlns:k='urn:khac'><t:SoTien>5000000</t:SoTien></t:ToKhai>"
FILES = {"so lieu.csv": b"a;b\n", "thuyet minh.docx": b"PK"}
MANIFEST, SIGNATURE = "META-INF/ASiCManifest.xml", "META-INF/signature.p7s"
NEXT, LATER = AT + timedelta(days=1), datetime(2030, 1, 1, tzinfo=UTC)


def judged(pki: Pki, content: bytes, *, at: datetime = LATER) -> tuple[Verdict, ...]:
    """With nothing but the file and the trusted root: no authority is asked, nothing was kept."""
    return examine(content, anchors=[pki.certificate("root")], at=at)


def answer(pki: Pki, label: str) -> bytes:
    """What the responder says of a certificate at ``AT``."""
    certificate, issuer = (x509.load_der_x509_certificate(pki.certificate(each)) for each in (label, "authority"))
    question = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1()).build()
    return httpx.post(f"{pki.url}/pki/ocsp/authority", content=question.public_bytes(Encoding.DER)).content


@pytest.mark.parametrize("method", [EXCLUSIVE, INCLUSIVE])
@pytest.mark.parametrize("label", ["leader", "agency"])
def test_xml_signatures_are_told_by_level(pki: Pki, method: str, label: str):
    made = Xades(pki, FILING, label=label, method=method)
    found = []
    for step in (None, made.stamp, made.prove, made.archive):
        if step is not None:
            step(at=NEXT if step == made.archive else AT)
        (verdict,) = judged(pki, made.content)
        found.append((verdict.state, verdict.level, verdict.revocation, verdict.signed_at if verdict.proven else None))
        assert verdict.notes == ()
    assert found == [
        (State.VALID, Level.B_B, Revocation.UNKNOWN, None),
        (State.VALID, Level.B_T, Revocation.UNKNOWN, AT),
        (State.VALID, Level.B_LT, Revocation.GOOD, AT),
        (State.VALID, Level.B_LTA, Revocation.GOOD, AT),
    ]


@pytest.mark.parametrize("within", ["TimeStampValidationData", "AnyValidationData"])
def test_proofs_count_wherever_the_standard_has_them(pki: Pki, within: str):
    made = Xades(pki, FILING)
    made.stamp(at=AT)
    made.prove(at=AT, within=within)
    made.archive(at=NEXT)
    assert [each.level for each in judged(pki, made.content)] == [Level.B_LTA]


def test_an_answer_of_the_responder_is_a_proof_too(pki: Pki):
    made = Xades(pki, FILING, label="revoked")
    made.stamp(at=AT)
    made.prove(at=AT, answers=[answer(pki, "revoked")])
    (verdict,) = judged(pki, made.content)
    assert (verdict.state, verdict.trust, verdict.revocation) == (State.UNTRUSTED, Trust.REVOKED, Revocation.REVOKED)


def test_a_renewed_archive_carries_over_the_end_of_an_authority(pki: Pki):
    """The first stamps end with 2026; the next one, made in time, shows that they were good then."""
    made = Xades(pki, FILING)
    made.stamp(at=AT, stamper="tsa-short")
    made.prove(at=AT)
    made.archive(at=NEXT, stamper="tsa-short")
    (verdict,) = judged(pki, made.content)
    assert (verdict.level, verdict.proven, verdict.notes) == (Level.B_B, False, (Note.UNCOUNTED,))
    made.archive(at=AT + timedelta(days=300))
    (verdict,) = judged(pki, made.content)
    assert (verdict.state, verdict.level, verdict.signed_at) == (State.VALID, Level.B_LTA, AT)
    assert verdict.notes == ()


@pytest.mark.parametrize("spoil", ["leaves-out", "stranger", "before-2009", "include", "garbage", "unknown-method"])
def test_an_archive_stamp_that_proves_nothing_is_said_not_to_count(pki: Pki, spoil: str):
    made = Xades(pki, FILING)
    made.stamp(at=AT)
    made.prove(at=AT)
    made.archive(
        at=NEXT, leaving_out=int(spoil == "leaves-out"), stamper="tsa-stranger" if spoil == "stranger" else "tsa"
    )
    stamp = made.properties[-1]
    if spoil == "before-2009":
        stamp.tag = f"{{{XADES}}}ArchiveTimeStamp"
    elif spoil == "include":
        stamp.insert(0, etree.Element(f"{{{XADES}}}Include", URI="#x"))
    elif spoil == "garbage":
        stamp[-1].text = "AAAA"
    elif spoil == "unknown-method":
        stamp[0].set("Algorithm", "http://www.w3.org/2010/xml-c14n2")
    (verdict,) = judged(pki, made.content)
    assert (verdict.state, verdict.level, verdict.notes) == (State.VALID, Level.B_LT, (Note.UNCOUNTED,))
    assert "do not count" in verdict_text(verdict) or "không được tính" in verdict_text(verdict)


def test_what_is_changed_after_the_archive_takes_its_stamp_away(pki: Pki):
    made = Xades(pki, FILING)
    made.stamp(at=AT)
    made.prove(at=AT)
    made.archive(at=NEXT)
    value = next(made.properties.iter(f"{{{XADES}}}EncapsulatedX509Certificate"))
    value.text = f" {value.text}"
    (verdict,) = judged(pki, made.content)
    assert (verdict.level, verdict.notes) == (Level.B_LT, (Note.UNCOUNTED,))
    made.root[0].text = "9000000"
    (verdict,) = judged(pki, made.content)
    assert (verdict.state, verdict.notes) == (State.BROKEN, ())


def test_damaged_proofs_are_as_none(pki: Pki):
    made = Xades(pki, FILING)
    made.stamp(at=AT)
    made.prove(at=AT)
    for each in made.root.iter(f"{{{XADES}}}EncapsulatedCRLValue"):
        each.text = "AAAA"
    (verdict,) = judged(pki, made.content)
    assert (verdict.level, verdict.revocation, verdict.notes) == (Level.B_T, Revocation.UNKNOWN, (Note.UNCOUNTED,))


def test_the_stamps_of_a_countersignature_are_not_the_signers(pki: Pki):
    made = Xades(pki, FILING)
    inner = Xades(pki, FILING)
    inner.stamp(at=AT)
    counter = etree.SubElement(made.properties, f"{{{XADES}}}CounterSignature")
    counter.append(inner.signature)
    (verdict,) = judged(pki, made.content)
    assert (verdict.state, verdict.level, verdict.proven) == (State.VALID, Level.B_B, False)
    assert verdict.notes == (Note.COUNTERSIGNED,)


def test_a_signed_filing_moved_aside_is_found_at_every_level(pki: Pki):
    """Signature wrapping: what is read is not what was signed, however long the signature lasts."""
    made = Xades(pki, FILING)
    made.stamp(at=AT)
    made.prove(at=AT)
    made.archive(at=NEXT)
    frame = etree.Element("Khung")
    frame.append(etree.fromstring(FILING.replace("5000000", "9000000")))
    frame.append(etree.fromstring(made.content))
    (verdict,) = judged(pki, etree.tostring(frame))
    assert not verdict.holds
    assert verdict.state in (State.BROKEN, State.PARTIAL)


def signed_parts(pki: Pki, change: Callable[..., object] | None = None, *, label: str = "leader") -> dict[str, bytes]:
    listed = others.manifest(FILES, SIGNATURE)
    made = others.cades(pki, listed, at=AT, label=label, stamped=True)
    made = change(pki, made, at=AT) if change else made
    return {**FILES, MANIFEST: listed, SIGNATURE: made.dump()}


@pytest.mark.parametrize("label", ["leader", "agency"])
def test_containers_are_told_by_level(pki: Pki, label: str):
    stamped = signed_parts(pki, label=label)
    proven = signed_parts(pki, others.with_values, label=label)
    archived = others.with_archive(pki, proven, at=NEXT)
    found = [judged(pki, others.asic(parts)) for parts in (stamped, proven, archived)]
    assert [(each.state, each.level, each.signed_at) for (each,) in found] == [
        (State.VALID, Level.B_T, AT),
        (State.VALID, Level.B_LT, AT),
        (State.VALID, Level.B_LTA, AT),
    ]
    assert [each.notes for (each,) in found] == [(), (), ()]
    assert {(each.coverage, each.covers) for (each,) in found} == {(Coverage.WHOLE, tuple(sorted(FILES)))}


def test_the_proofs_of_older_programs_count(pki: Pki):
    (verdict,) = judged(pki, others.asic(signed_parts(pki, others.with_older_values)))
    assert (verdict.level, verdict.revocation) == (Level.B_LT, Revocation.GOOD)
    parts = signed_parts(pki, partial(others.with_older_values, answer=answer(pki, "leader")))
    assert [each.level for each in judged(pki, others.asic(parts))] == [Level.B_LT]


def test_damaged_proofs_in_a_container_are_as_none(pki: Pki):
    kind = "1.2.840.113549.1.9.16.2.24"
    parts = signed_parts(pki, lambda pki, made, at: others.with_attribute(made, kind, core.OctetString(b"x")))
    (verdict,) = judged(pki, others.asic(parts))
    assert (verdict.state, verdict.level, verdict.notes) == (State.VALID, Level.B_T, (Note.UNCOUNTED,))


def test_archives_of_a_container_are_renewed(pki: Pki):
    parts = others.with_archive(pki, signed_parts(pki, others.with_values), at=NEXT, stamper="tsa-short", number="001")
    (verdict,) = judged(pki, others.asic(parts))
    assert (verdict.level, verdict.notes) == (Level.B_LT, (Note.UNCOUNTED,))
    parts = others.with_archive(pki, parts, at=AT + timedelta(days=300))
    (verdict,) = judged(pki, others.asic(parts))
    assert (verdict.level, verdict.notes) == (Level.B_LTA, ())


@pytest.mark.parametrize("name", ["META-INF/ASiCArchiveManifest.xml", "META-INF/timestamp.tst", SIGNATURE])
def test_an_archive_of_something_else_proves_nothing(pki: Pki, name: str):
    parts = others.with_archive(pki, signed_parts(pki, others.with_values), at=NEXT)
    other = others.with_archive(pki, signed_parts(pki, others.with_values, label="agency"), at=NEXT)
    (verdict,) = judged(pki, others.asic(parts | {name: other[name]}))
    assert verdict.level is not Level.B_LTA or verdict.state is State.BROKEN


def test_stamps_of_a_kind_that_is_not_known_are_said_not_to_count(pki: Pki):
    kind = "0.4.0.1733.2.4"  # archive-time-stamp-v3
    parts = signed_parts(pki, lambda pki, made, at: others.with_attribute(made, kind, core.OctetString(b"x")))
    (verdict,) = judged(pki, others.asic(parts))
    assert (verdict.state, verdict.level, verdict.notes) == (State.VALID, Level.B_T, (Note.UNCOUNTED,))
    record = signed_parts(pki) | {"META-INF/ASiCEvidenceRecordManifest001.xml": b"<a/>", "META-INF/er.ers": b"x"}
    assert [each.notes for each in judged(pki, others.asic(record))] == [(Note.UNCOUNTED,)]


def test_a_container_that_is_only_stamped_is_signed_by_nobody(pki: Pki):
    listed = others.manifest(FILES, "META-INF/timestamp.tst")
    parts = {**FILES, MANIFEST: listed, "META-INF/timestamp.tst": others.token(pki, listed, at=AT)}
    assert judged(pki, others.asic(parts)) == ()
    made = signed_parts(pki)
    (verdict,) = judged(pki, others.asic(made | {"META-INF/ASiCManifest2.xml": listed}))
    assert (verdict.state, verdict.notes) == (State.VALID, ())


def one_file(pki: Pki, content: bytes = b"a;b\n", *, label: str = "leader", raised: bool = False) -> dict[str, bytes]:
    made = others.cades(pki, content, at=AT, label=label, stamped=raised)
    made = others.with_values(pki, made, at=AT) if raised else made
    return {"so lieu.csv": content, SIGNATURE: made.dump()}


def test_a_container_of_one_file(pki: Pki):
    for declared in (True, False):
        parts = one_file(pki)
        content = others.asic(parts, media_type=S_TYPE) if declared else others.packed(parts)
        (verdict,) = judged(pki, content, at=AT)
        assert (verdict.state, verdict.covers, verdict.level) == (State.VALID, ("so lieu.csv",), Level.B_B)
    (verdict,) = judged(pki, others.asic(one_file(pki, raised=True), media_type=S_TYPE))
    assert (verdict.state, verdict.level, verdict.signed_at) == (State.VALID, Level.B_LT, AT)
    parts = others.with_archive(pki, one_file(pki, raised=True), at=NEXT)
    assert [each.level for each in judged(pki, others.asic(parts, media_type=S_TYPE))] == [Level.B_LTA]


def test_a_container_of_one_file_signed_by_xml(pki: Pki):
    from tests.engines.signing.test_hostile_asice import by_xml

    files = {"a.txt": b"a"}
    parts = {**files, "META-INF/signatures.xml": by_xml(pki, files)}
    (verdict,) = judged(pki, others.asic(parts, media_type=S_TYPE), at=AT)
    assert (verdict.state, verdict.covers) == (State.VALID, ("a.txt",))


def test_a_container_of_one_file_that_deceives(pki: Pki):
    parts = one_file(pki)
    (verdict,) = judged(pki, others.asic(parts | {"so lieu.csv": b"a;c\n"}, media_type=S_TYPE), at=AT)
    assert verdict.state is State.BROKEN
    (verdict,) = judged(pki, others.asic(parts | {"khac.csv": b"x"}, media_type=S_TYPE), at=AT)
    assert (verdict.state, verdict.problem) == (State.UNVERIFIABLE, Problem.AMBIGUOUS)
    (verdict,) = judged(pki, others.asic({SIGNATURE: parts[SIGNATURE]}, media_type=S_TYPE), at=AT)
    assert verdict.state is State.BROKEN
    (verdict,) = judged(pki, others.asic(parts | {SIGNATURE: b"x"}, media_type=S_TYPE), at=AT)
    assert verdict.state is State.BROKEN
    # The same signature in a container of many files signs none of them.
    assert judged(pki, others.asic(parts | {"khac.csv": b"x"}), at=AT) == ()


def test_two_signers_in_one_signature_are_not_judged(pki: Pki):
    from asn1crypto import cms

    parts = one_file(pki)
    made = cms.ContentInfo.load(parts[SIGNATURE])
    second = others.cades(pki, parts["so lieu.csv"], at=AT, label="agency")["content"]["signer_infos"][0]
    made["content"]["signer_infos"] = cms.SignerInfos([*made["content"]["signer_infos"], second])
    (verdict,) = judged(pki, others.asic(parts | {SIGNATURE: made.dump()}, media_type=S_TYPE), at=AT)
    assert (verdict.state, verdict.problem) == (State.UNVERIFIABLE, Problem.UNSUPPORTED)
