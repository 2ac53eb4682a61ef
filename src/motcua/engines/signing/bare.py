"""A signature by itself: what another house asks for, which keeps the document and puts the signature in.

It sends the signed attributes (RFC 5652, 5.3) rather than their digest, so that this house sees that they belong to a
document and name the certificate: nobody gets a signature over something else, such as a request for a certificate.
"""

import hashlib

# tsp makes the attribute that names the certificate known to cms.
from asn1crypto import cms, tsp  # noqa: F401

from motcua.engines.signing.errors import SigningError
from motcua.engines.signing.pades import Prepared, Stamp

MAX_BYTES = 4096
_MAY_HOLD = {"content_type", "message_digest", "signing_certificate_v2", "signing_time"}


def prepare(content: bytes, *, certificate: bytes, chain: bytes = b"", stamp: Stamp) -> Prepared:
    """The attributes as they are. Raises :class:`SigningError` for any that do not name the certificate."""
    if len(content) > MAX_BYTES or not _are_of(content, hashlib.sha256(certificate).digest()):
        raise SigningError("these are no signed attributes of a document, or not for this certificate")
    # There is no hole in a file: the signature stands alone.
    return Prepared(b"", hashlib.sha256(content).digest(), (0, 1), content)


def finish(prepared: Prepared, *, signature: bytes, certificate: bytes, chain: bytes = b"") -> bytes:
    """The signature."""
    return signature


def _are_of(content: bytes, fingerprint: bytes) -> bool:
    """Whether these are attributes of a document's signature that name a certificate by its SHA-256."""
    try:
        attributes = {each["type"].native: each["values"] for each in cms.CMSAttributes.load(content, strict=True)}
        kind, digest = attributes["content_type"][0].native, attributes["message_digest"][0].native
        named = attributes["signing_certificate_v2"][0]["certs"][0]["cert_hash"].native
    except (ValueError, TypeError, KeyError, IndexError):
        return False
    return kind == "data" and len(digest) == 32 and named == fingerprint and set(attributes) <= _MAY_HOLD
