"""Signatures in CMS (RFC 5652, CAdES) and time stamps (RFC 3161): what PDF and containers have in common."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from asn1crypto import cms, core, crl, ocsp, tsp, x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.general import extract_signer_info, find_cms_attribute_iter
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_self_reported_ts,
    get_signing_cert_attr,
    validate_sig_integrity,
)

from motcua.engines.signing.verification.faults import UNREADABLE
from motcua.engines.signing.verification.trust import Judge, Usage, Values, is_weak_digest

_STAMP = "signature_time_stamp_token"
_MOST_STAMPS = 5
MOST_VALUES = 200

# Unsigned attributes (ETSI EN 319 122-1): proofs as CAdES had them before, and archive time stamps of three versions.
_CERTIFICATE_VALUES, _REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.23", "1.2.840.113549.1.9.16.2.24"
_UNKNOWN_STAMPS = frozenset({"1.2.840.113549.1.9.16.2.27", "1.2.840.113549.1.9.16.2.48", "0.4.0.1733.2.4"})


@dataclass(frozen=True)
class Signature:
    """A CMS signature whose mathematics were checked; nothing is said yet of trust."""

    intact: bool
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    claimed_at: datetime | None
    names_certificate: bool
    weak: bool


@dataclass(frozen=True)
class Stamped:
    """What the time stamps of a signature prove: ``at`` is the earliest trusted time, ``archived`` says that a trusted
    one covers the proofs too, ``uncounted`` that there are stamps which prove nothing here.
    """

    at: datetime | None = None
    archived: bool = False
    uncounted: bool = False


def read(der: bytes) -> cms.SignedData:
    """The signed data of a CMS file. Raises ``ValueError`` or ``TypeError``."""
    content = cms.ContentInfo.load(der)
    if content["content_type"].native != "signed_data":
        raise ValueError("no signed data")
    signed: cms.SignedData = content["content"]
    return signed


def check(signed: cms.SignedData, digest: Callable[[str], bytes], *, content_type: str = "data") -> Signature:
    """Check digest and signature. ``digest`` computes the digest of what is signed with the named algorithm.

    Raises what :data:`UNREADABLE` lists for a signature that is none.
    """
    signer = extract_signer_info(signed)
    found = extract_certs_for_validation(signed)
    algorithm = signer["digest_algorithm"]["algorithm"].native
    try:
        intact, valid = validate_sig_integrity(
            signer, found.signer_cert, expected_content_type=content_type, actual_digest=digest(algorithm)
        )
    except InvalidSignature:
        intact = valid = False
    attributes = signer["signed_attrs"]
    named = not isinstance(attributes, core.Void) and get_signing_cert_attr(attributes) is not None
    return Signature(
        intact=intact and valid,
        certificate=found.signer_cert,
        others=tuple(found.other_certs),
        claimed_at=extract_self_reported_ts(signer),
        names_certificate=named,
        weak=is_weak_digest(algorithm),
    )


def detached(signed: cms.SignedData) -> bool:
    """Whether the signature leaves out what it signs, as those beside or inside a document must."""
    return isinstance(signed["encap_content_info"]["content"], core.Void)


async def stamped(signed: cms.SignedData, judge: Judge, *, at: datetime) -> Stamped:
    """What the signature time stamps in a signature prove."""
    value = extract_signer_info(signed)["signature"].native
    found = [
        await time_of(token, lambda algorithm: hashlib.new(algorithm, value).digest(), judge, at=at)
        for token in _stamps(signed)
    ]
    unknown = any(kind in _UNKNOWN_STAMPS for kind in _unsigned_kinds(signed))
    return Stamped(min((moment for moment in found if moment), default=None), uncounted=unknown or None in found)


def _unsigned(signed: cms.SignedData) -> cms.CMSAttributes | tuple[()]:
    attributes = extract_signer_info(signed)["unsigned_attrs"]
    return () if isinstance(attributes, core.Void) else attributes


def _unsigned_kinds(signed: cms.SignedData) -> list[str]:
    return [attribute["type"].dotted for attribute in _unsigned(signed)]


def _stamps(signed: cms.SignedData) -> Iterator[cms.SignedData]:
    found = find_cms_attribute_iter(attributes, _STAMP) if (attributes := _unsigned(signed)) else ()
    # More than one stamp is allowed, a thousand are an attack.
    for token in islice(found, _MOST_STAMPS):
        yield token["content"]


def countersigned(signed: cms.SignedData) -> bool:
    """Whether somebody signed the signature itself, which is not judged here."""
    return any(attribute["type"].native == "counter_signature" for attribute in _unsigned(signed))


def values_of(signed: cms.SignedData) -> Values:
    """The proofs in a signature or time stamp: in the fields for them, and in the attributes that held them before."""
    lists, answers = [], []
    for each in islice(signed["crls"], MOST_VALUES) if not isinstance(signed["crls"], core.Void) else ():
        if each.name == "crl":
            lists.append(each.chosen)
        elif each.chosen["other_rev_info_format"].native == "ocsp_response":
            answers.append(each.chosen["other_rev_info"].parsed)
    found = Values(tuple(extract_certs_for_validation(signed).other_certs), tuple(lists), tuple(answers))
    for attribute in _unsigned(signed):
        found += _older_values(attribute)
    return found


def _older_values(attribute: cms.CMSAttribute) -> Values:
    kind, values = attribute["type"].dotted, attribute["values"]
    if kind == _CERTIFICATE_VALUES:
        listed = islice(core.SequenceOf.load(values[0].dump(), spec=x509.Certificate), MOST_VALUES)
        return Values(tuple(listed))
    if kind != _REVOCATION_VALUES:
        return Values()
    held = _RevocationValues.load(values[0].dump())
    lists = tuple(islice(held["crls"] or (), MOST_VALUES))
    return Values((), lists, tuple(map(_whole_answer, islice(held["ocsps"] or (), MOST_VALUES))))


class _Lists(core.SequenceOf):  # type: ignore[misc]
    _child_spec = crl.CertificateList


class _Answers(core.SequenceOf):  # type: ignore[misc]
    _child_spec = ocsp.BasicOCSPResponse


class _RevocationValues(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("crls", _Lists, {"explicit": 0, "optional": True}),
        ("ocsps", _Answers, {"explicit": 1, "optional": True}),
        ("other", core.Any, {"explicit": 2, "optional": True}),
    ]


def _whole_answer(basic: ocsp.BasicOCSPResponse) -> ocsp.OCSPResponse:
    """An answer as responders send it: the attribute holds only its inner part."""
    inner = {"response_type": "basic_ocsp_response", "response": core.ParsableOctetString(basic.dump())}
    made = ocsp.OCSPResponse({"response_status": "successful", "response_bytes": inner})
    return ocsp.OCSPResponse.load(made.dump())


async def time_of(
    token: cms.SignedData, imprint: Callable[[str], bytes], judge: Judge, *, at: datetime
) -> datetime | None:
    """The time that a time stamp proves of what ``imprint`` digests, judging the authority's certificate at ``at``.

    None when the token is damaged, belongs to something else, or its authority is not trusted.
    """
    try:
        content = token["encap_content_info"]["content"]
        info = content.parsed
        if not isinstance(info, tsp.TSTInfo):
            return None
        checked = check(token, lambda name: hashlib.new(name, content.contents).digest(), content_type="tst_info")
        stamped = info["message_imprint"]
        algorithm = stamped["hash_algorithm"]["algorithm"].native
        if not checked.intact or checked.weak or is_weak_digest(algorithm):
            return None
        if stamped["hashed_message"].native != imprint(algorithm):
            return None
        moment: datetime = info["gen_time"].native
    except UNREADABLE:
        return None
    judged = await judge.judge(checked.certificate, at=at, usage=Usage.TIMESTAMPING, others=checked.others)
    return moment if judged.trusted else None
