"""Requests as the server signs them: a JWS in compact form (RFC 7515) under EdDSA (RFC 8037) or ES256 (RFC 7518).

The header carries the server's public key (``jwk``); whether that key may ask anything is decided in ``trust``.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from motcua_token_agent.errors import Code, Problem

MOST_DOCUMENTS = 200
LONGEST_TITLE = 300
DIGEST_BYTES = 32
LARGEST = 1 << 20
TYPE = "motcua-token+jws"


@dataclass(frozen=True)
class Document:
    """What is signed: a SHA-256 digest and the title that the signer is shown."""

    digest: bytes
    title: str


@dataclass(frozen=True)
class SignedRequest:
    """A request whose signature is right. ``key`` is the thumbprint (RFC 7638) of the key that signed it.

    ``certificate`` is the SHA-256 (hex) of the certificate to sign with; ``purpose`` is ``sign`` or ``certificates``.
    """

    key: str
    purpose: str
    origin: str
    name: str
    id: str
    transaction: str
    expires: int
    certificate: str
    documents: tuple[Document, ...]


def read(raw: str) -> SignedRequest:
    """Check the signature and read what was signed. Raises :class:`Problem` (``request_invalid``)."""
    if len(raw) > LARGEST:
        raise Problem(Code.REQUEST_INVALID, "too large")
    try:
        head, body, signature = raw.split(".")
        header = json.loads(_bytes(head))
        jwk = header["jwk"]
        if header.get("typ") != TYPE or "crit" in header:
            raise ValueError("not a request for a token")
        _verify(header["alg"], jwk, f"{head}.{body}".encode(), _bytes(signature))
        return _request(thumbprint(jwk), json.loads(_bytes(body)))
    except InvalidSignature as error:
        raise Problem(Code.REQUEST_INVALID, "the signature does not fit") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Problem(Code.REQUEST_INVALID, str(error)[:200]) from error


def thumbprint(jwk: dict[str, str]) -> str:
    """SHA-256 of a public key's required members in their canonical form (RFC 7638), base64url."""
    names = {"OKP": ("crv", "kty", "x"), "EC": ("crv", "kty", "x", "y")}[jwk["kty"]]
    canonical = json.dumps({name: str(jwk[name]) for name in names}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).decode().rstrip("=")


def _verify(algorithm: str, jwk: dict[str, str], signed: bytes, signature: bytes) -> None:
    if algorithm == "EdDSA" and (jwk["kty"], jwk["crv"]) == ("OKP", "Ed25519"):
        Ed25519PublicKey.from_public_bytes(_bytes(jwk["x"])).verify(signature, signed)
    elif algorithm == "ES256" and (jwk["kty"], jwk["crv"]) == ("EC", "P-256") and len(signature) == 64:
        point = b"\x04" + _bytes(jwk["x"]) + _bytes(jwk["y"])
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        r, s = (int.from_bytes(half) for half in (signature[:32], signature[32:]))
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    else:
        raise ValueError(f"algorithm {algorithm!r}")


def _request(key: str, body: dict[str, Any]) -> SignedRequest:
    documents = tuple(_document(each) for each in body.get("documents", []))
    made = SignedRequest(
        key=key,
        purpose=str(body["purpose"]),
        origin=str(body["origin"]),
        name=_line(body.get("name", ""), 120),
        id=str(body["id"]),
        transaction=str(body.get("transaction", "")),
        expires=int(body["expires"]),
        certificate=str(body.get("certificate", "")).lower(),
        documents=documents,
    )
    if made.purpose == "sign" and not 0 < len(documents) <= MOST_DOCUMENTS:
        raise ValueError(f"{len(documents)} documents")
    if made.purpose not in {"sign", "certificates"} or not made.id or len(made.id) > 100:
        raise ValueError("purpose or id")
    return made


def _document(each: dict[str, Any]) -> Document:
    digest = base64.b64decode(each["digest"], validate=True)
    if len(digest) != DIGEST_BYTES:
        raise ValueError("a digest is no SHA-256")
    return Document(digest, _line(each["title"], LONGEST_TITLE))


def _line(text: object, longest: int) -> str:
    """One line of text: what is shown beside the PIN must not be able to look like anything else."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(text)).split())[:longest]


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("base64") from error
