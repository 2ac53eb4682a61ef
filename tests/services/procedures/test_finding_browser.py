"""From the home page to the right procedure in Chromium: accessible, on a phone and without scripts too."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from motcua.services.procedures import actions
from motcua.services.procedures.guides.checks import check as check_guide
from motcua.services.procedures.packages import check
from tests.services.procedures.factories import example_files
from tests.services.procedures.test_guides import files
from tests.site.test_browser import stands_axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def province() -> None:
    version, _is_new = actions.import_package(package=check(example_files()), at=AT)
    actions.publish(version=version, at=AT)
    own = 'procedure: "1.000001", case: "1"', 'procedure: "2.000908", case: holder'
    guide, _is_new = actions.import_guide(checked=check_guide(files(*own)), at=AT)
    actions.publish_guide(version=guide, at=AT)


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (375, False)])
def test_from_home_to_the_checklist(page: Page, live_server: Any, width: int, scripts: bool):
    here = page
    if not scripts:
        assert page.context.browser is not None
        here = page.context.browser.new_context(java_script_enabled=False, locale="vi-VN").new_page()
    here.set_viewport_size({"width": width, "height": 800})

    def looked_at() -> None:
        if scripts:
            stands_axe(here)

    here.goto(live_server.url)
    looked_at()
    here.get_by_role("link", name="Công dân").click()
    looked_at()
    here.get_by_role("link", name="Học tập").click()
    looked_at()
    here.get_by_role("button", name="Cần bản sao nào?").click()
    here.get_by_role("button", name="Bắt đầu").click()
    here.get_by_role("button", name="Tiếp tục").click()
    expect(here.get_by_role("alert")).to_contain_text("Hãy chọn một câu trả lời.")
    looked_at()
    here.get_by_label("Có", exact=True).check()
    here.get_by_role("button", name="Tiếp tục").click()
    here.get_by_label("Cần mấy bản?").fill("2")
    here.go_back()
    here.go_forward()
    here.get_by_label("Cần mấy bản?").fill("2")
    here.get_by_role("button", name="Tiếp tục").click()
    expect(here.get_by_role("heading", level=1)).to_contain_text("Việc cần làm")
    looked_at()
    here.get_by_role("link", name="Danh sách giấy tờ để in").click()
    expect(here.get_by_role("heading", level=1)).to_contain_text("Giấy tờ cần chuẩn bị")
    looked_at()
    here.goto(f"{live_server.url}/procedures/2.000908/compare/")
    looked_at()
