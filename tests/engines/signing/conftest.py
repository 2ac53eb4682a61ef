from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from motcua.engines.signing.authority import new_authority
from motcua.engines.signing.keystore import KeyStore
from motcua.engines.signing.providers.software import AUTHORITY
from tests.engines.signing import pki as authorities
from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki
from tests.engines.signing.simulator import Simulator


@pytest.fixture(scope="session")
def kept_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demonstration authority, which is there before any certificate of a test begins."""
    home = tmp_path_factory.mktemp("home")
    KeyStore(home / "keys").save(AUTHORITY, new_authority(AT))
    return home


@pytest.fixture(autouse=True)
def kept_keys(kept_home: Path) -> Iterator[None]:
    """Demonstration keys are made once: tests that certify the same people find the key of the first of them.

    To make, encrypt and decrypt a key costs far more than to sign with it.
    """
    before, settings.HOME = settings.HOME, kept_home
    yield
    settings.HOME = before


@pytest.fixture
def own_keys(kept_keys: None, tmp_path: Path) -> None:
    """For tests of the folder itself: an empty one."""
    settings.HOME = tmp_path  # kept_keys puts back what was there before both


@pytest.fixture(autouse=True)
def quiet_simulator() -> Iterator[None]:
    """What one test told the simulator is not left for the next; those of other rooms may have left something, too."""
    _forget()
    yield
    _forget()


def _forget() -> None:
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
