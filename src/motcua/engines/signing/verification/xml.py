"""Signatures of XML documents (XMLDSig, XAdES: ETSI EN 319 132), as tax, insurance and document exchange use them.

A signature in XML says which element it covers. An attacker can move the signed element aside and put another where
programs read (signature wrapping): so the verdict tells whether the whole document is covered, else what is not.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import x509
from cryptography import x509 as pyca
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidSignature
from signxml.verifier import SignatureConfiguration, XMLVerifier
from signxml.xades.xades import XAdESVerifier

from motcua.engines.signing.verification import xades
from motcua.engines.signing.verification.cms import Stamped
from motcua.engines.signing.verification.faults import UNREADABLE, Unverifiable
from motcua.engines.signing.verification.trust import Judge, Material, Values, is_weak_digest
from motcua.engines.signing.verification.verdicts import Coverage, Kind, Note, Problem, State, Verdict
from motcua.engines.signing.verification.weighing import Found, weigh
from motcua.engines.signing.verification.xmltree import (
    CANONICAL,
    CANONICALISATIONS,
    DS,
    NAMES,
    XADES,
    beside,
    decoded,
    inherit,
    instructions_beside,
    parse,
)

MAX_SIGNATURES = 50
MAX_REFERENCES = 1000
_SIGNATURE, _SIGNED_INFO, _OBJECT = (f"{{{DS}}}{name}" for name in ("Signature", "SignedInfo", "Object"))
_SIGNED_PROPERTIES = f"{{{XADES}}}SignedProperties"
_UNSIGNED = f"{{{XADES}}}UnsignedProperties"
_QUALIFYING = f"{{{XADES}}}QualifyingProperties"
# Only transforms that leave nothing out: with XPath or XSLT a signature could cover something else than is read.
_TRANSFORMS = CANONICALISATIONS | {f"{DS}enveloped-signature"}
# What the library writes and reads again was read before, within its bounds.
_READ_ALREADY = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
Resolver = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Look:
    """What is seen of one signature without asking whom to trust."""

    certificate: bytes
    intact: bool
    covers_all: bool
    weak: bool
    advanced: bool  # it has signed properties (XAdES)


@dataclass(frozen=True)
class _Reference:
    """What one reference covers: an element of the document, or a file beside it (``uri``)."""

    uri: str
    element: etree._Element | None
    canonicalised: bool

    def covers(self, octets: bytes) -> xades.Covered:
        """What it covers, once that was found to be ``octets``."""
        return xades.Covered(octets, nodes=self.element is not None and not self.canonicalised)


class _Nth(XMLVerifier):
    """Verifies the signature at a place of the document, whichever others stand there.

    Where a signature names the whole document, what stands beside its root belongs to it; the library leaves it out.
    """

    place = 0
    beside = b"", b""
    signed_info: etree._Element | None = None  # at its place in the document
    _is_whole = False

    def _get_signature(self, root: etree._Element) -> etree._Element:
        return signatures_in(root)[self.place]

    def _resolve_reference(
        self, doc_root: etree._Element, reference: etree._Element, uri_resolver: Resolver | None = None
    ) -> Any:
        self._is_whole = reference.get("URI") == ""
        return super()._resolve_reference(doc_root, reference, uri_resolver)  # type: ignore[no-untyped-call]

    def _c14n(
        self, nodes: etree._Element, algorithm: CanonicalizationMethod, inclusive_ns_prefixes: Any = None
    ) -> bytes:
        """Write a part of a document as if it stood alone.

        Else libxml2 puts ``xmlns=""`` into the inclusive form where no default namespace ends, and SignedInfo as .NET
        and xmlsec1 write it seems altered.
        """
        alone = etree.fromstring(etree.tostring(nodes, with_tail=False), _READ_ALREADY)
        if nodes.tag == _SIGNED_INFO and self.signed_info is not None:
            inherit(alone, self.signed_info, algorithm.value)
        octets: bytes = super()._c14n(alone, algorithm, inclusive_ns_prefixes)
        return octets

    def _apply_transforms(self, payload: Any, *, transforms_node: Any, **how: Any) -> bytes:
        if isinstance(payload, etree._Element):  # of a copy of the document that is made for this reference
            inherit(payload, payload, _form_in(transforms_node))
        octets: bytes = super()._apply_transforms(payload, transforms_node=transforms_node, **how)
        before, after = self.beside if self._is_whole else (b"", b"")
        return before + octets + after


def _form_in(transforms: etree._Element | None) -> str:
    """The canonical form that transforms ask for; where they ask for none, the usual one counts."""
    asked = (each.get("Algorithm", "") for each in transforms) if transforms is not None else ()
    return next((each for each in asked if each in CANONICALISATIONS), CANONICAL)


class _NthXades(XAdESVerifier, _Nth):
    """The same, and the certificate named in the signed properties must be the signer's."""

    def validate_schema(self, signature: etree._Element) -> None:
        """Unsigned properties of a newer standard than the schema leave the signature what it is."""
        bare = copy.deepcopy(signature)
        etree.strip_elements(bare, _UNSIGNED, with_tail=False)
        super().validate_schema(bare)  # type: ignore[no-untyped-call]


