"""XML signatures: honest ones, moved ones (signature wrapping), and documents made to hinder their reader."""

import base64
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree
from signxml.signer import XMLSigner
from signxml.xades.xades import XAdESSigner

from motcua.engines.signing.verification import Coverage, Kind, Level, Problem, State, Trust, Verdict, examine
from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki
from tests.engines.signing.signed import lists
from tests.xmlsec import signed_by_xmlsec1, xmlsec1

FILING = "<ToKhai xmlns='urn:thue'><MaSoThue>0100000001</MaSoThue><SoTien>5000000</SoTien></ToKhai>"
ENVELOPE = "<Goi><Than Id='than'><SoTien>5000000</SoTien></Than></Goi>"
Wrap = Callable[[etree._Element], None]


def signed(pki: Pki, text: str, *, uri: str | None = None, xades: bool = False, label: str = "leader") -> bytes:
    chain = [x509.load_der_x509_certificate(pki.certificate(each)) for each in (label, "authority")]
    algorithm = "rsa-sha256" if label == "leader" else "ecdsa-sha256"
    signer = (XAdESSigner if xades else XMLSigner)(signature_algorithm=algorithm)
    return etree.tostring(signer.sign(etree.fromstring(text), key=pki.key(label), cert=chain, reference_uri=uri))


def judged(pki: Pki, content: bytes, *, kept: bool = False) -> tuple[Verdict, ...]:
    return examine(content, anchors=[pki.certificate("root")], at=AT, revocations=lists(pki, AT) if kept else ())


@pytest.mark.parametrize("xades", [False, True])
def test_a_filing_is_judged_as_xmlsec_does(pki: Pki, tmp_path: Path, xades: bool):
    content = signed(pki, FILING, xades=xades)
    (verdict,) = judged(pki, content, kept=True)
    assert (verdict.state, verdict.trust, verdict.kind) == (State.VALID, Trust.TRUSTED, Kind.XML)
    assert (verdict.coverage, verdict.level) == (Coverage.WHOLE, Level.B_B if xades else Level.BASIC)
    assert (verdict.signed_at is not None) == xades
    assert xmlsec1(content, pki.certificate("root"), tmp_path, at=AT)

    altered = content.replace(b"5000000", b"9000000")
    assert judged(pki, altered)[0].state is State.BROKEN
    assert not xmlsec1(altered, pki.certificate("root"), tmp_path, at=AT)


# As .NET writes it, which most filings come from: a default namespace, the inclusive canonical form.
USUAL = """<?xml version="1.0"?>
<?xml-stylesheet href="a.xsl"?>
<Goi xmlns:x="urn:x" xml:lang="vi" xml:space="default"><Than Id="than" xml:space="preserve">
  <SoTien x:loai="1">5000000</SoTien><Dong><Muc><Gia>1</Gia></Muc></Dong></Than>
<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">
  <SignedInfo>
    <CanonicalizationMethod Algorithm="{form}"/>
    <SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
    <Reference URI="{uri}"><Transforms>
      <Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>{more}</Transforms>
      <DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference>
  </SignedInfo>
  <SignatureValue/><KeyInfo><X509Data/></KeyInfo></Signature></Goi>"""
INCLUSIVE, EXCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"


@pytest.mark.parametrize(
    ("form", "uri", "transform"),
    [
        (INCLUSIVE, "", ""),
        (f"{INCLUSIVE}#WithComments", "", EXCLUSIVE),
        (INCLUSIVE_11, "", INCLUSIVE_11),
        (EXCLUSIVE, "", INCLUSIVE),
        (INCLUSIVE, "#than", ""),
        (INCLUSIVE, "#than", INCLUSIVE_11),
        (INCLUSIVE, "#than", EXCLUSIVE),
    ],
)
def test_what_xmlsec_signs_is_valid_and_breaks_when_it_is_altered(
    pki: Pki, tmp_path: Path, form: str, uri: str, transform: str
):
    more = f'<Transform Algorithm="{transform}"/>' if transform else ""
    certificates = [pki.certificate("leader"), pki.certificate("authority")]
    key = pki.key("leader")
    assert isinstance(key, RSAPrivateKey)
    content = signed_by_xmlsec1(USUAL.format(form=form, more=more, uri=uri), key, certificates, tmp_path)
    (verdict,) = judged(pki, content)
    assert (verdict.state, verdict.trust) == (State.PARTIAL if uri else State.VALID, Trust.TRUSTED)
    assert judged(pki, content.replace(b"<Gia>1", b"<Gia>2"))[0].state is State.BROKEN
    changed = content.replace(b'lang="vi"', b'lang="en"')
    holds = judged(pki, changed)[0].state is not State.BROKEN
    assert holds == xmlsec1(changed, pki.certificate("root"), tmp_path, at=AT)


