"""Who comes back to the form of a document in Chromium, late or second: told who did what, shown what they typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from motcua.people.accounts.models import Session
from motcua.services.correspondence.models import Assignment
from tests.services.correspondence.factories import make_agency, registered
from tests.services.dossiers.test_desk_browser import enter, inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_note_is_written_once_and_what_came_too_late_is_shown(page: Page, live_server: Any) -> None:
    agency, server = make_agency(), live_server.url
    document = registered(agency)
    enter(page, server, agency.leader)
    desk, old = page.context.new_page(), page.context.new_page()
    for window in (desk, old):
        window.goto(server + reverse("correspondence:act", args=[document.pk, "close"]))
        window.locator("#text").fill("Đã trả lời qua điện thoại.")
    desk.goto(server + reverse("correspondence:act", args=[document.pk, "note"]))
    desk.locator("#text").fill("Giao phòng tham mưu.")
    desk.get_by_label("Vai trò của Phòng Kinh tế").select_option("lead")
    Session.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    desk.locator("main form button.govuk-button[type=submit]").last.click()
    desk.wait_for_url("**/sign-in/?next=**")
    enter(page, server, agency.leader)
    desk.goto(server + reverse("accounts:resume"))
    desk.get_by_role("button", name="Gửi ngay").click()
    expect(desk.get_by_text("Đã thực hiện.")).to_be_visible()
    # The leader may still settle it; whoever opened the form before is told of the note first, and loses no word.
    old.locator("main form button.govuk-button[type=submit]").last.click()
    expect(old.locator(".govuk-error-summary").get_by_text(agency.leader.display_name)).to_be_visible()
    expect(old.locator("#text")).to_have_value("Đã trả lời qua điện thoại.")
    inspect(old)
    assert Assignment.objects.get().state == "open"
    old.locator("main form button.govuk-button[type=submit]").last.click()
    expect(old.get_by_text("Đã thực hiện.")).to_be_visible()
    desk.goto(server + reverse("correspondence:act", args=[document.pk, "note"]))
    expect(desk.get_by_text("Việc gần nhất: ")).to_be_visible()