async def examine(file: bytes, material: Material, *, at: datetime) -> tuple[Verdict, ...]:
    """Judge every signature of an XML document. Raises :class:`Unverifiable`."""
    return await examine_tree(parse(file), Judge(material), at=at, kind=Kind.XML)


async def examine_tree(
    root: etree._Element, judge: Judge, *, at: datetime, kind: Kind, resolve: Resolver | None = None
) -> tuple[Verdict, ...]:
    """Judge the signatures in a parsed document. ``resolve`` gives the contents of files beside it."""
    signatures = signatures_in(root)
    if len(signatures) > MAX_SIGNATURES:
        raise Unverifiable(Problem.TOO_MANY)
    return tuple(
        [await _verdict(root, place, judge, at, kind=kind, resolve=resolve) for place in range(len(signatures))]
    )


def signatures_in(root: etree._Element) -> list[etree._Element]:
    """The signatures that are not parts of another one."""
    return [each for each in root.iter(_SIGNATURE) if next(each.iterancestors(_SIGNATURE), None) is None]


def look_at(root: etree._Element, signature: etree._Element) -> Look:
    """Look at one signature of a parsed document. Raises :class:`Unverifiable`, or an error of ``UNREADABLE``."""
    certificate, _others = _certificates(signature)
    references = _references(root, signature, alone=True)
    octets = _signed_octets(root, signatures_in(root).index(signature), certificate, None)
    _covers, uncovered = _coverage(root, signature, references, alone=True)
    return Look(
        certificate,
        intact=octets is not None,
        covers_all=not uncovered,
        weak=_is_weak(signature),
        advanced=_properties(signature) is not None,
    )


async def _verdict(
    root: etree._Element, place: int, judge: Judge, at: datetime, *, kind: Kind, resolve: Resolver | None
) -> Verdict:
    signature = signatures_in(root)[place]
    name = signature.get("Id", "")
    try:
        certificate, others = _certificates(signature)
        references = _references(root, signature, alone=resolve is None)
        weak = _is_weak(signature)
    except Unverifiable as error:
        return Verdict(State.UNVERIFIABLE, field=name, kind=kind, problem=error.problem)
    except UNREADABLE:
        return Verdict(State.BROKEN, field=name, kind=kind)
    octets = _signed_octets(root, place, certificate, resolve)
    state = State.BROKEN if octets is None else State.VALID
    signed = [each.covers(found) for each, found in zip(references, octets or (), strict=bool(octets))]
    covers, uncovered = _coverage(root, signature, references, alone=resolve is None)
    if state is State.VALID and uncovered:
        state = State.PARTIAL
    values, notes = _values(signature)
    judge = Judge(judge.material.with_values(values)) if values != Values() else judge
    stamped = await xades.stamped(signature, signed, judge, at=at) if octets is not None else Stamped()
    found = Found(
        certificate=x509.Certificate.load(certificate),
        others=tuple(x509.Certificate.load(other) for other in others),
        claimed_at=_claimed_at(signature),
        proven_at=stamped.at,
        weak=weak,
        standard=_properties(signature) is not None,
        embedded=values.tells_of_revocation,
        archived=stamped.archived,
    )
    verdict = await weigh(found, judge, at=at, kind=kind, state=state)
    coverage = Coverage.PARTS if uncovered else Coverage.WHOLE
    notes |= {Note.UNCOUNTED} if stamped.uncounted else set()
    return replace(
        verdict, field=name, coverage=coverage, covers=covers, uncovered=uncovered, notes=tuple(sorted(notes))
    )


