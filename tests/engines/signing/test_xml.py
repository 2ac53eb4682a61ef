import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier
from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier

from motcua.engines.signing.errors import FieldMissing, Unsignable
from motcua.engines.signing.formats import FORMATS
from motcua.engines.signing.pades import Prepared, Stamp
from motcua.engines.signing.verification import examine
from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki
from tests.programs import needed

FILING = """<?xml version="1.0" encoding="UTF-8"?>
<HSoThueDTu xmlns="http://kekhaithue.example.vn/TKhaiThue"><HSoKhaiThue id="_NodeToSign">
  <TTinChung><tenNNT>Công ty TNHH Ví Dụ &amp; Mẫu</tenNNT><mst>0100000001</mst></TTinChung>
</HSoKhaiThue><CKyDTu/></HSoThueDTu>""".encode()
EDXML = """<e:edXML xmlns:e="http://www.mic.gov.vn/TBT/QCVN_102_2016"><e:edXMLEnvelope>
  <e:edXMLHeader><e:MessageHeader><e:Subject>V/v ví dụ</e:Subject></e:MessageHeader></e:edXMLHeader>
  <e:edXMLBody><e:edXMLManifest version="1.0"/></e:edXMLBody></e:edXMLEnvelope></e:edXML>""".encode()
WHOLE, PART = Stamp("", AT, reason="Nộp tờ khai"), Stamp("CKyDTu#_NodeToSign", AT)


def signed(pki: Pki, content: bytes, stamp: Stamp, *, label: str = "leader", format: str = "xades") -> bytes:  # noqa: A002
    how, certificate, chain = FORMATS[format], pki.certificate(label), pki.chain(label)
    made = how.prepare(content, certificate=certificate, chain=chain, stamp=stamp)
    stored = Prepared(bytes(made.document), made.document_digest, made.hole, made.attributes)
    return how.finish(stored, signature=pki.sign(label, stored.to_sign), certificate=certificate, chain=chain)


def xmlsec1(content: bytes, pki: Pki, folder: Path) -> str:
    for name, der in (("root", pki.certificate("root")), ("authority", pki.certificate("authority"))):
        pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
        (folder / f"{name}.pem").write_bytes(pem)
    (folder / "signed.xml").write_bytes(content)
    found = {"Id": "SignedProperties", "id": "HSoKhaiThue"}
    named = [part for name, node in found.items() for part in (f"--id-attr:{name}", node)]
    command = [needed("xmlsec1", "xmlsec1"), "--verify", *named, "--trusted-pem", folder / "root.pem"]
    command += ["--untrusted-pem", folder / "authority.pem", "--verification-gmt-time", f"{AT:%Y-%m-%d %H:%M:%S}"]
    done = subprocess.run([*command, folder / "signed.xml"], capture_output=True, text=True)
    return done.stderr + done.stdout if done.returncode else "OK"


@pytest.mark.parametrize("format", ["xml", "xades"])
def test_the_style_sheet_of_a_document_is_signed_with_it(pki: Pki, tmp_path: Path, format: str):  # noqa: A002
    declaration, rest = FILING.split(b"\n", 1)
    styled = declaration + b"\n<!-- c --><?xml-stylesheet  href='a.xsl' ?>\n<?two?>" + rest + b"\n<?last a\r\nb?>"
    content = signed(pki, styled, WHOLE, format=format)
    assert b"<?xml-stylesheet" in content
    assert xmlsec1(content, pki, tmp_path) == "OK"
    assert [each.state for each in examine(content, anchors=[pki.certificate("root")], at=AT)] == ["valid"]
    part = signed(pki, styled, PART, format=format)
    assert xmlsec1(part, pki, tmp_path) == "OK"
    assert examine(part, anchors=[pki.certificate("root")], at=AT)[0].uncovered == ("xml-stylesheet", "two", "last")


