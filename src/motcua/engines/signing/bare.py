"""A signature by itself: what another house asks for, which keeps the document and puts the signature in.

It sends the signed attributes (RFC 5652, 5.3) rather than their digest, so that this house sees that they belong to a
document and name the certificate: nobody gets a signature over something else, such as a request for a certificate.
The document comes beside them for the signer's eyes, and must be the one that they digest.
"""

import hashlib
import re
from collections import deque
from typing import Any

# tsp makes the attribute that names the certificate known to cms.
from asn1crypto import cms, tsp  # noqa: F401

from motcua.engines.signing.errors import SigningError
from motcua.engines.signing.pades import Prepared, Stamp

MAX_BYTES = 4096
# What a signature in a PDF covers: all but the hole between its two parts (ISO 32000-1, 12.8.1).
_COVERED = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_LARGEST_HOLE = 256 * 1024
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


def belongs(document: bytes, content: bytes) -> bool:
    """Whether a PDF that lacks only its signature is the one that these signed attributes digest.

    The last ``ByteRange`` counts, as it is the one that was prepared: whoever writes a million of them has no more
    looked at. The hole must reach over nothing but zeros: whatever else stood in it would be shown and not be signed.
    """
    wanted, last = _read(content).get("message_digest"), deque(_COVERED.finditer(document), maxlen=1)
    if wanted is None or not last:
        return False
    before, after, rest = map(int, last[0].groups())
    if after + rest != len(document) or not 2 <= after - before <= _LARGEST_HOLE:
        return False
    hole = document[before:after]
    if hole[:1] != b"<" or hole[-1:] != b">" or hole[1:-1].strip(b"0"):
        return False
    whole = memoryview(document)
    digest = hashlib.sha256(whole[:before])
    digest.update(whole[after:])
    return bool(digest.digest() == wanted[0].native)


def _are_of(content: bytes, fingerprint: bytes) -> bool:
    """Whether these are attributes of a document's signature that name a certificate by its SHA-256."""
    try:
        attributes = _read(content)
        kind, digest = attributes["content_type"][0].native, attributes["message_digest"][0].native
        named = attributes["signing_certificate_v2"][0]["certs"][0]["cert_hash"].native
    except (ValueError, TypeError, KeyError, IndexError):
        return False
    return kind == "data" and len(digest) == 32 and named == fingerprint and set(attributes) <= _MAY_HOLD


def _read(content: bytes) -> dict[str, Any]:
    """The values of signed attributes by their names. Raises what asn1crypto does for what is none."""
    return {each["type"].native: each["values"] for each in cms.CMSAttributes.load(content, strict=True)}
