"""The harness: what is silent elsewhere fails here (docs/developer/testing.md)."""

import asyncio
import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connections
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.internal.conjecture import providers
from xdist.scheduler import LoadScopeScheduling

from tests import loud
from tests.agent.fixtures import expired_usb_token, token_agent, token_desk, usb_token  # noqa: F401  for all rooms
from tests.browsers import browser, page  # noqa: F401  fixtures for all rooms
from tests.databases import drop
from tests.engines.signing.softhsm import softhsm  # noqa: F401  a fixture for all rooms
from tests.streams import streams_port  # noqa: F401  a fixture for all rooms
from tests.verifier import verifier  # noqa: F401  runs for all rooms

# A busy machine makes no test fail: neither an example nor the drawing of one has a time limit. Each run draws others;
# who has changed a rule lets many be drawn at once: --hypothesis-profile=thorough.
PATIENT: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("motcua", max_examples=50, **PATIENT)
hypothesis_settings.register_profile("thorough", max_examples=1_000, **PATIENT)
hypothesis_settings.load_profile("motcua")
# It would read all modules of the house for numbers and words to try: ten seconds of each worker, for no setting.
assert hasattr(providers, "_get_local_constants")
providers._get_local_constants = lambda: providers._local_constants

SHARED = Path(__file__).parent.parent.parent / "shared"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Only who uses the browser sees the loop that Playwright keeps in this thread from one test to the next.

    Where a loop seems to run, neither pyHanko's functions nor another browser can start one of their own, and Django
    refuses the rows that a test of a page makes beside it unless it is told not to.
    """
    if "browser" in getattr(item, "fixturenames", ()):
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
            try:
                return (yield)
            finally:
                connections.close_all()  # Django keeps others for this thread where a loop runs than where none does
    hidden = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(hidden)


def pytest_collection_finish() -> None:
    """Cycles are looked for as in a web process: seldom, and not in what was loaded (``site/wsgi.py``)."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The databases; in the end nothing is connected to them, neither where a loop runs nor where none does."""
    yield
    connections.close_all()
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    connections.close_all()
    asyncio._set_running_loop(running)


def drop_by_force(self: DatabaseCreation, test_database_name: str, verbosity: int) -> None:
    """Drop a test's database although a thread that served a page to a browser may not have left it yet."""
    with self._nodb_cursor() as cursor:
        drop(cursor.connection, test_database_name)


DatabaseCreation._destroy_test_db = drop_by_force  # type: ignore[method-assign]


@pytest.fixture
def shared() -> Path:
    """The folder of real data that stands beside the repository on the project's machines."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not on this machine")
    return SHARED


_tests = itertools.count()


@pytest.fixture(scope="session")
def own_places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tests have folders of their own: most store nothing, and a folder for each would be made for nothing."""
    return tmp_path_factory.mktemp("places")


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    """The folder of temporary files, empty before and after each test."""
    path = Path(tempfile.mkdtemp(prefix="mt-"))  # short: sockets may stand in it
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_folders(own_places: Path) -> Iterator[None]:
    """Files of a test go into its own folder."""
    before = settings.BLOBS_ROOT
    settings.BLOBS_ROOT = own_places / str(next(_tests))
    yield
    settings.BLOBS_ROOT = before


@pytest.fixture(autouse=True)
def own_language() -> None:
    """Who asked for a page in English before leaves no language behind: each test begins in the house's own."""
    translation.deactivate()


class Forgetful(dict[Any, Any]):
    """Keeps nothing."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """Let it go."""


@pytest.fixture(autouse=True)
def no_series_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many statements a number takes does not depend on which tests came before in the same process."""
    from motcua.engines.registers import actions  # a room is imported when Django knows all of them

    monkeypatch.setattr(actions, "_kept", Forgetful())


@pytest.fixture(autouse=True)
def loudness(own_folders: None, scratch: Path) -> Iterator[None]:
    """Unordered rows are shuffled, pages are looked over, nothing stays behind."""
    translation.deactivate()  # the language of the last page of another test
    with (
        loud.unordered_rows_shuffled(),
        loud.pages_looked_over(),
        loud.kept_statements_compared(),
        loud.nothing_left_behind(scratch),
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_disks() -> Iterator[None]:
    """As PostgreSQL does here: nothing that a test stores must outlive a crash of the machine."""
    with pytest.MonkeyPatch.context() as system:
        system.setattr(os, "fsync", lambda _file: None)
        yield


# Most tables are empty after a test, and TRUNCATE makes new files for each of them and for its indexes: far slower.
EMPTY_THE_FILLED = """DO $$ DECLARE name text; is_filled bool; filled text[] := '{{}}'; BEGIN
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO is_filled;
        IF is_filled THEN
            filled := filled || name;
            EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', name);
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
    FOREACH name IN ARRAY filled LOOP EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', name); END LOOP;
END $$"""
# The queue of jobs: no models that Django manages, so its own flush would leave them. What refers comes first.
QUEUE = ["events", "periodic_defers", "jobs", "workers"]
# What Django fills after each migration, and after each flush if it is empty. No test writes there.
KEPT_BY_FLUSH = {"django_content_type", "auth_permission"}


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """The flush after a test with real transactions empties the tables that hold rows, also those whose triggers
    refuse it."""
    kept, announce = DatabaseOperations.sql_flush, flush.emit_post_migrate_signal

    def sql_flush(self: DatabaseOperations, style: Any, tables: list[str], **_how: bool) -> list[str]:
        emptied = [*(f"procrastinate_{name}" for name in QUEUE), *(set(tables) - KEPT_BY_FLUSH)]
        return [EMPTY_THE_FILLED.format(names=", ".join(f"'{name}'" for name in emptied))]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = lambda *_given, **_options: None
    yield
    DatabaseOperations.sql_flush, flush.emit_post_migrate_signal = kept, announce  # type: ignore[method-assign]


# Where tests share what is dear to make, such as a whole province; the longest first. xdist_group does nothing under
# this pytest: xdist writes the group into an attribute of nodes that is gone.
ONE_WORKER = ("tests/journeys/", "tests/site/test_backup.py", "tests/site/test_demo.py")


class Shared(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """Each test goes to whichever worker is free, those of some places together."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in ONE_WORKER if nodeid.startswith(place)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shared:
    """Called by xdist, with ``-n``."""
    return Shared(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests begin first: one that began last would leave the other worker idle."""

    def order(item: pytest.Item) -> tuple[int, bool]:
        places = (number for number, place in enumerate(ONE_WORKER) if item.nodeid.startswith(place))
        return next(places, len(ONE_WORKER)), item.get_closest_marker("long") is None

    items.sort(key=order)
