from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.engines.signing import pki as authorities
from tests.engines.signing.pki import Pki
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


@pytest.fixture(scope="session")
def pki_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    """The test authority with its services; ask for ``pki``."""
    with authorities.running(tmp_path_factory.mktemp("pki")) as running:
        yield running


@pytest.fixture
def pki(pki_server: Pki) -> Pki:
    """The test authority: nothing counted yet, nothing out of order, its clock at ``AT``."""
    pki_server.reset()
    return pki_server
