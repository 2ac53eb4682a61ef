from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from motcua.engines.exchange import kinds
from tests.engines.exchange.house import Room
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
