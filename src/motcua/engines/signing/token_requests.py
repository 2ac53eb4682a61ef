"""Requests to the program at the signer's desk that holds the token (``agent/`` in this repository).

Each is a JWS (RFC 7515) under the installation's own Ed25519 key (RFC 8037). The agent pins that key for our address,
so no other site can use the token, and shows the signer the very titles that were signed here.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from motcua.engines.signing.providers.interface import Item
from motcua.kernel.events.keys import signing_key

KEY_FILE = "token-agent-ed25519.pem"
TYPE = "motcua-token+jws"


def certificates_request(*, transaction: str, expires_at: datetime) -> str:
    """Ask which certificates the plugged-in tokens hold."""
    return signed(_body("certificates", transaction, expires_at), key())


def sign_request(*, transaction: str, expires_at: datetime, certificate: bytes, items: Sequence[Item]) -> str:
    """Ask for a signature over each item with the key of a certificate (DER)."""
    documents = [{"digest": base64.b64encode(item.digest).decode(), "title": item.text} for item in items]
    body = _body("sign", transaction, expires_at)
    return signed({**body, "certificate": hashlib.sha256(certificate).hexdigest(), "documents": documents}, key())


def key() -> Ed25519PrivateKey:
    """The installation's key for these requests, made at its first use."""
    return signing_key(KEY_FILE)


def thumbprint(private: Ed25519PrivateKey) -> str:
    """The public key's short name (RFC 7638), by which administrators pin it and signers recognise it."""
    return _base64url(hashlib.sha256(_json(_jwk(private))).digest())


def origin() -> str:
    """Our address as browsers name the origin of a page."""
    parts = urlsplit(settings.PUBLIC_URL)
    return f"{parts.scheme}://{parts.netloc}"


def signed(body: dict[str, Any], private: Ed25519PrivateKey) -> str:
    """A body as a compact JWS that carries its public key."""
    header = {"alg": "EdDSA", "jwk": _jwk(private), "typ": TYPE}
    content = f"{_base64url(_json(header))}.{_base64url(_json(body))}"
    return f"{content}.{_base64url(private.sign(content.encode()))}"


def _body(purpose: str, transaction: str, expires_at: datetime) -> dict[str, Any]:
    return {
        "purpose": purpose,
        "origin": origin(),
        "name": settings.INSTALLATION_NAME,
        "id": secrets.token_urlsafe(16),  # the agent takes each once: a second try is another request
        "transaction": transaction,
        "expires": int(expires_at.timestamp()),
    }


def _jwk(private: Ed25519PrivateKey) -> dict[str, str]:
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(public)}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
