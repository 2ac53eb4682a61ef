"""The harness: what is silent elsewhere fails here (docs/developer/testing.md)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

SHARED = Path(__file__).parent.parent.parent / "shared"


@pytest.fixture
def shared() -> Path:
    """The folder of real data that stands beside the repository on the project's machines."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not on this machine")
    return SHARED


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path) -> Iterator[None]:
    """Files of a test go into its own folder."""
    before = settings.BLOBS_ROOT
    settings.BLOBS_ROOT = tmp_path / "blobs"
    yield
    settings.BLOBS_ROOT = before
