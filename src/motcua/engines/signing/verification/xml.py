"""Signatures of XML documents (XMLDSig, XAdES: ETSI EN 319 132), as tax, insurance and document exchange use them.

A signature in XML says which element it covers. An attacker can move the signed element aside and put another where
programs read (signature wrapping): so the verdict tells whether the whole document is covered, else what is not.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from asn1crypto import x509
from cryptography import x509 as pyca
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidSignature
from signxml.verifier import SignatureConfiguration, XMLVerifier
from signxml.xades.xades import XAdESVerifier

from motcua.engines.signing.verification import cms
from motcua.engines.signing.verification.faults import UNREADABLE, Unverifiable
from motcua.engines.signing.verification.trust import Judge, Material, is_weak_digest
from motcua.engines.signing.verification.verdicts import Coverage, Kind, Problem, State, Verdict
from motcua.engines.signing.verification.weighing import Found, weigh

MAX_SIGNATURES = 50
MAX_REFERENCES = 1000
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
_NAMES = {"ds": DS, "xades": XADES}
_SIGNATURE, _OBJECT = f"{{{DS}}}Signature", f"{{{DS}}}Object"
_SIGNED_PROPERTIES = f"{{{XADES}}}SignedProperties"
_QUALIFYING = f"{{{XADES}}}QualifyingProperties"
_CANONICAL = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
# Only transforms that leave nothing out: with XPath or XSLT a signature could cover something else than is read.
_TRANSFORMS = frozenset(
    {
        f"{DS}enveloped-signature",
        *(f"{name}{comments}" for name in (
            _CANONICAL, "http://www.w3.org/2006/12/xml-c14n11", "http://www.w3.org/2001/10/xml-exc-c14n#"
        ) for comments in ("", "#WithComments", "WithComments")),
    }
)  # fmt: skip
Resolver = Callable[[str], bytes | None]


@dataclass(frozen=True)
class _Reference:
    """What one reference covers: an element of the document, or a file beside it (``uri``)."""

    uri: str
    element: etree._Element | None


class _Nth(XMLVerifier):
    """Verifies the signature at a place of the document, whichever others stand there."""

    place = 0

    def _get_signature(self, root: etree._Element) -> etree._Element:
        return _signatures(root)[self.place]


class _NthXades(XAdESVerifier, _Nth):
    """The same, and the certificate named in the signed properties must be the signer's."""


async def examine(file: bytes, material: Material, *, at: datetime) -> tuple[Verdict, ...]:
    """Judge every signature of an XML document. Raises :class:`Unverifiable`."""
    return await examine_tree(parse(file), Judge(material), at=at, kind=Kind.XML)


