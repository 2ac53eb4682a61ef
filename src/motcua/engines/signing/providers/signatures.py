"""What services send back, brought into the one form that the house keeps: bare signatures, DER after DER."""

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509

from motcua.engines.signing.cms import certificate_parts
from motcua.engines.signing.providers.interface import Decline, Declined, Fault, Outcome, Signed

SHA256 = "2.16.840.1.101.3.4.2.1"
RSA = "1.2.840.113549.1.1.1"
ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"


def bare_signatures(contents: list[bytes], request_items: int, certificate: bytes) -> Outcome:
    """The signatures of a service that answers with signatures or, each for itself, with a CMS around one."""
    if len(contents) != request_items or not all(contents):
        detail = f"{len(contents)} signatures for {request_items} documents"
        return Declined(Decline.FAILED, detail, Fault.WRONG_SIGNATURE)
    found: list[bytes] = []
    for content in contents:
        outcome = bare_signature(content, certificate)
        if not isinstance(outcome, Signed):
            return outcome
        found += outcome.signatures
    return Signed(tuple(found))


def bare_signature(content: bytes, certificate: bytes) -> Outcome:
    """The signature inside of what a service answered: a CMS (RFC 5652), or the signature itself.

    Only a CMS without signed attributes covers our digest; one with attributes of its own fits no document of ours.
    """
    try:
        info = cms.ContentInfo.load(content, strict=True)
        if info["content_type"].native != "signed_data":
            return Signed((content,))
        signer = info["content"]["signer_infos"][0]
        certificates = [each.chosen.dump() for each in info["content"]["certificates"]]
        has_attributes, signature = bool(len(signer["signed_attrs"])), signer["signature"].native
    except (ValueError, TypeError, KeyError, IndexError):
        return Signed((content,))
    if has_attributes:
        detail = "the signature profile signs attributes of its own, not the digest"
        return Declined(Decline.FAILED, detail, Fault.MISCONFIGURED)
    if certificates and certificate not in certificates:
        return Declined(Decline.FAILED, "signed with another certificate", Fault.WRONG_SIGNATURE)
    return Signed((signature,))


def sign_algorithm(certificate: bytes) -> str:
    """The identifier of the algorithm by which a certificate's key signs a digest."""
    return ECDSA_WITH_SHA256 if certificate_parts(certificate).is_ec else RSA


def without_roots(chain: list[bytes]) -> bytes:
    """The intermediate certificates of a chain, DER after DER; what is no certificate is left out."""
    kept = []
    for der in chain:
        try:
            parsed = asn1_x509.Certificate.load(der)
            if parsed.issuer != parsed.subject:
                kept.append(der)
        except (ValueError, TypeError):
            continue
    return b"".join(kept)
