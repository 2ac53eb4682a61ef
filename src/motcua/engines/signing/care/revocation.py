"""What authorities say of our certificates, kept beside what levels keep of all others (``levels.revocation``).

A suspended certificate (certificateHold, RFC 5280, 5.3.1) signs nothing, but it may come back, so it is not ended.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import httpx
from cryptography.exceptions import InvalidSignature

from motcua.engines.signing.cms import certificates_in
from motcua.engines.signing.levels.paths import parsed, path_to_anchor
from motcua.engines.signing.levels.revocation import Proofs, ProofsMissing
from motcua.engines.signing.levels.statements import Ended, ended_by
from motcua.engines.signing.models import RevocationStatement, SigningCertificate


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


@dataclass(frozen=True)
class Standing:
    """What all kept statements together say of a certificate: revoked since, or on hold since; else it is good."""

    revoked: datetime | None = None
    suspended: datetime | None = None


def standings(certificates: Iterable[SigningCertificate]) -> dict[SigningCertificate, Standing]:
    """How these certificates stand: those that some statement ends or suspends, or that were suspended until now.

    A revocation is for ever, whoever tells it; of a hold the newest statement on the certificate decides, since it is
    lifted by leaving the entry out (RFC 5280, 5.3.1).
    """
    by_serial: dict[int, list[SigningCertificate]] = {}
    for certificate in certificates:
        by_serial.setdefault(int(certificate.serial, 16), []).append(certificate)
    held = {serial for serial, rows in by_serial.items() if any(each.suspended_at for each in rows)}
    revoked: dict[SigningCertificate, datetime] = {}
    said: dict[SigningCertificate, tuple[datetime, datetime | None]] = {}
    for statement in RevocationStatement.objects.filter(der__isnull=False).iterator(chunk_size=20):
        assert statement.der is not None
        assert statement.this_update is not None
        found = ended_by(bytes(statement.der), listed=not statement.serial, serials=by_serial.keys())
        about = found.keys() | (held if not statement.serial else held & {int(statement.serial, 16)})
        for serial, certificate in [(number, each) for number in about for each in by_serial[number]]:
            if not _issued(bytes(certificate.der), bytes(statement.issuer_der)):
                continue
            ended = found.get(serial)
            if ended is not None and not ended.suspended:
                revoked[certificate] = min(ended.at, revoked.get(certificate, ended.at))
            since = ended.at if ended is not None and ended.suspended else None
            if certificate not in said or said[certificate][0] < statement.this_update:
                said[certificate] = (statement.this_update, since)
    return {each: Standing(revoked.get(each), said[each][1]) for each in said}


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
