"""Who comes back to the form of a task in Chromium, late, second or after the session ran out: nothing is doubled."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from motcua.people.accounts.models import Session
from motcua.services.tasks.models import Report
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.tasks.factories import doing, make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def texts() -> list[str]:
    return list(Report.objects.order_by("at", "id").values_list("text", flat=True))


def test_a_report_is_made_once_however_often_its_form_is_sent(page: Page, live_server: Any) -> None:
    town, server = make_town(), live_server.url
    agency, task = town.agency, doing(town)
    form = server + reverse("tasks:act", args=[task.pk, "progress"])
    enter(page, server, agency.first)
    desk, old, late = (page.context.new_page() for _window in range(3))
    for window in (desk, old, late):
        window.goto(form)
        window.locator("#percent").fill("60")
        window.locator("#text").fill("Đã rà soát 3 thôn.")
    late.goto(server + reverse("tasks:act", args=[task.pk, "report"]))
    late.locator("#text").fill("Đã xong cả 3 thôn.")
    desk.get_by_role("button", name="Báo cáo tiến độ").dblclick()
    expect(desk.get_by_text("Đã thực hiện.")).to_be_visible()
    old.get_by_role("button", name="Báo cáo tiến độ").click()
    expect(old.locator(".govuk-error-summary").get_by_text("Phạm Văn Mẫu Một")).to_be_visible()
    expect(old.locator("#text")).to_have_value("Đã rà soát 3 thôn.")
    inspect(old)
    assert texts() == ["Đã rà soát 3 thôn."]
    old.locator("#text").fill("Thêm thôn Nà Mẫu.")  # who has seen it may go on, though the session is over
    Session.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    old.get_by_role("button", name="Báo cáo tiến độ").click()
    old.wait_for_url("**/sign-in/?next=**")
    enter(page, server, agency.first)
    old.goto(server + reverse("accounts:resume"))
    old.get_by_role("button", name="Gửi ngay").click()
    expect(old.get_by_text("Đã thực hiện.")).to_be_visible()
    assert texts() == ["Đã rà soát 3 thôn.", "Thêm thôn Nà Mẫu."]

    desk.goto(server + reverse("tasks:act", args=[task.pk, "report"]))
    desk.locator("#text").fill("Đã xong.")
    desk.get_by_role("button", name="Báo cáo hoàn thành").click()
    expect(desk.get_by_text("Đã thực hiện.")).to_be_visible()
    late.get_by_role("button", name="Báo cáo hoàn thành").click()
    expect(late.get_by_text("Việc gần nhất: ")).to_be_visible()
    expect(late.get_by_text("Đã xong cả 3 thôn.")).to_be_visible()
    inspect(late)
    late.get_by_role("button", name="Xem nhiệm vụ").click()
    late.wait_for_url(server + reverse("tasks:task", args=[task.pk]))
    assert texts()[2:] == ["Đã xong."]