STYLE, AFTER = b"<?xml-stylesheet href='a.xsl'?>", b"<?sau?>"


@pytest.mark.parametrize("xades", [False, True])
def test_what_stands_beside_the_root_belongs_to_the_whole_document(pki: Pki, tmp_path: Path, xades: bool):
    """A style sheet decides what a reader sees."""
    content = signed(pki, FILING, xades=xades)
    for altered in (STYLE + content, content + AFTER):
        assert judged(pki, altered)[0].state is State.BROKEN
        assert not xmlsec1(altered, pki.certificate("root"), tmp_path, at=AT)
    assert judged(pki, b"<!-- comments are no part of it -->" + content)[0].state is State.VALID


def test_beside_a_part_that_is_signed_by_its_name_a_style_sheet_is_not_covered(pki: Pki):
    (verdict,) = judged(pki, STYLE + signed(pki, ENVELOPE, uri="than"))
    assert (verdict.state, verdict.uncovered) == (State.PARTIAL, ("xml-stylesheet",))


def test_a_part_signed_by_its_name_is_told_by_name(pki: Pki):
    (verdict,) = judged(pki, signed(pki, ENVELOPE, uri="than"))
    assert (verdict.state, verdict.coverage, verdict.covers) == (State.VALID, Coverage.WHOLE, ("Than",))
    (more,) = judged(pki, signed(pki, ENVELOPE.replace("<Goi>", "<Goi><Phu>9</Phu>"), uri="than"))
    assert (more.state, more.uncovered) == (State.PARTIAL, ("Phu",))
    (frame,) = judged(pki, signed(pki, ENVELOPE.replace("<Goi>", "<Goi loai='gap'>"), uri="than"))
    assert (frame.state, frame.uncovered) == (State.PARTIAL, ("Goi",))


def _another_before(root: etree._Element) -> None:
    root.insert(0, etree.fromstring("<Than><SoTien>9</SoTien></Than>"))


def _moved_into_a_frame(root: etree._Element) -> None:
    old, frame = root[0], etree.SubElement(root, "Khung")
    root.insert(0, etree.fromstring("<Than Id='khac'><SoTien>9</SoTien></Than>"))
    frame.append(old)


def _moved_into_the_signature(root: etree._Element) -> None:
    old, place = root[0], etree.SubElement(root[1], "{http://www.w3.org/2000/09/xmldsig#}Object")
    root.insert(0, etree.fromstring("<Than><SoTien>9</SoTien></Than>"))
    place.append(old)


@pytest.mark.parametrize("wrap", [_another_before, _moved_into_a_frame, _moved_into_the_signature])
def test_a_signed_element_moved_aside_does_not_cover_what_is_read(pki: Pki, wrap: Wrap):
    root = etree.fromstring(signed(pki, ENVELOPE, uri="than"))
    wrap(root)
    (verdict,) = judged(pki, etree.tostring(root))
    assert verdict.state in (State.PARTIAL, State.BROKEN)
    assert not verdict.holds


@pytest.mark.parametrize("name", ["Id", "ID", "id"])
def test_one_name_for_two_elements_is_ambiguous(pki: Pki, name: str):
    root = etree.fromstring(signed(pki, ENVELOPE, uri="than"))
    root.insert(0, etree.fromstring(f"<Than {name}='than'><SoTien>9</SoTien></Than>"))
    (verdict,) = judged(pki, etree.tostring(root))
    assert (verdict.state, verdict.problem) == (State.UNVERIFIABLE, Problem.AMBIGUOUS)


def test_a_certificate_put_in_the_place_of_the_signers_breaks_the_signature(pki: Pki):
    theirs = base64.b64encode(pki.certificate("agency")).decode()
    for xades in (False, True):
        root = etree.fromstring(signed(pki, FILING, xades=xades))
        root.find(".//{*}X509Certificate").text = theirs
        assert judged(pki, etree.tostring(root))[0].state is State.BROKEN


