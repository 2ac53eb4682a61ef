"""A draft edited in a real browser, in the frame of the simulated editor."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from motcua.engines.editing.models import EditedFile
from motcua.engines.editing.simulator.editor import SimulatedEditor
from tests.engines.editing.conftest import editor  # noqa: F401 - a fixture
from tests.jobs import run_jobs
from tests.services.correspondence.factories import make_agency
from tests.services.correspondence.outgoing_factories import drafted
from tests.services.dossiers.test_desk_browser import enter, inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_draft_is_written_in_the_frame(
    page: Page, live_server: Any, editor: SimulatedEditor, settings: Any  # noqa: F811
) -> None:  # fmt: skip
    settings.EDITING = {**settings.EDITING, "here": live_server.url}
    agency = make_agency()
    document = drafted(agency)
    own = live_server.url + reverse("correspondence:sending", args=[document.pk])
    enter(page, live_server.url, agency.first)
    inspect(page, own)
    page.get_by_role("button", name="Soạn thảo trên trình duyệt").click()
    frame = page.frame_locator("iframe[name=editor]")
    text = frame.get_by_label("Nội dung")
    text.fill(text.input_value() + "\nTrân trọng.")
    frame.get_by_role("button", name="Lưu", exact=True).click()
    frame.get_by_text("Đã lưu.").wait_for()
    inspect(page)
    page.get_by_role("button", name="Trở lại văn bản").click()
    page.get_by_text("Đang được soạn thảo trên trình duyệt bởi Phạm Văn Mẫu Một").wait_for()
    inspect(page, own)
    page.get_by_role("button", name="Kết thúc soạn thảo").click()
    page.get_by_text("Đã kết thúc soạn thảo.").wait_for()
    page.get_by_role("link", name="Bản 2", exact=True).wait_for()
    assert EditedFile.objects.get().lock == ""
    run_jobs()
