"""Raising XML signatures (ETSI EN 319 132-1): B-T by a time stamp over the value, B-LT by the proofs beside it.

Only what another signature does not cover is touched, so that this other one stays valid.
"""

import base64
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _
from lxml import etree

from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.levels.evidence import Evidence, Notary
from motcua.engines.signing.verification.xmltree import DS, EXCLUSIVE, NAMES, XADES, XADES_141, canonical, decoded
from motcua.engines.signing.xml import parse

_QUALIFYING = "ds:Object/xades:QualifyingProperties"
_CERTIFICATE = "ds:KeyInfo/ds:X509Data/ds:X509Certificate"
_STAMP = f"{{{XADES}}}SignatureTimeStamp"


def stamped(content: bytes, notary: Notary) -> bytes:
    """The document with a time stamp in each of its signatures (B-T). Raises :class:`Unsignable` when none can be."""
    root = parse(content)
    for signature in _raisable(root):
        properties = _unsigned(signature)
        if properties.find(_STAMP) is None:
            stamp = _child(properties, XADES, "SignatureTimeStamp")
            method = _child(stamp, DS, "CanonicalizationMethod", Algorithm=EXCLUSIVE)
            token = notary.token_over(canonical(signature.find("ds:SignatureValue", NAMES), method))
            _put(stamp, "EncapsulatedTimeStamp", [token])
    return _written(root)


def proven(content: bytes, notary: Notary) -> bytes:
    """The document with what a later check needs of signers and time-stamp authority (B-LT)."""
    root = parse(content)
    for signature in _raisable(root):
        properties = _unsigned(signature)
        own, *others = [
            decoded(each) for each in signature.findall("ds:KeyInfo/ds:X509Data/ds:X509Certificate", NAMES)
        ]
        stamp = properties.findall(_STAMP)[-1]
        data = etree.Element(f"{{{XADES_141}}}TimeStampValidationData", nsmap={"xades141": XADES_141})
        stamp.addnext(data)
        _add(data, notary.evidence_on_stamps())
        _add(properties, notary.evidence_on(own, others))
    return _written(root)


def _raisable(root: etree._Element) -> list[etree._Element]:
    """The signatures that have a place for it and that no other signature covers."""
    found = [each for each in root.iter(f"{{{DS}}}Signature") if each.find(_QUALIFYING, NAMES) is not None]
    free = [each for each in found if not any(each in _covered(root, other) for other in found if other is not each)]
    if not free:
        raise Unsignable("basic", _("its signatures have no place for time stamps (XMLDSig without XAdES)"))
    return free


def _covered(root: etree._Element, signature: etree._Element) -> Iterator[etree._Element]:
    for reference in signature.findall("ds:SignedInfo/ds:Reference", NAMES):
        uri = reference.get("URI", "")
        if not uri or uri.startswith("#"):
            yield from (root if not uri else _named(root, uri[1:])).iter(f"{{{DS}}}Signature")


def _named(root: etree._Element, identifier: str) -> etree._Element:
    names = ("Id", "ID", "id")
    return next(each for each in root.iter(etree.Element) if identifier in [each.get(name) for name in names])


def _unsigned(signature: etree._Element) -> etree._Element:
    """Where unsigned properties of the signature go, made when it is not there."""
    place = signature.find(_QUALIFYING, NAMES)
    assert place is not None
    for name in ("UnsignedProperties", "UnsignedSignatureProperties"):
        found = place.find(f"{{{XADES}}}{name}")
        place = _child(place, XADES, name) if found is None else found
    return place


def _add(parent: etree._Element, evidence: Evidence) -> None:
    _put(_child(parent, XADES, "CertificateValues"), "EncapsulatedX509Certificate", evidence.certificates)
    values = _child(parent, XADES, "RevocationValues")
    for kind, listed in (("CRL", evidence.known.crls), ("OCSP", evidence.known.ocsps)):
        if listed:
            _put(_child(values, XADES, f"{kind}Values"), f"Encapsulated{kind}Value", listed)


def _put(parent: etree._Element, name: str, ders: Iterable[bytes]) -> None:
    for der in ders:
        _child(parent, XADES, name).text = base64.b64encode(der).decode()


def _child(parent: etree._Element, space: str, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{space}}}{name}", attributes, nsmap={"xades": XADES})


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