def _values(signature: etree._Element) -> tuple[Values, set[Note]]:
    """The proofs that the signature brings, and what is to be said of it beside. Damaged ones are as none."""
    notes = {Note.COUNTERSIGNED} if xades.countersigned(signature) else set()
    try:
        return xades.values_of(signature), notes
    except UNREADABLE:
        return Values(), notes | {Note.UNCOUNTED}


def _certificates(signature: etree._Element) -> tuple[bytes, list[bytes]]:
    """The signer's certificate (the first, as signers write it, checked with the signature) and the others."""
    found = signature.findall("ds:KeyInfo/ds:X509Data/ds:X509Certificate", NAMES)
    ders = [decoded(each) for each in found[:MAX_SIGNATURES]]
    if not ders:
        raise Unverifiable(Problem.UNSUPPORTED)
    return ders[0], ders[1:]


def _references(root: etree._Element, signature: etree._Element, *, alone: bool) -> list[_Reference]:
    found = signature.findall("ds:SignedInfo/ds:Reference", NAMES)
    if not found or len(found) > MAX_REFERENCES:
        raise Unverifiable(Problem.TOO_MANY)
    transforms = {each.get("Algorithm") for each in signature.findall("ds:SignedInfo//ds:Transform", NAMES)}
    if not transforms <= _TRANSFORMS:
        raise Unverifiable(Problem.UNSUPPORTED)
    references = [_reference(root, each) for each in found]
    own, signed = _properties(signature), [each.element for each in references]
    if own is not None and own not in signed:
        raise Unverifiable(Problem.AMBIGUOUS)
    if alone and any(each.element is None for each in references):
        raise Unverifiable(Problem.UNSUPPORTED)
    return references


def _properties(signature: etree._Element) -> etree._Element | None:
    """The signed properties of this signature, not of one inside it. Raises :class:`Unverifiable` for several."""
    found = [each for each in signature.iter(_SIGNED_PROPERTIES) if next(each.iterancestors(_SIGNATURE)) is signature]
    if len(found) > 1:
        raise Unverifiable(Problem.AMBIGUOUS)
    return found[0] if found else None


def _reference(root: etree._Element, reference: etree._Element) -> _Reference:
    transforms = [each.get("Algorithm") for each in reference.findall("ds:Transforms/ds:Transform", NAMES)]
    canonicalised = not CANONICALISATIONS.isdisjoint(transforms)
    return _Reference(reference.get("URI", ""), _referred(root, reference.get("URI")), canonicalised)


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
    methods = [each.get("Algorithm", "") for each in signature.findall("ds:SignedInfo//*[@Algorithm]", NAMES)]
    return any(is_weak_digest(method.rpartition("#")[2].rpartition("-")[2]) for method in methods)


def _signed_octets(
    root: etree._Element, place: int, certificate: bytes, resolve: Resolver | None
) -> list[bytes] | None:
    """What each reference of a signature covers, when the key of the certificate has signed it; else None."""
    key = pyca.load_der_x509_certificate(certificate)
    standard = _properties(signatures_in(root)[place]) is not None
    verifier = _NthXades() if standard else _Nth()
    verifier.place, verifier.beside = place, beside(root)
    verifier.signed_info = signatures_in(root)[place].find("ds:SignedInfo", NAMES)
    # Whether the certificate may be trusted is judged elsewhere, for the time that counts: here it is just a key.
    # Outdated digests are computed too, and told: that a file is whole and that it can be forged are two things.
    configuration = SignatureConfiguration(
        expect_references=False,
        verification_time=key.not_valid_before_utc,
        signature_methods=frozenset(SignatureMethod),
        digest_algorithms=frozenset(DigestAlgorithm),
    )
    try:
        results = verifier.verify(
            root, x509_cert=key, expect_config=configuration, uri_resolver=resolve, parser=_READ_ALREADY
        )
    except (InvalidSignature, *UNREADABLE):
        return None
    return [each.signed_data for each in (results if isinstance(results, list) else [results])]


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
    if not any(each.uri == "" for each in references):
        before, after = instructions_beside(root)
        uncovered += tuple(str(each.target) for each in (*before, *after))
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
    for each in signature.findall("ds:Object", NAMES):
        if each not in signed:
            yield from (
                _name(child)
                for child in each
                if isinstance(child.tag, str) and child not in signed and child.tag != _QUALIFYING
            )


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _claimed_at(signature: etree._Element) -> datetime | None:
    properties = _properties(signature)
    found = properties.find(".//xades:SigningTime", NAMES) if properties is not None else None
    try:
        moment = datetime.fromisoformat((found.text or "").strip()) if found is not None else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else None