@pytest.mark.parametrize("label", ["leader", "agency"])  # RSA and P-256
@pytest.mark.parametrize("stamp", [WHOLE, PART], ids=["whole", "part"])
@pytest.mark.parametrize("format", ["xml", "xades"])
def test_other_programs_accept_it(pki: Pki, tmp_path: Path, label: str, stamp: Stamp, format: str):  # noqa: A002
    content = signed(pki, FILING, stamp, label=label, format=format)
    assert xmlsec1(content, pki, tmp_path) == "OK"
    certificate = x509.load_der_x509_certificate(pki.certificate(label))
    if format == "xades":
        config = XAdESSignatureConfiguration(expect_references=2)
        results = XAdESVerifier().verify(content, x509_cert=certificate, expect_config=config)
        assert results[0].signed_xml is not None
    else:
        config = SignatureConfiguration(expect_references=1)
        assert XMLVerifier().verify(content, x509_cert=certificate, expect_config=config).signed_xml is not None
    (verdict,) = examine(content, anchors=[pki.certificate("root")], at=AT)
    assert verdict.signer == certificate.subject.rfc4514_string().split("CN=")[1].split(",")[0]
    assert verdict.state == "valid"


def test_an_official_document_in_exchange_has_its_signature_in_the_header(pki: Pki, tmp_path: Path):
    content = signed(pki, EDXML, Stamp("edXMLHeader", AT), format="xml")
    signature = etree.fromstring(content).find(".//{http://www.w3.org/2000/09/xmldsig#}Signature")
    assert etree.QName(signature.getparent()).localname == "edXMLHeader"
    assert xmlsec1(content, pki, tmp_path) == "OK"


def test_the_advanced_one_says_when_why_and_with_which_certificate(pki: Pki):
    root = etree.fromstring(signed(pki, FILING, WHOLE))
    spaces = {"x": "http://uri.etsi.org/01903/v1.3.2#", "d": "http://www.w3.org/2000/09/xmldsig#"}
    assert root.findtext(".//x:SigningTime", namespaces=spaces) == "2026-01-05T03:00:00+00:00"
    assert root.findtext(".//x:Description", namespaces=spaces) == "Nộp tờ khai"
    assert len(root.findall(".//d:X509Certificate", spaces)) == 2
    assert root.findtext("{*}HSoKhaiThue//{*}tenNNT") == "Công ty TNHH Ví Dụ & Mẫu"


def test_two_may_sign_a_part_but_nothing_follows_who_signed_the_whole(pki: Pki, tmp_path: Path):
    once = signed(pki, FILING, PART)
    twice = signed(pki, once, PART, label="agency")
    assert [each.signer for each in examine(twice, anchors=[pki.certificate("root")], at=AT)] == [
        "Phạm Văn Giả Định",
        "Ủy ban nhân dân xã Mẫu Sơn",
    ]
    whole = signed(pki, twice, WHOLE)
    assert {each.state for each in examine(whole, anchors=[pki.certificate("root")], at=AT)} == {"valid"}
    for stamp in (WHOLE, PART):
        with pytest.raises(Unsignable) as refusal:
            signed(pki, whole, stamp)
        assert refusal.value.code == "locked"


def test_a_changed_word_is_found_by_everybody(pki: Pki, tmp_path: Path):
    altered = signed(pki, FILING, WHOLE).replace(b"0100000001", b"0100000002")
    assert xmlsec1(altered, pki, tmp_path) != "OK"
    (verdict,) = examine(altered, anchors=[pki.certificate("root")], at=AT)
    assert verdict.state == "broken"


@pytest.mark.parametrize(
    ("content", "stamp", "why"),
    [
        (b"", WHOLE, "damaged"),
        (b"%PDF-1.7", WHOLE, "damaged"),
        (FILING[:-20], WHOLE, "damaged"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', WHOLE, "doctype"),
        (b"<!DOCTYPE a><a/>", WHOLE, "doctype"),
    ],
)
def test_what_is_no_plain_xml_is_not_signed(pki: Pki, content: bytes, stamp: Stamp, why: str):
    with pytest.raises(Unsignable) as refusal:
        signed(pki, content, stamp)
    assert refusal.value.code == why


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (FILING, "Khac"),
        (FILING, "CKyDTu#khac"),
        (FILING.replace(b"<CKyDTu/>", b"<CKyDTu/><CKyDTu/>"), "CKyDTu"),
        (FILING.replace(b"<CKyDTu/>", b'<CKyDTu Id="_NodeToSign"/>'), "CKyDTu#_NodeToSign"),
    ],
)
def test_the_place_must_be_there_and_only_once(pki: Pki, content: bytes, field: str):
    with pytest.raises(FieldMissing):
        signed(pki, content, Stamp(field, AT))
