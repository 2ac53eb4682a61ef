import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcua.engines.signing import token_requests
from tests.agent.running import Desk
from tests.engines.signing.softhsm import SoftHSM, Token, TokenKey

ORIGIN = "https://mauson.example"
SERVER = Ed25519PrivateKey.generate()
DIGESTS = [hashlib.sha256(f"document {number}".encode()).digest() for number in range(200)]


@pytest.fixture(scope="session")
def token(softhsm: SoftHSM) -> Token:
    """A leader's token, valid now."""
    return softhsm.new_token("Phạm Văn Giả Định", at=datetime.now(UTC), label="Token của lãnh đạo")


@pytest.fixture(scope="session")
def expired_token(softhsm: SoftHSM) -> Token:
    """A token whose certificates ended long ago."""
    return softhsm.new_token("Hết Hạn", at=datetime(2020, 1, 5, tzinfo=UTC), days=30, kinds=("ec",))


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, softhsm: SoftHSM, token: Token, expired_token: Token) -> Desk:
    """A desk whose agent has pinned the key of one server."""
    made = Desk.made(tmp_path_factory.mktemp("desk"), softhsm)
    assert made.run("trust", ORIGIN, token_requests.thumbprint(SERVER)).returncode == 0
    return made


@pytest.fixture(scope="session")
def agent(desk: Desk) -> Iterator[str]:
    """The address of the agent of that desk."""
    with desk.serving("--plain-http") as address:
        yield address


def body(purpose: str = "sign", *, count: int = 1, key: TokenKey | None = None, **changes: Any) -> dict[str, Any]:
    """What a server signs; a test changes what it wants wrong."""
    import base64

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
