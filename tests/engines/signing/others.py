"""Long-term signatures as other programs write them: by signxml, pyHanko and this code, none of it the house's own."""

import asyncio
import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from asn1crypto import cms, core, crl, ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from lxml import etree
from signxml.xades.xades import XAdESSigner

from tests.engines.signing.containers import packed
from tests.engines.signing.pki import Pki
from tests.engines.signing.signed import Signer, Stamping, lists

DS, XADES = "http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/01903/v1.3.2#"
XADES_141 = "http://uri.etsi.org/01903/v1.4.1#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
OWN = ("KeyInfo", "SignedInfo", "SignatureValue", "KeyInfo")
E_TYPE, S_TYPE = (f"application/vnd.etsi.asic-{kind}+zip".encode() for kind in "es")


def token(pki: Pki, content: bytes, *, at: datetime, stamper: str = "tsa") -> bytes:
    """A time stamp over octets as of a moment."""
    made = Stamping(pki, stamper, at).async_timestamp(hashlib.sha256(content).digest(), "sha256")
    der: bytes = asyncio.run(made).dump()
    return der


def canonical(element: etree._Element, method: str) -> bytes:
    """An element as it stands in its document."""
    parsed = etree.fromstring(etree.tostring(element, with_tail=False))
    return etree.tostring(parsed, method="c14n", exclusive=method == EXCLUSIVE)


class Xades:
    """A XAdES signature by signxml over a document, raised step by step: ``stamp``, ``prove``, ``archive``."""

    def __init__(self, pki: Pki, text: str, *, label: str = "leader", method: str = EXCLUSIVE) -> None:
        self.pki, self.method = pki, method
        chain = [x509.load_der_x509_certificate(pki.certificate(each)) for each in (label, "authority")]
        signer = XAdESSigner(signature_algorithm="rsa-sha256" if label == "leader" else "ecdsa-sha256")
        self.document = etree.fromstring(text)
        # The document is canonicalised by a transform; properties and certificate, without any, by each time stamp.
        self.covered = etree.tostring(etree.fromstring(text), method="c14n")
        self.root = etree.fromstring(etree.tostring(signer.sign(self.document, key=pki.key(label), cert=chain)))
        self.signature = next(self.root.iter(f"{{{DS}}}Signature"))
        qualifying = next(self.root.iter(f"{{{XADES}}}QualifyingProperties"))
        unsigned = etree.SubElement(qualifying, f"{{{XADES}}}UnsignedProperties")
        self.properties = etree.SubElement(unsigned, f"{{{XADES}}}UnsignedSignatureProperties")

    @property
    def content(self) -> bytes:
        """The document as it is now."""
        return etree.tostring(self.root)

    def stamp(self, *, at: datetime, over: bytes | None = None, stamper: str = "tsa") -> None:
        """Add a signature time stamp."""
        value = next(self.root.iter(f"{{{DS}}}SignatureValue"))
        content = canonical(value, self.method) if over is None else over
        self._add_stamp(XADES, "SignatureTimeStamp", token(self.pki, content, at=at, stamper=stamper))

    def prove(self, *, at: datetime, within: str = "", answers: Sequence[bytes] = ()) -> None:
        """Add certificates and revocation values, inside another property when ``within`` names it."""
        parent = self.properties
        if within:
            parent = etree.SubElement(parent, f"{{{XADES_141}}}{within}")
        values = etree.SubElement(parent, f"{{{XADES}}}CertificateValues")
        self._encapsulate(values, "X509Certificate", [self.pki.certificate("authority")])
        values = etree.SubElement(parent, f"{{{XADES}}}RevocationValues")
        if answers:
            self._encapsulate(etree.SubElement(values, f"{{{XADES}}}OCSPValues"), "OCSPValue", answers)
        listed = lists(self.pki, at)
        self._encapsulate(etree.SubElement(values, f"{{{XADES}}}CRLValues"), "CRLValue", listed)

    def archive(self, *, at: datetime, stamper: str = "tsa", leaving_out: int = 0) -> None:
        """Add an archive time stamp; a wrong one, when it leaves out the last properties before it."""
        names = [f"{{{XADES}}}SignedProperties", *(f"{{{DS}}}{name}" for name in OWN)]
        own = [next(self.root.iter(name)) for name in names]
        before = list(self.properties)[: len(self.properties) - leaving_out]
        content = b"".join([self.covered, *(canonical(each, self.method) for each in [*own, *before])])
        self._add_stamp(XADES_141, "ArchiveTimeStamp", token(self.pki, content, at=at, stamper=stamper))

    def _add_stamp(self, space: str, name: str, der: bytes) -> None:
        stamp = etree.SubElement(self.properties, f"{{{space}}}{name}")
        if self.method != INCLUSIVE:  # which is the usual way, and not named then
            etree.SubElement(stamp, f"{{{DS}}}CanonicalizationMethod", Algorithm=self.method)
        self._encapsulate(stamp, "TimeStamp", [der])

    @staticmethod
    def _encapsulate(parent: etree._Element, kind: str, ders: Sequence[bytes]) -> None:
        for der in ders:
            each = etree.SubElement(parent, f"{{{XADES}}}Encapsulated{kind}")
            each.text = base64.b64encode(der).decode()