@pytest.mark.parametrize(
    "algorithm", ["http://www.w3.org/TR/1999/REC-xslt-19991116", "http://www.w3.org/TR/1999/REC-xpath-19991116"]
)
def test_a_transform_that_could_leave_something_out_is_not_followed(pki: Pki, algorithm: str):
    content = signed(pki, FILING).replace(b"http://www.w3.org/2000/09/xmldsig#enveloped-signature", algorithm.encode())
    (verdict,) = judged(pki, content)
    assert (verdict.state, verdict.problem) == (State.UNVERIFIABLE, Problem.UNSUPPORTED)


def test_a_signature_over_a_file_elsewhere_is_not_followed(pki: Pki):
    content = signed(pki, FILING).replace(b'URI=""', b'URI="http://127.0.0.1:9/x"')
    (verdict,) = judged(pki, content)
    assert (verdict.state, verdict.problem) == (State.UNVERIFIABLE, Problem.UNSUPPORTED)


def test_two_signatures_are_judged_apart(pki: Pki):
    """Two parts of a message, each signed by its own signer; one is altered."""
    both = etree.fromstring("<Goi><A Id='a'><So>1</So></A><B Id='b'><So>2</So></B></Goi>")
    first = etree.fromstring(signed(pki, etree.tostring(both).decode(), uri="a"))
    second = etree.fromstring(signed(pki, etree.tostring(both).decode(), uri="b", label="agency"))
    first.append(second[-1])
    content = etree.tostring(first)
    assert [verdict.covers for verdict in judged(pki, content)] == [("A",), ("B",)]
    one, other = judged(pki, content.replace(b"<So>2", b"<So>3"))
    assert (one.state, other.state) == (State.PARTIAL, State.BROKEN)
    assert one.uncovered == ("B",)


BOMB = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (f"<!DOCTYPE a [<!ENTITY e0 'x'>{BOMB}]><a>&e11;</a>", Problem.FORBIDDEN),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>", Problem.FORBIDDEN),
        ("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>", Problem.FORBIDDEN),
        ("<a>" * 5000 + "</a>" * 5000, Problem.DAMAGED),
        ("<a><b></a>", Problem.DAMAGED),
        ("<", Problem.DAMAGED),
    ],
)
def test_documents_made_to_hinder_are_refused(pki: Pki, content: str, problem: Problem):
    (verdict,) = judged(pki, content.encode())
    assert (verdict.state, verdict.problem) == (State.UNVERIFIABLE, problem)


def test_damaged_signatures_are_broken_or_unverifiable(pki: Pki):
    content = signed(pki, FILING, xades=True)
    for name in ("SignatureValue", "DigestValue", "X509Certificate", "SignatureMethod", "SignedProperties"):
        root = etree.fromstring(content)
        for element in root.iter(f"{{*}}{name}"):
            element.text = "AAAA"
            element.attrib.pop("Algorithm", None)
        (verdict,) = judged(pki, etree.tostring(root))
        assert verdict.state in (State.BROKEN, State.UNVERIFIABLE), name


def test_trust_is_told_apart_in_xml_too(pki: Pki):
    for label, trust in (("revoked", Trust.REVOKED), ("unborn", Trust.NOT_YET_VALID), ("server", Trust.WRONG_USAGE)):
        key = "leader" if label == "unborn" else "agency"
        content = signed_with(pki, label, key)
        (verdict,) = judged(pki, content, kept=True)
        assert (verdict.state, verdict.trust) == (State.UNTRUSTED, trust)
    (late,) = examine(signed(pki, FILING), anchors=[pki.certificate("root")], at=AT + timedelta(days=60_000))
    assert late.trust is Trust.EXPIRED


def signed_with(pki: Pki, label: str, key: str) -> bytes:
    chain = [x509.load_der_x509_certificate(pki.certificate(each)) for each in (label, "authority")]
    algorithm = "rsa-sha256" if key == "leader" else "ecdsa-sha256"
    signer = XMLSigner(signature_algorithm=algorithm)
    return etree.tostring(signer.sign(etree.fromstring(FILING), key=pki.key(key), cert=chain))
