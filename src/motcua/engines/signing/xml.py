"""Signing XML in two steps: XMLDSig, and XAdES-B on top of it (ETSI EN 319 132-1).

Tax and insurance filings and edXML carry such signatures. Between the steps the document waits with an empty
SignatureValue; what goes out is the digest of SignedInfo, so that every provider can sign it.
"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.utils.translation import gettext_lazy as _
from lxml import etree

from motcua.engines.signing.cms import certificate_parts, certificates_in
from motcua.engines.signing.errors import FieldMissing, Unsignable
from motcua.engines.signing.pades import Prepared, Stamp
from motcua.engines.signing.verification.xmltree import beside, parser_for

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
# Exclusive canonical XML: what is signed does not depend on the namespaces of an envelope put around it later.
CANONICAL = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ENVELOPED = f"{DS}enveloped-signature"
_RSA = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
_PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"
_HOLE = "@signature@"
MAX_BYTES = 100 * 1024 * 1024  # as much as is verified, too


@dataclass(frozen=True)
class XmlFormat:
    """One way to sign XML. ``Stamp.field`` names where the signature goes and what it covers: ``parent#id``.

    Both may be left out: the signature then stands last in the root and covers the whole document. ``parent`` is a
    local name (``CKyDTu``), ``id`` the Id attribute of the element that is covered.
    """

    advanced: bool

    def prepare(self, content: bytes, /, *, certificate: bytes, chain: bytes = b"", stamp: Stamp) -> Prepared:
        """Put in a signature that lacks its value. Raises :class:`FieldMissing` and :class:`Unsignable`."""
        root = parse(content)
        parent, _sharp, covered = stamp.field.partition("#")
        place, target = _place(root, parent), _covered(root, covered)
        _check_free(root)
        identifier = "sig-" + hashlib.sha256(content + certificate + stamp.at.isoformat().encode()).hexdigest()[:16]
        signature = etree.Element(f"{{{DS}}}Signature", {"Id": identifier}, nsmap={"ds": DS})
        info = _signed_info(signature, certificate)
        _refer(info, f"#{covered}" if covered else "", target, identifier=f"{identifier}-ref", enveloped=True)
        _ds(signature, "SignatureValue", _HOLE)
        data = _ds(_ds(signature, "KeyInfo"), "X509Data")
        for der in (certificate, *certificates_in(chain)):
            _ds(data, "X509Certificate", _base64(der))
        place.append(signature)
        if self.advanced:
            properties = _properties(signature, identifier, certificate, stamp)
            _refer(info, f"#{identifier}-props", properties, kind=_PROPERTIES_TYPE)
        return _prepared(root, info)

    def finish(self, prepared: Prepared, *, signature: bytes, certificate: bytes, chain: bytes = b"") -> bytes:
        """Put the signature's value in. ``chain`` is in the document already."""
        start, end = prepared.hole
        value = _plain(signature, certificate) if certificate_parts(certificate).is_ec else signature
        return prepared.document[:start] + _base64(value).encode() + prepared.document[end:]


def prepare_whole(content: bytes, *, stamp: Stamp) -> Prepared:
    """The document as a program that signs XML itself gets it, which covers all of it. Raises :class:`Unsignable`."""
    if stamp.field:
        raise Unsignable("format", _("this way of signing covers an XML document only as a whole"))
    _check_free(parse(content))
    return Prepared(content, hashlib.sha256(content).digest(), (0, len(content)), b"")


XMLDSIG, XADES_B = XmlFormat(advanced=False), XmlFormat(advanced=True)


def parse(content: bytes) -> etree._Element:
    """A document without DTD; nothing is expanded or fetched. Raises :class:`Unsignable`."""
    if len(content) > MAX_BYTES:
        raise Unsignable("too_large", _("the file is too large"))
    try:
        root = etree.fromstring(content, parser_for(content))
    except (etree.LxmlError, ValueError) as error:
        raise Unsignable("damaged", _("the file is damaged, or is not XML")) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unsignable("doctype", _("the file declares a document type, which could change what is read"))
    return root


