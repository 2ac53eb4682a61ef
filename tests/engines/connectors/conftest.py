from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from motcua.engines.connectors.consumers import consumers
from motcua.engines.connectors.simulator.system import LineSystem
from tests.engines.connectors.house import Room, beside


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """A consumer, and an empty folder of secrets."""
    told, before = settings.CONNECTORS, dict(consumers)
    settings.CONNECTORS = {"secrets": str(tmp_path / "secrets")}
    (tmp_path / "secrets").mkdir()
    made = Room()
    made.register()
    yield made
    consumers.clear()
    consumers.update(before)
    settings.CONNECTORS = told


@pytest.fixture
def system(room: Room) -> Iterator[LineSystem]:
    """The simulated line system."""
    with beside() as found:
        yield found
