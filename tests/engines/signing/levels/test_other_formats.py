"""XML and containers are raised by the same jobs as PDF, and other programs accept what comes out."""

import base64
import hashlib
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from lxml import etree

from motcua.engines.signing import asice
from motcua.engines.signing.formats import FORMATS
from motcua.engines.signing.levels import actions, queries
from motcua.engines.signing.models import SignedFile, UpgradeState
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.verification import Level, Revocation, State, Trust, examine
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import read_bytes
from tests.engines.signing.containers import openssl_accepts, parts
from tests.engines.signing.factories import AT
from tests.engines.signing.levels.test_actions import raised
from tests.engines.signing.pki import Pki
from tests.engines.signing.test_xml import FILING, PART, WHOLE, xmlsec1
from tests.programs import needed

pytestmark = pytest.mark.django_db
FILES = {"so lieu.csv": b"a;b\n", "phu luc.docx": b"PK"}
NAMES = {"x": "http://uri.etsi.org/01903/v1.3.2#", "d": "http://www.w3.org/2000/09/xmldsig#"}
P7S = "META-INF/signature001.p7s"
LATE = AT + timedelta(days=40_000)


def signed(pki: Pki, content: bytes, *, label: str = "leader", form: str = "xades", stamp: Stamp = WHOLE) -> bytes:
    how, certificate, chain = FORMATS[form], pki.certificate(label), pki.chain(label)
    made = how.prepare(content, certificate=certificate, chain=chain, stamp=stamp)
    return how.finish(made, signature=pki.sign(label, made.to_sign), certificate=certificate, chain=chain)


def container(pki: Pki, *labels: str) -> bytes:
    made = asice.pack(FILES)
    for label in labels:
        made = signed(pki, made, label=label, form="asice")
    return made


def awaited(content: bytes, media_type: str, *, wanted: str | None = None) -> SignedFile:
    file = store_bytes(content, name="tep", media_type=media_type, by=None)
    keep([file.pk])
    row = actions.await_level(file=file, subject="dossier:1", at=AT, wanted=wanted)
    assert row is not None
    return row


def token_is_genuine(token: bytes, over: bytes, pki: Pki, folder: Path) -> bool:
    """What ``openssl ts`` says of a time stamp over octets."""
    root = x509.load_der_x509_certificate(pki.certificate("root")).public_bytes(Encoding.PEM)
    (folder / "token").write_bytes(token)
    (folder / "ca.pem").write_bytes(root)
    command = [needed("openssl", "openssl"), "ts", "-verify", "-digest", hashlib.sha256(over).hexdigest()]
    command += ["-token_in", "-in", str(folder / "token"), "-CAfile", str(folder / "ca.pem")]
    return subprocess.run([*command, "-attime", f"{AT.timestamp():.0f}"], capture_output=True).returncode == 0


@pytest.mark.parametrize("label", ["leader", "agency"])
def test_a_filing_is_raised_and_xmlsec_still_accepts_it(trusting: Pki, tmp_path: Path, label: str):
    row = raised(awaited(signed(trusting, FILING, label=label), "text/xml"))
    assert (row.wanted, row.level, row.state, row.due_at) == ("B-LT", "B-LT", UpgradeState.REACHED, None)
    assert [version.level for version in row.versions.order_by("id")] == ["B-B", "B-LT"]
    content = read_bytes(row.file)
    assert xmlsec1(content, trusting, tmp_path) == "OK"
    (verdict,) = examine(content, anchors=[trusting.certificate("root")], at=LATE)
    assert (verdict.state, verdict.level, verdict.revocation, verdict.notes) == (
        State.UNTRUSTED,
        Level.B_B,
        Revocation.UNKNOWN,
        ("uncounted",),
    ), "the time stamp has outlived its authority: nothing is valid by default"
    (verdict,) = examine(content, anchors=[trusting.certificate("root")], at=AT + timedelta(days=9000))
    assert (verdict.state, verdict.level, verdict.revocation) == (State.VALID, Level.B_LT, Revocation.GOOD)
    assert (verdict.signed_at, verdict.proven, verdict.notes) == (AT, True, ())
    root = etree.fromstring(content)
    value = root.find(".//d:SignatureValue", NAMES)
    canonical = etree.tostring(value, method="c14n", exclusive=True, with_tail=False)
    token = root.findtext(".//x:SignatureTimeStamp/x:EncapsulatedTimeStamp", namespaces=NAMES)
    assert token_is_genuine(base64.b64decode(token or ""), canonical, trusting, tmp_path)


def test_only_a_time_stamp_is_added_when_no_more_is_wanted(trusting: Pki, tmp_path: Path):
    row = raised(awaited(signed(trusting, FILING), "text/xml", wanted="B-T"))
    assert (row.level, row.state) == ("B-T", UpgradeState.REACHED)
    content = read_bytes(row.file)
    assert b"RevocationValues" not in content
    (verdict,) = examine(content, anchors=[trusting.certificate("root")], at=AT)
    assert (verdict.state, verdict.level, verdict.proven) == (State.VALID, Level.B_T, True)


