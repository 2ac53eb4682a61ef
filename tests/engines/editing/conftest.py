"""A simulated editor that is configured, and a room whose paper it edits."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from motcua.engines.editing import discovery, kinds
from motcua.engines.editing.simulator.editor import SimulatedEditor
from tests.engines.editing.desk import HERE, KEYS, Papers


@pytest.fixture
def editor() -> Iterator[SimulatedEditor]:
    """The editor, on this machine."""
    service, told = SimulatedEditor(keys=KEYS), settings.EDITING
    with service.serving() as url:
        settings.EDITING = {"url": url, "here": HERE, "most_mb": 1}
        yield service
    settings.EDITING = told
    discovery._editor.cache_clear()


@pytest.fixture
def papers(editor: SimulatedEditor) -> Iterator[Papers]:
    """The room."""
    before = dict(kinds._kinds)
    yield Papers().register()
    kinds._kinds.clear()
    kinds._kinds.update(before)
