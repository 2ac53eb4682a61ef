"""What a XAdES signature carries beside what was signed (ETSI EN 319 132-1, 5.3 to 5.5): proofs and time stamps.

Nobody signed these properties, so each proves itself: certificates and revocation data by their signatures, time
stamps by what they cover.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from asn1crypto import crl, ocsp, x509
from lxml import etree

from motcua.engines.signing.verification import cms
from motcua.engines.signing.verification.faults import UNREADABLE
from motcua.engines.signing.verification.trust import Judge, Values
from motcua.engines.signing.verification.xmltree import NAMES, XADES, XADES_141, canonical, decoded

_STAMP, _ARCHIVE = f"{{{XADES}}}SignatureTimeStamp", f"{{{XADES_141}}}ArchiveTimeStamp"
# Where proofs stand: of the signature, of its time stamps, of both.
_PROOFS = frozenset(
    {
        f"{{{XADES}}}CertificateValues",
        f"{{{XADES}}}RevocationValues",
        f"{{{XADES_141}}}TimeStampValidationData",
        f"{{{XADES_141}}}AnyValidationData",
    }
)
# Over references and not values, or as they were before 2009: what they cover is not computed here.
_UNKNOWN = frozenset(
    {
        f"{{{XADES}}}ArchiveTimeStamp",
        f"{{{XADES}}}SigAndRefsTimeStamp",
        f"{{{XADES}}}RefsOnlyTimeStamp",
        f"{{{XADES_141}}}SigAndRefsTimeStampV2",
        f"{{{XADES_141}}}RefsOnlyTimeStampV2",
    }
)
_QUALIFYING = f"{{{XADES}}}QualifyingProperties"
_MOST_STAMPS = 20


@dataclass(frozen=True)
class Covered:
    """What a reference covers, as octets. ``nodes``: its transforms end with nodes, which a time stamp writes in its
    own canonical form.
    """

    octets: bytes
    nodes: bool

    def written(self, method: etree._Element | None) -> bytes:
        """As a time stamp with this way to canonicalise covers it."""
        return canonical(etree.fromstring(self.octets), method) if self.nodes else self.octets


def properties_of(signature: etree._Element) -> list[etree._Element]:
    """The unsigned properties of this signature, in order; not those of a signature inside it."""
    path = "ds:Object/xades:QualifyingProperties/xades:UnsignedProperties/xades:UnsignedSignatureProperties/*"
    return signature.findall(path, NAMES)


def countersigned(signature: etree._Element) -> bool:
    """Whether somebody signed the signature itself, which is not judged here."""
    return any(each.tag == f"{{{XADES}}}CounterSignature" for each in properties_of(signature))


def values_of(signature: etree._Element) -> Values:
    """The proofs in the signature. Raises what ``UNREADABLE`` lists for damaged ones."""
    held = [each for each in properties_of(signature) if each.tag in _PROOFS]
    return Values(
        tuple(x509.Certificate.load(der, strict=True) for der in _encapsulated(held, "X509Certificate")),
        tuple(crl.CertificateList.load(der, strict=True) for der in _encapsulated(held, "CRLValue")),
        tuple(ocsp.OCSPResponse.load(der, strict=True) for der in _encapsulated(held, "OCSPValue")),
    )


def _encapsulated(held: Sequence[etree._Element], kind: str) -> list[bytes]:
    found = (each for part in held for each in part.iter(f"{{{XADES}}}Encapsulated{kind}"))
    return [decoded(each) for each in islice(found, cms.MOST_VALUES)]


async def stamped(signature: etree._Element, signed: Sequence[Covered], judge: Judge, *, at: datetime) -> cms.Stamped:
    """What the time stamps prove. ``signed`` is what each reference covers.

    Each archive time stamp is judged at the time that the next one proves of it, the newest at ``at``.
    """
    properties = properties_of(signature)
    times: list[datetime] = []
    archived, uncounted = False, any(each.tag in _UNKNOWN for each in properties)
    for place in list(reversed(_places(properties, _ARCHIVE)))[:_MOST_STAMPS]:
        imprint = partial(archived_octets, signature, signed, properties[:place])
        moment = await _proven(properties[place], imprint, judge, at=times[-1] if times else at)
        if moment is None:
            uncounted = True
        else:
            times.append(moment)
            archived |= any(map(_tells_of_revocation, properties[:place]))
    over_value = [
        await _proven(properties[place], partial(_value, signature), judge, at=times[-1] if times else at)
        for place in _places(properties, _STAMP)[:_MOST_STAMPS]
    ]
    proven = [moment for moment in (*over_value, *times) if moment]
    return cms.Stamped(min(proven, default=None), archived=archived, uncounted=uncounted or None in over_value)


def _tells_of_revocation(held: etree._Element) -> bool:
    return held.tag in _PROOFS and any(_encapsulated([held], kind) for kind in ("CRLValue", "OCSPValue"))


def _places(properties: Sequence[etree._Element], tag: str) -> list[int]:
    return [place for place, each in enumerate(properties) if each.tag == tag]


async def _proven(
    stamp: etree._Element, octets: Callable[[etree._Element | None], bytes], judge: Judge, *, at: datetime
) -> datetime | None:
    """The time of a stamp; None when one of its tokens proves nothing. ``octets`` needs the way to canonicalise."""
    tokens = stamp.findall("xades:EncapsulatedTimeStamp", NAMES)
    if not tokens or stamp.find("xades:Include", NAMES) is not None:
        return None
    try:
        content = octets(stamp.find("ds:CanonicalizationMethod", NAMES))
        read = [cms.read(decoded(token)) for token in tokens[:_MOST_STAMPS]]
    except UNREADABLE:
        return None
    found = [await cms.time_of(token, partial(_digest, content), judge, at=at) for token in read]
    return None if None in found else min(moment for moment in found if moment)


def _value(signature: etree._Element, method: etree._Element | None) -> bytes:
    return canonical(signature.find("ds:SignatureValue", NAMES), method)


def archived_octets(
    signature: etree._Element,
    signed: Sequence[Covered],
    before: Sequence[etree._Element],
    method: etree._Element | None,
) -> bytes:
    """What an archive time stamp covers (5.5.2.2): what was signed, the signature, the properties ``before`` it."""
    own = [signature.find(f"ds:{name}", NAMES) for name in ("SignedInfo", "SignatureValue", "KeyInfo")]
    contents = [each for each in signature.findall("ds:Object", NAMES) if each.find(_QUALIFYING) is None]
    elements = [*(each for each in own if each is not None), *before, *contents]
    written = [*(each.written(method) for each in signed), *(canonical(each, method) for each in elements)]
    return b"".join(written)


def _digest(content: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, content).digest()
