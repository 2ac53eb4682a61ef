from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.engines.signing.simulator import Simulator


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path) -> Iterator[None]:
    """Demonstration keys of a test go into its own folder."""
    before = settings.HOME
    settings.HOME = tmp_path
    yield
    settings.HOME = before


@pytest.fixture(autouse=True)
def quiet_simulator() -> Iterator[None]:
    """What one test told the simulator is not left for the next."""
    yield
    Simulator.answers.clear()
    Simulator.cancelled.clear()
