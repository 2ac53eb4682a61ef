"""Certificates of authorities in a file, as authorities publish them: PEM (one or a bundle), DER, PKCS #7. Pure."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from django.utils.translation import gettext as _

from motcua.engines.signing.actions.recording import common_name, fingerprint
from motcua.kernel.errors import Refused

MOST_BYTES = 512 * 1024
MOST = 50


@dataclass(frozen=True)
class Authority:
    """A certificate that may issue others, as it is shown before anybody trusts it; a root has no ``issuer``."""

    der: bytes
    subject: str
    issuer: str
    fingerprint: str
    valid_from: datetime
    valid_to: datetime

    @classmethod
    def read(cls, der: bytes) -> "Authority":
        """Read one. Raises ``ValueError`` for what is no certificate."""
        certificate = x509.load_der_x509_certificate(der)
        return cls(
            der,
            common_name(certificate.subject),
            "" if certificate.issuer == certificate.subject else common_name(certificate.issuer),
            fingerprint(der),
            certificate.not_valid_before_utc,
            certificate.not_valid_after_utc,
        )


def read_authorities(content: bytes) -> list[Authority]:
    """The authorities of a file, each once.

    Raises :class:`Refused` for a file that is too large or holds no certificates, and for a certificate that may not
    issue others (RFC 5280, 4.2.1.9).
    """
    if len(content) > MOST_BYTES:
        raise Refused(_("The file is too large for certificates of authorities."), field="file", code="too_large")
    found = _certificates(content)
    if not 0 < len(found) <= MOST:
        text = _("The file must hold between 1 and %(most)d certificates.") % {"most": MOST}
        raise Refused(text, field="file", code="number")
    if others := [common_name(each.subject) for each in found if not _may_issue(each)]:
        text = _("“%(name)s” is no authority: its certificate may not issue others.") % {"name": others[0]}
        raise Refused(text, field="file", code="no_authority")
    read = (Authority.read(each.public_bytes(Encoding.DER)) for each in found)
    return list({each.fingerprint: each for each in read}.values())


def packed(authorities: Sequence[Authority]) -> list[str]:
    """The certificates as text, to be kept in a session until they are confirmed."""
    return [base64.b64encode(each.der).decode() for each in authorities]


def unpacked(texts: Sequence[str]) -> list[Authority]:
    """What :func:`packed` gave."""
    return [Authority.read(base64.b64decode(text)) for text in texts]


def in_groups(fingerprint: str) -> str:
    """A fingerprint in groups of four, for people to compare."""
    return " ".join(fingerprint[place : place + 4].upper() for place in range(0, len(fingerprint), 4))


@cache
def known_authorities() -> tuple[dict[str, Any], ...]:
    """What stands in ``authorities.yaml``: names, addresses where certificates are found, and ``roots`` seen there."""
    return tuple(yaml.safe_load((Path(__file__).parent / "authorities.yaml").read_text()))


def recorded_as(fingerprint: str) -> str:
    """Whose root has this fingerprint as far as this program records them; empty for one that it does not know."""
    known = ((root["sha256"], each["name"]) for each in known_authorities() for root in each.get("roots", ()))
    return next((str(name) for sha256, name in known if sha256 == fingerprint), "")


def _certificates(content: bytes) -> list[x509.Certificate]:
    try:
        if b"-----BEGIN PKCS7" in content:
            return list(pkcs7.load_pem_pkcs7_certificates(content))
        if b"-----BEGIN" in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except (ValueError, UnsupportedAlgorithm):
        pass
    try:
        return list(pkcs7.load_der_pkcs7_certificates(content))
    except (ValueError, UnsupportedAlgorithm) as error:
        text = _("The file holds no certificates. Send a .pem, .crt, .cer or .p7b file.")
        raise Refused(text, field="file", code="not_a_certificate") from error


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False
