"""Requests to the agent as a server signs them, and as others would like to."""

import base64
import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcua.engines.signing import token_requests
from tests.engines.signing.softhsm import TokenKey

ORIGIN = "https://mauson.example"
SERVER = Ed25519PrivateKey.generate()
DIGESTS = [hashlib.sha256(f"document {number}".encode()).digest() for number in range(200)]


def body(purpose: str = "sign", *, count: int = 1, key: TokenKey | None = None, **changes: Any) -> dict[str, Any]:
    """What a server signs; a test changes what it wants wrong."""

    made: dict[str, Any] = {
        "purpose": purpose,
        "origin": ORIGIN,
        "name": "Tỉnh Mẫu Sơn",
        "id": str(uuid.uuid4()),
        "transaction": str(uuid.uuid4()),
        "expires": int(datetime.now(UTC).timestamp()) + 600,
    }
    if key is not None:
        made["certificate"] = hashlib.sha256(key.certificate).hexdigest()
        made["documents"] = [
            {"digest": base64.b64encode(digest).decode(), "title": f"Quyết định số {number}"}
            for number, digest in enumerate(DIGESTS[:count], 1)
        ]
    return made | changes


def request(*args: Any, by: Ed25519PrivateKey = SERVER, **changes: Any) -> str:
    """A request as the server signs it."""
    return token_requests.signed(body(*args, **changes), by)