def parse(file: bytes) -> etree._Element:
    """The document without expanding or fetching anything. Raises :class:`Unverifiable`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(file, parser)
    except etree.LxmlError as error:
        if b"<!DOCTYPE" in file[:4096] or b"<!ENTITY" in file[:4096]:
            raise Unverifiable(Problem.FORBIDDEN) from error
        raise Unverifiable(Problem.DAMAGED) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unverifiable(Problem.FORBIDDEN)
    return root


async def examine_tree(
    root: etree._Element, judge: Judge, *, at: datetime, kind: Kind, resolve: Resolver | None = None
) -> tuple[Verdict, ...]:
    """Judge the signatures in a parsed document. ``resolve`` gives the contents of files beside it."""
    signatures = _signatures(root)
    if len(signatures) > MAX_SIGNATURES:
        raise Unverifiable(Problem.TOO_MANY)
    return tuple(
        [await _verdict(root, place, judge, at, kind=kind, resolve=resolve) for place in range(len(signatures))]
    )


def _signatures(root: etree._Element) -> list[etree._Element]:
    """The signatures that are not parts of another one."""
    return [each for each in root.iter(_SIGNATURE) if next(each.iterancestors(_SIGNATURE), None) is None]


async def _verdict(
    root: etree._Element, place: int, judge: Judge, at: datetime, *, kind: Kind, resolve: Resolver | None
) -> Verdict:
    signature = _signatures(root)[place]
    name = signature.get("Id", "")
    try:
        certificate, others = _certificates(signature)
        references = _references(root, signature, alone=resolve is None)
        stamped = await _stamped_at(signature, judge, at)
        weak = _is_weak(signature)
    except Unverifiable as error:
        return Verdict(State.UNVERIFIABLE, field=name, kind=kind, problem=error.problem)
    except UNREADABLE:
        return Verdict(State.BROKEN, field=name, kind=kind)
    state = _mathematics(root, place, certificate, resolve)
    covers, uncovered = _coverage(root, signature, references, alone=resolve is None)
    if state is State.VALID and uncovered:
        state = State.PARTIAL
    found = Found(
        certificate=x509.Certificate.load(certificate),
        others=tuple(x509.Certificate.load(other) for other in others),
        claimed_at=_claimed_at(signature),
        proven_at=stamped,
        weak=weak,
        standard=signature.find(f".//{_SIGNED_PROPERTIES}") is not None,
    )
    verdict = await weigh(found, judge, at=at, kind=kind, state=state)
    coverage = Coverage.PARTS if uncovered else Coverage.WHOLE
    return replace(verdict, field=name, coverage=coverage, covers=covers, uncovered=uncovered)


def _certificates(signature: etree._Element) -> tuple[bytes, list[bytes]]:
    """The signer's certificate (the first, as signers write it, checked with the signature) and the others."""
    found = signature.findall("ds:KeyInfo/ds:X509Data/ds:X509Certificate", _NAMES)
    ders = [decoded(each) for each in found[:MAX_SIGNATURES]]
    if not ders:
        raise Unverifiable(Problem.UNSUPPORTED)
    return ders[0], ders[1:]


def _references(root: etree._Element, signature: etree._Element, *, alone: bool) -> list[_Reference]:
    found = signature.findall("ds:SignedInfo/ds:Reference", _NAMES)
    if not found or len(found) > MAX_REFERENCES:
        raise Unverifiable(Problem.TOO_MANY)
    transforms = {each.get("Algorithm") for each in signature.findall("ds:SignedInfo//ds:Transform", _NAMES)}
    if not transforms <= _TRANSFORMS:
        raise Unverifiable(Problem.UNSUPPORTED)
    if len(signature.findall(f".//{_SIGNED_PROPERTIES}")) > 1:
        raise Unverifiable(Problem.AMBIGUOUS)
    references = [_Reference(each.get("URI", ""), _referred(root, each.get("URI"))) for each in found]
    if alone and any(each.element is None for each in references):
        raise Unverifiable(Problem.UNSUPPORTED)
    return references


def _referred(root: etree._Element, uri: str | None) -> etree._Element | None:
    """The element that a reference means. One name for two elements is an attack, whatever a library would take."""
    if uri is None:
        raise Unverifiable(Problem.UNSUPPORTED)
    if not uri:
        return root
    if not uri.startswith("#"):
        return None
    condition = " or ".join(f"@*[local-name()='{name}']=$id" for name in ("Id", "ID", "id"))
    found: Any = root.xpath(f"//*[{condition}]", id=uri[1:])
    if len(found) != 1:
        raise Unverifiable(Problem.AMBIGUOUS)
    element: etree._Element = found[0]
    return element


def _is_weak(signature: etree._Element) -> bool:
    methods = [each.get("Algorithm", "") for each in signature.findall("ds:SignedInfo//*[@Algorithm]", _NAMES)]
    return any(is_weak_digest(method.rpartition("#")[2].rpartition("-")[2]) for method in methods)


