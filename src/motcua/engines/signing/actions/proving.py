"""A certificate that only the holder's browser can show is written down once its key signed a statement of ours."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.signing import rules
from motcua.engines.signing.actions.certificates import add_later, check_usage
from motcua.engines.signing.actions.holding import means_of, provider_of
from motcua.engines.signing.actions.recording import fingerprint
from motcua.engines.signing.models import SigningCertificate, SigningMeans
from motcua.engines.signing.providers.interface import Declined, Item, ProvidedCertificate, Request, Signed
from motcua.kernel.errors import Refused
from motcua.kernel.identifiers.models import new_id

PATIENCE = timedelta(minutes=10)
LONGEST_CHAIN = 5
_SALT = "motcua.signing.proof"
# What is signed begins like no document and no signed attribute, so a proof can never pass for a signature.
_PREFIX = b"motcua: proof that a signing key is held\n"


@dataclass(frozen=True)
class Proof:
    """What the browser must have signed: ``statement`` comes back with the answer, ``challenge`` is the script's."""

    statement: str
    challenge: dict[str, Any]


def ask_certificates(*, means: SigningMeans, at: datetime) -> dict[str, Any]:
    """What the script in the browser needs to ask for the certificates at hand. Raises :class:`Refused`."""
    provider = provider_of(means.provider)
    if not provider.browser:
        raise Refused(_("This way of signing is not reached through the browser."), code="not_in_browser")
    return provider.inquiry(means_of(means), reference=str(new_id()), expires_at=at + PATIENCE)


def ask_proof(*, means: SigningMeans, der: bytes, at: datetime) -> Proof:
    """What a certificate's key must sign before the certificate is written down under a means.

    Raises :class:`Refused` for what is no certificate, is not valid now, is an authority's, or has a key of a kind
    that we do not sign with.
    """
    subject = _checked(der, at)
    statement = signing.dumps({"means": str(means.pk), "certificate": fingerprint(der)}, salt=_SALT)
    provider = provider_of(means.provider)
    return Proof(statement, provider.challenge(_request(means, der, statement, subject, at), ""))


def register_certificate(
    *,
    means: SigningMeans,
    der: bytes,
    others: Sequence[bytes],
    statement: str,
    answer: Mapping[str, Any],
    by: UUID,
    at: datetime,
) -> SigningCertificate:
    """Write down a certificate whose key signed the statement of :func:`ask_proof`; again gives the same one.

    ``others`` are certificates that came along, of which those that issued it are kept. Raises :class:`Refused` when
    the statement is not ours, is older than ten minutes, or was signed with another key, and for a certificate in
    another name than the holder's.
    """
    subject = _checked(der, at)
    _check_statement(means, der, statement)
    request = _request(means, der, statement, subject, at)
    outcome = provider_of(means.provider).delivered(request, "", answer)
    if isinstance(outcome, Declined) or not _proven(der, statement, outcome):
        raise Refused(_("The token did not prove that it holds the key of this certificate."), code="not_proven")
    return _registered(means, der, others, by, at)


def register_certificate_file(*, means: SigningMeans, file: bytes, by: UUID, at: datetime) -> SigningCertificate:
    """Write down a certificate (DER or PEM) for a program that signs whole files; again gives the same one.

    Its key proves itself with every file: one that another certificate signed is not taken. Raises :class:`Refused`
    for a certificate of no use or in another name, and for a way of signing that can prove its key beforehand.
    """
    if not provider_of(means.provider).whole_documents:
        raise Refused(_("This way of signing asks its token for the certificate."), code="not_by_file")
    der = _from_pem(file)
    _checked(der, at)
    return _registered(means, der, [], by, at)


def _from_pem(file: bytes) -> bytes:
    if not file.lstrip().startswith(b"-----BEGIN"):
        return file
    try:
        return x509.load_pem_x509_certificate(file).public_bytes(Encoding.DER)
    except ValueError as error:
        raise Refused(_("This file is not a certificate."), field="certificate", code="not_a_certificate") from error


@transaction.atomic
def _registered(
    means: SigningMeans, der: bytes, others: Sequence[bytes], by: UUID, at: datetime
) -> SigningCertificate:
    found = ProvidedCertificate(der, b"".join(_issuers(der, others)), fingerprint(der))
    written = add_later(means, found, by=by, at=at)
    if written.means_id != means.pk:
        text = _("This certificate is registered already, under another of your ways of signing.")
        raise Refused(text, code="registered")
    return written


def _checked(der: bytes, at: datetime) -> str:
    """The subject of a certificate that may be registered."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        key = certificate.public_key()
    except ValueError as error:
        raise Refused(_("What the browser brought is not a certificate."), code="not_a_certificate") from error
    if not certificate.not_valid_before_utc <= at < certificate.not_valid_after_utc:
        raise Refused(_("This certificate is not valid now."), code="certificate")
    fits = isinstance(key, RSAPublicKey) and key.key_size >= 2048
    if not fits and not (isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)):
        raise Refused(_("Signatures need a key of RSA with 2048 bits or more, or of P-256."), code="key")
    check_usage(der)
    if _issued(certificate, by=certificate):
        text = _("This certificate vouches for itself. Use one that an authority has issued.")
        raise Refused(text, code="self_signed")
    return certificate.subject.rfc4514_string()


def _check_statement(means: SigningMeans, der: bytes, statement: str) -> None:
    try:
        said = signing.loads(statement, salt=_SALT, max_age=PATIENCE)
    except signing.BadSignature as error:
        raise Refused(_("This took too long. Begin again."), code="statement") from error
    if said != {"means": str(means.pk), "certificate": fingerprint(der)}:
        raise Refused(_("This took too long. Begin again."), code="statement")


def _request(means: SigningMeans, der: bytes, statement: str, subject: str, at: datetime) -> Request:
    text = _("Registration of your certificate (%(subject)s)") % {"subject": subject[:200]}
    item = Item(_digest(statement), text)
    return Request(new_id(), means_of(means), der, fingerprint(der), (item,), at + PATIENCE)


def _proven(der: bytes, statement: str, outcome: object) -> bool:
    return (
        isinstance(outcome, Signed)
        and len(outcome.signatures) == 1
        and rules.signature_matches(der, digest=_digest(statement), signature=outcome.signatures[0])
    )


def _digest(statement: str) -> bytes:
    return hashlib.sha256(_PREFIX + statement.encode()).digest()


def _issuers(der: bytes, others: Sequence[bytes]) -> list[bytes]:
    """Those of the other certificates that lead from this one towards its root; no root itself."""
    found: list[bytes] = []
    current = x509.load_der_x509_certificate(der)
    known = [(each, parsed) for each in others[:20] if (parsed := _parsed(each)) is not None]
    while len(found) < LONGEST_CHAIN:
        issuer = next((pair for pair in known if _issued(current, by=pair[1])), None)
        if issuer is None or _issued(issuer[1], by=issuer[1]):
            break
        found.append(issuer[0])
        current = issuer[1]
    return found


def _parsed(der: bytes) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        return None


def _issued(certificate: x509.Certificate, *, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is no issuer
        return False
    return True
