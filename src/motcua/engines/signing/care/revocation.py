"""What authorities say of our certificates, kept beside what levels keep of all others (``levels.revocation``).

A suspended certificate (certificateHold, RFC 5280, 5.3.1) may come back, so it is shown and not ended.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import ocsp

from motcua.engines.signing.cms import certificates_in
from motcua.engines.signing.levels.paths import parsed, path_to_anchor
from motcua.engines.signing.levels.revocation import Proofs, ProofsMissing
from motcua.engines.signing.models import RevocationStatement, SigningCertificate


@dataclass(frozen=True)
class Ended:
    """Since when an authority has revoked a certificate, or ``suspended`` it for the time being."""

    at: datetime
    suspended: bool


@dataclass(frozen=True)
class Word:
    """What an authority last said of a certificate, from when until when that holds; not ``ended``: it is good."""

    ended: Ended | None
    said_at: datetime
    until: datetime
    source: str


def word_on(certificate: SigningCertificate) -> Word | None:
    """The newest word on a certificate; none when nothing is kept. Two statements."""
    about = RevocationStatement.objects.filter(serial__in=["", certificate.serial], der__isnull=False)
    newest = about.order_by("-this_update", "id").values_list("id", "issuer_der")
    own = next((key for key, issuer in newest if _issued(bytes(certificate.der), bytes(issuer))), None)
    row = RevocationStatement.objects.filter(id=own).first() if own else None
    if row is None or row.der is None or row.this_update is None or row.next_update is None:
        return None
    number = int(certificate.serial, 16)
    ended = ended_by(bytes(row.der), listed=not row.serial, serials={number}).get(number)
    return Word(ended, row.this_update, row.next_update, row.url)


def revoked(certificates: Iterable[SigningCertificate]) -> Iterator[tuple[SigningCertificate, datetime]]:
    """Which of these certificates some kept statement calls revoked, and since when."""
    by_serial: dict[int, list[SigningCertificate]] = {}
    for certificate in certificates:
        by_serial.setdefault(int(certificate.serial, 16), []).append(certificate)
    for statement in RevocationStatement.objects.filter(der__isnull=False).iterator(chunk_size=20):
        assert statement.der is not None
        found = ended_by(bytes(statement.der), listed=not statement.serial, serials=by_serial.keys())
        for serial, ended in found.items():
            for certificate in by_serial[serial]:
                if not ended.suspended and _issued(bytes(certificate.der), bytes(statement.issuer_der)):
                    yield certificate, ended.at


def ended_by(der: bytes, *, listed: bool, serials: Collection[int]) -> dict[int, Ended]:
    """Which serial numbers a statement ends: a list (CRL), or an answer about one (OCSP)."""
    if listed:
        entries = x509.load_der_x509_crl(der)
        return {each.serial_number: _entry(each) for each in entries if each.serial_number in serials}
    answer = ocsp.load_der_ocsp_response(der)
    ends = answer.certificate_status is ocsp.OCSPCertStatus.REVOKED and answer.serial_number in serials
    if not ends or answer.revocation_time_utc is None:
        return {}
    suspended = answer.revocation_reason is x509.ReasonFlags.certificate_hold
    return {answer.serial_number: Ended(answer.revocation_time_utc, suspended)}


def _entry(entry: x509.RevokedCertificate) -> Ended:
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        reason = x509.ReasonFlags.unspecified
    return Ended(entry.revocation_date_utc, reason is x509.ReasonFlags.certificate_hold)


def _issued(certificate: bytes, issuer: bytes) -> bool:
    try:
        parsed(certificate).verify_directly_issued_by(parsed(issuer))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def ask_authorities(
    certificates: Iterable[SigningCertificate], *, anchors: Sequence[bytes], at: datetime, client: httpx.Client
) -> None:
    """Have a current statement on each of these certificates that leads to an anchor and whose authority answers.

    A list is fetched once for all certificates of its issuer. Call it outside a transaction.
    """
    proofs = Proofs(client, at=at)
    for certificate in certificates:
        chain = certificates_in(bytes(certificate.chain))
        path = path_to_anchor(bytes(certificate.der), others=chain, anchors=anchors)
        with suppress(ProofsMissing):  # its source notes why, and when it is asked next
            proofs.of(path[:1] if path else ())