def _place(root: etree._Element, parent: str) -> etree._Element:
    if not parent:
        return root
    found = [each for each in root.iter(etree.Element) if etree.QName(each).localname == parent]
    if len(found) != 1:
        raise FieldMissing(f"{len(found)} elements {parent!r} in the document, one is needed")
    return found[0]


def _covered(root: etree._Element, identifier: str) -> etree._Element:
    """The element of that Id. There must be one: with two of them programs may read the one that is not signed."""
    if not identifier:
        return root
    names = ("Id", "ID", "id")
    found = [each for each in root.iter(etree.Element) if identifier in (each.get(name) for name in names)]
    if len(found) != 1:
        raise FieldMissing(f"{len(found)} elements with the Id {identifier!r} in the document, one is needed")
    return found[0]


def _check_free(root: etree._Element) -> None:
    """Something put into a document that is signed as a whole breaks that signature."""
    for reference in root.iter(f"{{{DS}}}Reference"):
        if not reference.get("URI"):
            raise Unsignable("locked", _("an earlier signature covers the whole document"))


def _ds(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{DS}}}{name}", attributes)
    made.text = text or None
    return made


def _xades(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{XADES}}}{name}", attributes, nsmap={"xades": XADES})
    made.text = text or None
    return made


def _signed_info(signature: etree._Element, certificate: bytes) -> etree._Element:
    info = _ds(signature, "SignedInfo")
    _ds(info, "CanonicalizationMethod", Algorithm=CANONICAL)
    _ds(info, "SignatureMethod", Algorithm=_ECDSA if certificate_parts(certificate).is_ec else _RSA)
    return info


def _refer(
    info: etree._Element,
    uri: str,
    target: etree._Element,
    *,
    identifier: str = "",
    kind: str = "",
    enveloped: bool = False,
) -> None:
    named = {"Id": identifier, "Type": kind}
    reference = _ds(info, "Reference", URI=uri, **{name: value for name, value in named.items() if value})
    transforms = _ds(reference, "Transforms")
    if enveloped:
        _ds(transforms, "Transform", Algorithm=_ENVELOPED)
    _ds(transforms, "Transform", Algorithm=CANONICAL)
    _ds(reference, "DigestMethod", Algorithm=SHA256)
    before, after = (b"", b"") if uri else beside(target)
    _ds(reference, "DigestValue", _base64(hashlib.sha256(before + _canonical(target) + after).digest()))


def _properties(signature: etree._Element, identifier: str, certificate: bytes, stamp: Stamp) -> etree._Element:
    """What is signed beside the document: when, with which certificate, of what kind, and why."""
    qualifying = _xades(_ds(signature, "Object"), "QualifyingProperties", Target=f"#{identifier}")
    signed = _xades(qualifying, "SignedProperties", Id=f"{identifier}-props")
    of_signature = _xades(signed, "SignedSignatureProperties")
    _xades(of_signature, "SigningTime", stamp.at.isoformat(timespec="seconds"))
    digest = _xades(_xades(_xades(of_signature, "SigningCertificateV2"), "Cert"), "CertDigest")
    _ds(digest, "DigestMethod", Algorithm=SHA256)
    _ds(digest, "DigestValue", _base64(hashlib.sha256(certificate).digest()))
    of_data = _xades(signed, "SignedDataObjectProperties")
    described = _xades(of_data, "DataObjectFormat", ObjectReference=f"#{identifier}-ref")
    if stamp.reason:
        _xades(described, "Description", stamp.reason)
    _xades(described, "MimeType", "text/xml")
    return signed


def _prepared(root: etree._Element, info: etree._Element) -> Prepared:
    document = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
    start = document.rindex(_HOLE.encode())
    digest = base64.b64decode(info.findtext(f"{{{DS}}}Reference/{{{DS}}}DigestValue") or "")
    return Prepared(document, digest, (start, start + len(_HOLE)), _canonical(info))


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _plain(signature: bytes, certificate: bytes) -> bytes:
    """An ECDSA signature as XML has it: both numbers side by side (RFC 4050), not as DER."""
    size = (certificate_parts(certificate).largest_signature - 9) // 2
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(signature))


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