def _mathematics(root: etree._Element, place: int, certificate: bytes, resolve: Resolver | None) -> State:
    key = pyca.load_der_x509_certificate(certificate)
    standard = _signatures(root)[place].find(f".//{_QUALIFYING}") is not None
    verifier = _NthXades() if standard else _Nth()
    verifier.place = place
    # Whether the certificate may be trusted is judged elsewhere, for the time that counts: here it is just a key.
    # Outdated digests are computed too, and told: that a file is whole and that it can be forged are two things.
    configuration = SignatureConfiguration(
        expect_references=False,
        verification_time=key.not_valid_before_utc,
        signature_methods=frozenset(SignatureMethod),
        digest_algorithms=frozenset(DigestAlgorithm),
    )
    try:
        verifier.verify(root, x509_cert=key, expect_config=configuration, uri_resolver=resolve)
    except (InvalidSignature, *UNREADABLE):
        return State.BROKEN
    return State.VALID


def _coverage(
    root: etree._Element, signature: etree._Element, references: list[_Reference], *, alone: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the signature covers and what of the document it does not, by the elements' names.

    Where files stand beside the document only they are named: an element may be called like a file nobody signed.
    """
    signed = [each.element for each in references if each.element is not None]
    uncovered = tuple(dict.fromkeys(_uncovered(root, set(signed), signature)))
    if not alone:
        return tuple(dict.fromkeys(each.uri for each in references if each.element is None)), uncovered
    own = set(signature.iter())
    contents = [each for each in signed if each not in own or each.tag == _OBJECT]
    return tuple(dict.fromkeys(_name(each) for each in contents if each is not root)), uncovered


def _uncovered(root: etree._Element, signed: set[etree._Element], signature: etree._Element) -> Iterator[str]:
    """The highest elements with a content that the signature does not cover.

    An element that only frames what is signed, without words or attributes of its own, says nothing.
    """
    frames = {above for each in (*signed, signature) for above in each.iterancestors()}
    waiting = [root]
    while waiting:
        each = waiting.pop()
        if each in signed or not isinstance(each.tag, str):
            continue
        if each is signature:
            yield from _uncovered_objects(each, signed)
        elif each.tag != _SIGNATURE and (each not in frames or _says_something(each)):
            yield _name(each)
        elif each.tag != _SIGNATURE:
            waiting += reversed(each)


def _says_something(element: etree._Element) -> bool:
    words = [element.text, *(child.tail for child in element)]
    return any(word and word.strip() for word in words) or bool(set(element.attrib) - {"Id", "ID", "id"})


def _uncovered_objects(signature: etree._Element, signed: set[etree._Element]) -> Iterator[str]:
    """Contents inside the signature (enveloping) that it does not cover."""
    for each in signature.findall("ds:Object", _NAMES):
        if each not in signed:
            yield from (
                _name(child)
                for child in each
                if isinstance(child.tag, str) and child not in signed and child.tag != _QUALIFYING
            )


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _claimed_at(signature: etree._Element) -> datetime | None:
    found = signature.find(f".//{_SIGNED_PROPERTIES}//xades:SigningTime", _NAMES)
    try:
        moment = datetime.fromisoformat((found.text or "").strip()) if found is not None else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else None


async def _stamped_at(signature: etree._Element, judge: Judge, at: datetime) -> datetime | None:
    """The time that a signature time stamp proves (ETSI EN 319 132-1, 5.3: over the canonical SignatureValue)."""
    stamps = signature.findall(f".//{_QUALIFYING}//xades:SignatureTimeStamp", _NAMES)
    value = signature.find("ds:SignatureValue", _NAMES)
    if value is None:
        raise ValueError("a signature without its value")
    found = []
    for stamp in stamps[:5]:
        method = stamp.find("ds:CanonicalizationMethod", _NAMES)
        algorithm = method.get("Algorithm", "") if method is not None else _CANONICAL
        canonical = etree.tostring(value, method="c14n", exclusive="exc-c14n" in algorithm)
        for token in stamp.findall("xades:EncapsulatedTimeStamp", _NAMES):
            signed = cms.read(decoded(token))
            found.append(await cms.time_of(signed, partial(_digest, canonical), judge, at=at))
    return min((moment for moment in found if moment), default=None)


def decoded(element: etree._Element | None) -> bytes:
    """The Base64 content of an element. Raises ``ValueError`` for none."""
    if element is None:
        raise ValueError("an element is missing")
    return base64.b64decode(element.text or "")


def _digest(content: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, content).digest()
