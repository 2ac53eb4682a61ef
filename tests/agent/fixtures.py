"""A desk with a token and a running agent, for every room's tests (``tests/conftest.py`` makes them known)."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from motcua.engines.signing import token_requests
from tests.agent.requests import ORIGIN, SERVER
from tests.agent.running import Desk
from tests.engines.signing.softhsm import SoftHSM, Token


@pytest.fixture(scope="session")
def usb_token(softhsm: SoftHSM) -> Token:
    """A leader's token, valid now."""
    return softhsm.new_token("Phạm Văn Giả Định", at=datetime.now(UTC), label="Token của lãnh đạo")


@pytest.fixture(scope="session")
def expired_usb_token(softhsm: SoftHSM) -> Token:
    """A token whose certificates ended long ago."""
    return softhsm.new_token("Hết Hạn", at=datetime(2020, 1, 5, tzinfo=UTC), days=30, kinds=("ec",))


@pytest.fixture(scope="session")
def token_desk(
    tmp_path_factory: pytest.TempPathFactory, softhsm: SoftHSM, usb_token: Token, expired_usb_token: Token
) -> Desk:
    """A desk whose agent has pinned the key of one server."""
    made = Desk.made(tmp_path_factory.mktemp("desk"), softhsm)
    assert made.run("trust", ORIGIN, token_requests.thumbprint(SERVER)).returncode == 0
    return made


@pytest.fixture(scope="session")
def token_agent(token_desk: Desk) -> Iterator[str]:
    """The address of the agent of that desk."""
    with token_desk.serving("--plain-http") as address:
        yield address
