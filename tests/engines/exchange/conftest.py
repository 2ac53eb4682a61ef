from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from motcua.engines.exchange import kinds
from tests.engines.exchange.house import Other, Room, keep_secret, line, other_side, partner
from tests.engines.signing.conftest import kept_home, kept_keys, pki, pki_server  # noqa: F401


@pytest.fixture
def room(tmp_path: Path, kept_keys: None) -> Iterator[Room]:  # noqa: F811
    """A room that sends and takes documents, status messages and notes; no other room's kinds are known."""
    before, told = dict(kinds.kinds), settings.EXCHANGE
    kinds.kinds.clear()
    settings.EXCHANGE = {"secrets": str(tmp_path / "secrets")}
    (tmp_path / "secrets").mkdir()
    made = Room()
    made.register()
    yield made
    kinds.kinds.clear()
    kinds.kinds.update(before)
    settings.EXCHANGE = told


@pytest.fixture
def other() -> Iterator[Other]:
    with other_side() as running:
        yield running


@pytest.fixture
def connected(room: Room, other: Other) -> Other:
    """The other side, with a line and a partner there."""
    partner(line("there", other.url, secret=keep_secret("token", "bi-mat")))
    return other
