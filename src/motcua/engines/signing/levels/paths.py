"""From a certificate to an authority that the house trusts, and where each one's revocation is told. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import AuthorityInformationAccessOID

LONGEST = 8


@dataclass(frozen=True)
class Link:
    """A certificate and the one that issued it (DER)."""

    certificate: bytes
    issuer: bytes


@lru_cache(maxsize=2048)
def parsed(der: bytes) -> x509.Certificate:
    """A certificate, parsed once. Raises ``ValueError``."""
    return x509.load_der_x509_certificate(der)


def path_to_anchor(
    certificate: bytes, *, others: Iterable[bytes], anchors: Sequence[bytes]
) -> tuple[Link, ...] | None:
    """The links from a certificate up to a trusted one, each signed by the next; ``None`` when there is no such way.

    A trusted certificate itself has no links: whoever trusts it does not ask whether it was revoked.
    """
    trusted, candidates = set(anchors), [*anchors, *others]
    links: list[Link] = []
    while certificate not in trusted:
        above = (each for each in candidates if each in trusted or _is_authority(each))
        issuer = next((each for each in above if each != certificate and _issued(certificate, each)), None)
        if issuer is None or len(links) == LONGEST:
            return None
        links.append(Link(certificate, issuer))
        certificate = issuer
    return tuple(links)


@lru_cache(maxsize=4096)
def _issued(certificate: bytes, by: bytes) -> bool:
    try:
        parsed(certificate).verify_directly_issued_by(parsed(by))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=2048)
def _is_authority(der: bytes) -> bool:
    """Whether a certificate may issue others (RFC 5280, 4.2.1.9): what a signer issues leads to nobody."""
    try:
        return parsed(der).extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, x509.ExtensionNotFound):
        return False


def list_addresses(certificate: bytes) -> list[str]:
    """Where the revocation list (CRL) of a certificate stands, by HTTP."""
    try:
        points = parsed(certificate).extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return _http(name for point in points for name in point.full_name or ())


def responder_addresses(certificate: bytes) -> list[str]:
    """Who answers by OCSP about a certificate, by HTTP."""
    try:
        access = parsed(certificate).extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    return _http(each.access_location for each in access if each.access_method == AuthorityInformationAccessOID.OCSP)


def _http(names: Iterable[x509.GeneralName]) -> list[str]:
    found = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return [url for url in found if url.startswith(("http://", "https://"))]