def cades(pki: Pki, content: bytes, *, at: datetime, label: str = "leader", stamped: bool = False) -> cms.ContentInfo:
    """A detached CAdES signature by pyHanko."""
    stamper = Stamping(pki, "tsa", at) if stamped else None
    made = Signer(pki, label).async_sign_general_data(
        content, "sha256", detached=True, use_cades=True, timestamper=stamper
    )
    return asyncio.run(made)


def with_values(pki: Pki, signed: cms.ContentInfo, *, at: datetime) -> cms.ContentInfo:
    """The same with revocation lists in the field for them."""
    made = cms.ContentInfo.load(signed.dump())
    chosen = [cms.RevocationInfoChoice("crl", crl.CertificateList.load(each)) for each in lists(pki, at)]
    made["content"]["crls"] = cms.RevocationInfoChoices(chosen)
    return made


def with_older_values(pki: Pki, signed: cms.ContentInfo, *, at: datetime, answer: bytes = b"") -> cms.ContentInfo:
    """The same with its proofs in the attributes of CAdES-X-L, which programs wrote before the baseline profiles."""
    listed = [core.Asn1Value.load(each) for each in lists(pki, at)]
    values = _RevocationValues(
        {"crls": listed, "ocsps": [ocsp.OCSPResponse.load(answer).basic_ocsp_response] if answer else None}
    )
    certificates = _Certificates([asn1.Certificate.load(pki.certificate("authority"))])
    made = with_attribute(signed, "1.2.840.113549.1.9.16.2.24", values)
    return with_attribute(made, "1.2.840.113549.1.9.16.2.23", certificates)


class _Certificates(core.SequenceOf):
    _child_spec = asn1.Certificate


class _Lists(core.SequenceOf):
    _child_spec = core.Any


class _RevocationValues(core.Sequence):
    _fields = [
        ("crls", _Lists, {"explicit": 0, "optional": True}),
        ("ocsps", _Lists, {"explicit": 1, "optional": True}),
    ]


def with_attribute(signed: cms.ContentInfo, kind: str, value: core.Asn1Value) -> cms.ContentInfo:
    """The same with one more unsigned attribute."""
    made = cms.ContentInfo.load(signed.dump())
    signer = made["content"]["signer_infos"][0]
    before = [] if isinstance(signer["unsigned_attrs"], core.Void) else list(signer["unsigned_attrs"])
    added = cms.CMSAttribute.load(_RawAttribute({"type": kind, "values": [value]}).dump())
    signer["unsigned_attrs"] = cms.CMSAttributes([*before, added])
    return made


class _AttributeValues(core.SetOf):
    _child_spec = core.Any


class _RawAttribute(core.Sequence):
    _fields = [("type", core.ObjectIdentifier), ("values", _AttributeValues)]


def manifest(files: Mapping[str, bytes], signature: str, *, media_type: str = "") -> bytes:
    """A manifest of files with their digests, signed or stamped by ``signature``."""
    declared = f' MimeType="{media_type}"' if media_type else ""
    rows = "".join(
        f'<a:DataObjectReference URI="{name.replace(" ", "%20")}">'
        '<d:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        f"<d:DigestValue>{base64.b64encode(hashlib.sha256(content).digest()).decode()}</d:DigestValue>"
        "</a:DataObjectReference>"
        for name, content in files.items()
    )
    spaces = f'xmlns:a="http://uri.etsi.org/02918/v1.2.1#" xmlns:d="{DS}"'
    return f'<a:ASiCManifest {spaces}><a:SigReference URI="{signature}"{declared}/>{rows}</a:ASiCManifest>'.encode()


def with_archive(
    pki: Pki, parts: Mapping[str, bytes], *, at: datetime, number: str = "", stamper: str = "tsa"
) -> dict[str, bytes]:
    """The same with a manifest of all that is there and a time stamp over it (annex A.7)."""
    name, stamp = f"META-INF/ASiCArchiveManifest{number}.xml", f"META-INF/timestamp{number}.tst"
    listed = manifest(parts, stamp, media_type="application/vnd.etsi.timestamp-token")
    return {**parts, name: listed, stamp: token(pki, listed, at=at, stamper=stamper)}


def asic(parts: Mapping[str, bytes], *, media_type: bytes = E_TYPE) -> bytes:
    """A container."""
    return packed({"mimetype": media_type, **parts})
