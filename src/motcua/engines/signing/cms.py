"""CMS signatures (RFC 5652) in the PAdES B-B profile (ETSI EN 319 142-1), written as bytes.

The general library re-serialises the whole certificate chain for every signature (some 180 ms of CPU with the key
check); here a certificate is parsed once and its DER copied: about 5 ms, most of it reading and writing the PDF.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from asn1crypto import x509 as asn1_x509

SEQUENCE, SET, OCTET_STRING, INTEGER, OID, UTC_TIME, UTF8_STRING = 0x30, 0x31, 0x04, 0x02, 0x06, 0x17, 0x0C

_DATA = "1.2.840.113549.1.7.1"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_CONTENT_HINTS = "1.2.840.113549.1.9.16.2.4"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_SHA256 = "2.16.840.1.101.3.4.2.1"
_SHA256_WITH_RSA = "1.2.840.113549.1.1.11"
_ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"


def tlv(tag: int, *parts: bytes) -> bytes:
    """One DER element: tag, length, content."""
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


@lru_cache(maxsize=64)
def oid(dotted: str) -> bytes:
    """An object identifier as DER."""
    first, second, *rest = (int(number) for number in dotted.split("."))
    return tlv(OID, *(_base128(number) for number in (first * 40 + second, *rest)))


def _base128(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(0x80 | number & 0x7F)
    return bytes(reversed(groups))


@dataclass(frozen=True)
class CertificateParts:
    """The pieces of a certificate that every signature made with it repeats, as DER."""

    der: bytes
    issuer: bytes
    serial: bytes
    is_ec: bool
    largest_signature: int

    @property
    def algorithm(self) -> bytes:
        """The AlgorithmIdentifier of signatures by this key, over SHA-256."""
        return (
            tlv(SEQUENCE, oid(_ECDSA_WITH_SHA256)) if self.is_ec else tlv(SEQUENCE, oid(_SHA256_WITH_RSA), b"\x05\0")
        )


@lru_cache(maxsize=512)
def certificate_parts(der: bytes) -> CertificateParts:
    """Parse a DER certificate once; raises ``ValueError`` for anything else."""
    body = asn1_x509.Certificate.load(der)["tbs_certificate"]
    key = body["subject_public_key_info"]
    if key.algorithm not in {"rsa", "ec"}:
        raise ValueError(f"keys of kind {key.algorithm} are not used for documents")
    is_ec = key.algorithm == "ec"
    # An ECDSA signature is two numbers of the key's size with up to 9 bytes of DER around them.
    largest = 2 * key.byte_size + 9 if is_ec else key.byte_size
    return CertificateParts(der, body["issuer"].dump(), body["serial_number"].dump(), is_ec, largest)


def certificates_in(chain: bytes) -> list[bytes]:
    """The certificates of a chain, DER after DER."""
    found, rest = [], chain
    while rest:
        size = len(asn1_x509.Certificate.load(rest).dump())
        found.append(rest[:size])
        rest = rest[size:]
    return found


def signed_attributes(
    document_digest: bytes, certificate: bytes, *, at: datetime | None = None, reason: str = ""
) -> bytes:
    """The DER SET that is signed: content type, SHA-256 of the document, and which certificate signs (ESS v2).

    CAdES adds the signing time ``at`` and the ``reason`` as a content hint (RFC 2634, 2.9); PAdES keeps both in the
    PDF, not here.
    """
    parts = certificate_parts(certificate)
    issuer_serial = tlv(SEQUENCE, tlv(SEQUENCE, tlv(0xA4, parts.issuer)), parts.serial)
    identifier = tlv(SEQUENCE, tlv(OCTET_STRING, hashlib.sha256(certificate).digest()), issuer_serial)
    attributes = [
        _attribute(_CONTENT_TYPE, oid(_DATA)),
        _attribute(_MESSAGE_DIGEST, tlv(OCTET_STRING, document_digest)),
        _attribute(_SIGNING_CERTIFICATE_V2, tlv(SEQUENCE, tlv(SEQUENCE, identifier))),
    ]
    if at is not None:
        # RFC 5652, 11.3: until 2049 with two digits of the year, in UTC.
        attributes.append(_attribute(_SIGNING_TIME, tlv(UTC_TIME, f"{at.astimezone(UTC):%y%m%d%H%M%S}Z".encode())))
    if reason:
        attributes.append(_attribute(_CONTENT_HINTS, tlv(SEQUENCE, tlv(UTF8_STRING, reason.encode()), oid(_DATA))))
    return tlv(SET, *sorted(attributes))


def _attribute(kind: str, value: bytes) -> bytes:
    return tlv(SEQUENCE, oid(kind), tlv(SET, value))


def signed_data(*, attributes: bytes, signature: bytes, certificate: bytes, chain: bytes = b"") -> bytes:
    """The whole CMS object. ``chain`` holds further DER certificates, one after another."""
    parts = certificate_parts(certificate)
    sha256 = tlv(SEQUENCE, oid(_SHA256))
    signer = tlv(
        SEQUENCE,
        tlv(INTEGER, b"\x01"),
        tlv(SEQUENCE, parts.issuer, parts.serial),
        sha256,
        # Inside the signer the same set carries the context tag [0] (RFC 5652, 5.4).
        b"\xa0" + attributes[1:],
        parts.algorithm,
        tlv(OCTET_STRING, signature),
    )
    content = tlv(
        SEQUENCE,
        tlv(INTEGER, b"\x01"),
        tlv(SET, sha256),
        tlv(SEQUENCE, oid(_DATA)),
        tlv(0xA0, certificate, chain),
        tlv(SET, signer),
    )
    return tlv(SEQUENCE, oid(_SIGNED_DATA), tlv(0xA0, content))


@lru_cache(maxsize=512)
def largest_size(certificate: bytes, chain: bytes = b"") -> int:
    """How many bytes a signature with this certificate takes at most."""
    signature = bytes(certificate_parts(certificate).largest_signature)
    attributes = signed_attributes(bytes(32), certificate)
    return len(signed_data(attributes=attributes, signature=signature, certificate=certificate, chain=chain))
