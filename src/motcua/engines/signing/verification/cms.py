"""Signatures in CMS (RFC 5652, CAdES) and time stamps (RFC 3161): what PDF and containers have in common."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from asn1crypto import cms, core, tsp, x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.general import extract_signer_info, find_cms_attribute_iter
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    extract_self_reported_ts,
    get_signing_cert_attr,
    validate_sig_integrity,
)

from motcua.engines.signing.verification.faults import UNREADABLE
from motcua.engines.signing.verification.trust import Judge, Usage, is_weak_digest

_STAMP = "signature_time_stamp_token"
_MOST_STAMPS = 5


@dataclass(frozen=True)
class Signature:
    """A CMS signature whose mathematics were checked; nothing is said yet of trust."""

    intact: bool
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    claimed_at: datetime | None
    names_certificate: bool
    weak: bool


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


async def stamped_at(signed: cms.SignedData, judge: Judge, *, at: datetime) -> datetime | None:
    """The time that a trusted time stamp in the signature proves, none without one."""
    value = extract_signer_info(signed)["signature"].native
    found = [
        await time_of(token, lambda algorithm: hashlib.new(algorithm, value).digest(), judge, at=at)
        for token in _stamps(signed)
    ]
    return min((moment for moment in found if moment), default=None)


def _stamps(signed: cms.SignedData) -> Iterator[cms.SignedData]:
    attributes = extract_signer_info(signed)["unsigned_attrs"]
    found = () if isinstance(attributes, core.Void) else find_cms_attribute_iter(attributes, _STAMP)
    # More than one stamp is allowed, a thousand are an attack.
    for token in islice(found, _MOST_STAMPS):
        yield token["content"]


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