def test_a_signature_that_another_one_covers_is_left_alone(trusting: Pki, tmp_path: Path):
    both = signed(trusting, signed(trusting, FILING, stamp=PART), label="agency", stamp=PART)
    row = raised(awaited(both, "text/xml"))
    verdicts = examine(read_bytes(row.file), anchors=[trusting.certificate("root")], at=AT)
    assert [(each.state, each.level) for each in verdicts] == [(State.VALID, Level.B_LT)] * 2
    over_all = signed(trusting, both, stamp=WHOLE)
    row = raised(awaited(over_all, "text/xml"))
    verdicts = examine(read_bytes(row.file), anchors=[trusting.certificate("root")], at=AT)
    assert [each.state for each in verdicts] == [State.VALID] * 3
    assert [each.level for each in verdicts] == [Level.B_B, Level.B_B, Level.B_LT]
    assert xmlsec1(read_bytes(row.file), trusting, tmp_path) == "OK"


def test_a_plain_xml_signature_has_no_place_for_a_time_stamp(trusting: Pki):
    row = raised(awaited(signed(trusting, FILING, form="xml"), "text/xml"))
    assert (row.level, row.state, row.due_at) == ("B-B", UpgradeState.FAILED, None)
    assert "XAdES" in row.last_error


def test_a_container_is_raised_and_openssl_still_accepts_it(trusting: Pki, tmp_path: Path):
    before = container(trusting, "leader", "agency")
    row = raised(awaited(before, "application/vnd.etsi.asic-e+zip"))
    assert (row.level, row.state) == ("B-LT", UpgradeState.REACHED)
    content = read_bytes(row.file)
    old, new = parts(before), parts(content)
    assert list(new) == list(old)
    assert {name for name in new if new[name] != old[name]} == {P7S, "META-INF/signature002.p7s"}
    assert content[30 : 38 + len(asice.MEDIA_TYPE)] == before[30 : 38 + len(asice.MEDIA_TYPE)]
    verdicts = examine(content, anchors=[trusting.certificate("root")], at=AT + timedelta(days=9000))
    assert [(each.state, each.level, each.signed_at) for each in verdicts] == [(State.VALID, Level.B_LT, AT)] * 2
    assert all(openssl_accepts(content, trusting.certificate("root"), tmp_path, at=AT, number=n) for n in (1, 2))
    signer = cms.ContentInfo.load(new[P7S])["content"]["signer_infos"][0]
    (stamp,) = signer["unsigned_attrs"]
    assert token_is_genuine(stamp["values"][0].dump(), signer["signature"].native, trusting, tmp_path)
    assert not token_is_genuine(stamp["values"][0].dump(), b"another", trusting, tmp_path)


@pytest.mark.parametrize("kind", ["xml", "container"])
def test_while_the_time_stamp_server_is_down_they_wait_visibly(trusting: Pki, kind: str):
    content = container(trusting, "leader") if kind == "container" else signed(trusting, FILING)
    trusting.out_of_order.add("tsa")
    row = raised(awaited(content, "application/octet-stream"))
    assert (row.level, row.state, row.tries) == ("B-B", UpgradeState.WAITING, 1)
    assert row.last_error == f"{trusting.tsa_url}: HTTP 503"
    assert list(queries.waiting_files()) == [row]
    trusting.out_of_order.clear()
    trusting.out_of_order |= {"crls", "ocsp"}
    row = raised(row, row.due_at)
    assert (row.level, row.state) == ("B-T", UpgradeState.WAITING)
    assert "/pki/crls/" in row.last_error
    trusting.out_of_order.clear()
    assert raised(row, AT + timedelta(minutes=9)).level == "B-LT"


@pytest.mark.parametrize("authority", ["tsa-wrong", "tsa-stranger"])
def test_a_stamp_by_somebody_who_may_not_is_not_taken(trusting: Pki, authority: str):
    settings.TIME_STAMP_AUTHORITIES = [f"{trusting.url}/pki/tsa/{authority}"]
    for content in (signed(trusting, FILING), container(trusting, "leader")):
        row = raised(awaited(content, "application/octet-stream"))
        assert (row.level, row.state) == ("B-B", UpgradeState.WAITING)
        assert "trusted" in row.last_error


def test_what_has_no_signature_cannot_be_raised(trusting: Pki):
    for content in (b"<a/>", asice.pack(FILES), b"<unclosed", b"PK\x03\x04 broken", b"text"):
        row = raised(awaited(content, "application/octet-stream"))
        assert (row.state, row.level) == (UpgradeState.FAILED, "B-B"), content
        assert row.last_error


def test_a_revoked_signer_stays_revoked_at_every_level(trusting: Pki):
    row = raised(awaited(signed(trusting, FILING, label="revoked"), "text/xml"))
    (verdict,) = examine(read_bytes(row.file), anchors=[trusting.certificate("root")], at=AT)
    assert (verdict.state, verdict.trust, verdict.revocation) == (State.UNTRUSTED, Trust.REVOKED, Revocation.REVOKED)
