"""Reading what authorities state about revoked certificates: lists (CRL, RFC 5280) and answers (OCSP, RFC 6960).

Only what bears the issuer's signature is taken: these come over plain HTTP. Pure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from motcua.engines.signing.levels.paths import Link, parsed

# An authority that does not say until when its statement holds.
LIST_LIFE, ANSWER_LIFE = timedelta(days=1), timedelta(hours=1)


class Unusable(Exception):
    """Not a statement of this issuer about this certificate."""


@dataclass(frozen=True)
class Statement:
    """A list or an answer (DER) and from when until when it holds."""

    der: bytes
    this_update: datetime
    next_update: datetime


def read_list(der: bytes, issuer: bytes) -> Statement:
    """Check a list. Raises :class:`Unusable`."""
    by = parsed(issuer)
    try:
        found = x509.load_der_x509_crl(der)
        genuine = found.issuer == by.subject and found.is_signature_valid(by.public_key())  # type: ignore[arg-type]
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Unusable(f"not a revocation list: {error}") from error
    if not genuine:
        raise Unusable("the revocation list is not signed by the issuer of the certificate")
    return _dated(der, found.last_update_utc, found.next_update_utc, LIST_LIFE)


def question(link: Link) -> bytes:
    """The OCSP request about a certificate. SHA-1 only names the issuer; it is what every responder knows."""
    builder = ocsp.OCSPRequestBuilder()
    asked = builder.add_certificate(parsed(link.certificate), parsed(link.issuer), SHA1())  # noqa: S303
    return asked.build().public_bytes(Encoding.DER)


def read_answer(der: bytes, link: Link) -> Statement:
    """Check an answer. Raises :class:`Unusable`."""
    try:
        found = ocsp.load_der_ocsp_response(der)
        if found.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Unusable(f"the responder says {found.response_status.name.lower()}")
        genuine = any(_signed_by(found, signer) for signer in _responders(found, link))
        if found.serial_number != parsed(link.certificate).serial_number:
            raise Unusable("the responder answered about another certificate")
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Unusable(f"not an OCSP answer: {error}") from error
    if not genuine:
        raise Unusable("the OCSP answer is not signed by the issuer or its responder")
    return _dated(der, found.this_update_utc, found.next_update_utc, ANSWER_LIFE)


def _dated(der: bytes, begins: datetime, ends: datetime | None, life: timedelta) -> Statement:
    if ends is not None and ends <= begins:
        raise Unusable("the statement ends before it begins")
    return Statement(der, begins, ends or begins + life)


def _responders(answer: ocsp.OCSPResponse, link: Link) -> Sequence[x509.Certificate]:
    return [parsed(link.issuer), *(each for each in answer.certificates if _may_answer(each, parsed(link.issuer)))]


def _may_answer(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes


def _signed_by(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, algorithm = signer.public_key(), answer.signature_hash_algorithm
    try:
        if algorithm and isinstance(key, RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, PKCS1v15(), algorithm)
        elif algorithm and isinstance(key, EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def responders_to_check(der: bytes, link: Link) -> list[Link]:
    """The responder certificates of an answer whose own revocation is to be asked: those not marked as exempt."""
    found = [each for each in ocsp.load_der_ocsp_response(der).certificates if _may_answer(each, parsed(link.issuer))]
    return [Link(each.public_bytes(Encoding.DER), link.issuer) for each in found if not _exempt(each)]


def _exempt(certificate: x509.Certificate) -> bool:
    try:
        certificate.extensions.get_extension_for_class(x509.OCSPNoCheck)
    except x509.ExtensionNotFound:
        return False
    return True


def holds(statement: Statement, at: datetime) -> bool:
    """Whether a statement is current at a moment, give or take the clocks of two machines."""
    return statement.this_update - timedelta(minutes=5) <= at.astimezone(UTC) < statement.next_update


@dataclass(frozen=True)
class Ended:
    """Since when an authority has revoked a certificate, or ``suspended`` it for the time being."""

    at: datetime
    suspended: bool


def ended_by(der: bytes, *, listed: bool, serials: Collection[int] | None = None) -> dict[int, Ended]:
    """Which serial numbers (of some, or all) a statement ends: a list (CRL), or an answer about one (OCSP)."""
    if not listed:
        return _ended_by_answer(ocsp.load_der_ocsp_response(der), serials)
    entries = (each for each in x509.load_der_x509_crl(der) if serials is None or each.serial_number in serials)
    read = ((each.serial_number, each.revocation_date_utc, _reason(each)) for each in entries)
    return {
        serial: Ended(at, reason is x509.ReasonFlags.certificate_hold)
        for serial, at, reason in read
        if reason is not x509.ReasonFlags.remove_from_crl  # lifts what an earlier list said
    }


def _ended_by_answer(answer: ocsp.OCSPResponse, serials: Collection[int] | None) -> dict[int, Ended]:
    ends = answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
    if not ends or answer.revocation_time_utc is None or (serials is not None and answer.serial_number not in serials):
        return {}
    suspended = answer.revocation_reason is x509.ReasonFlags.certificate_hold
    return {answer.serial_number: Ended(answer.revocation_time_utc, suspended)}


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return x509.ReasonFlags.unspecified
