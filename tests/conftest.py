"""The harness: what is silent elsewhere fails here (docs/developer/testing.md)."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import loud
from tests.agent.fixtures import expired_usb_token, token_agent, token_desk, usb_token  # noqa: F401  for all rooms
from tests.engines.signing.softhsm import softhsm  # noqa: F401  a fixture for all rooms

# A busy machine makes no test fail: neither an example nor the drawing of one has a time limit.
hypothesis_settings.register_profile("motcua", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("motcua")

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


@pytest.fixture(autouse=True)
def loudness(own_folders: None) -> Iterator[None]:
    """Unordered rows are shuffled, pages are looked over, nothing stays behind."""
    scratch = Path(tempfile.mkdtemp(prefix="mt-"))  # short: sockets may stand in it
    with loud.unordered_rows_shuffled(), loud.pages_looked_over(), loud.nothing_left_behind(scratch):
        yield
    shutil.rmtree(scratch, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_triggers() -> Iterator[None]:
    """The flush after a test with real transactions empties also the tables whose triggers refuse it."""
    flush = DatabaseOperations.sql_flush
    switch = (
        "DO $$ DECLARE guarded regclass; BEGIN"
        " FOR guarded IN SELECT DISTINCT tgrelid FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 > 0"
        " LOOP EXECUTE format('ALTER TABLE %s {} TRIGGER USER', guarded); END LOOP; END $$"
    )

    def sql_flush(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        return [switch.format("DISABLE"), *flush(self, *args, **kwargs), switch.format("ENABLE")]

    DatabaseOperations.sql_flush = sql_flush
    yield
    DatabaseOperations.sql_flush = flush
