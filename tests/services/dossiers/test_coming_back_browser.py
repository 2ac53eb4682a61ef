"""Who comes back to a form in Chromium, late or by the back button, or presses twice: nothing is doubled or lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Session
from motcua.services.dossiers.models import Dossier
from tests.services.dossiers.factories import accept, make_town, open_step, submit
from tests.services.dossiers.test_applying import account_of, complete
from tests.services.dossiers.test_desk_browser import enter, inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_step_outlives_the_session_in_which_its_form_was_typed(page: Page, live_server: Any) -> None:
    town = make_town()
    dossier = accept(town, submit(town))
    step, server = open_step(dossier), live_server.url
    enter(page, server, town.specialist)
    page.goto(server + reverse("dossiers:desk-complete", args=[dossier.number, step.pk]))
    page.get_by_label("Có trong sổ gốc", exact=True).check()
    page.get_by_label("Ghi chú").fill("Đã đối chiếu với sổ năm 1999.")
    Session.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    page.get_by_role("button", name="Hoàn thành bước").click()
    page.wait_for_url("**/sign-in/?next=**")
    enter(page, server, town.specialist)
    inspect(page, server + reverse("accounts:resume"))
    page.get_by_role("button", name="Gửi ngay").click()
    expect(page.get_by_text("Đã hoàn thành bước “")).to_be_visible()
    step.refresh_from_db()
    assert (step.state, step.finished_by) == ("done", town.specialist)


def test_a_step_is_finished_once_however_often_its_form_is_sent(page: Page, live_server: Any) -> None:
    town = make_town()
    dossier = accept(town, submit(town))
    step, server = open_step(dossier), live_server.url
    form = server + reverse("dossiers:desk-complete", args=[dossier.number, step.pk])
    enter(page, server, town.specialist)
    desk, old = page.context.new_page(), page.context.new_page()
    for window in (desk, old):
        window.goto(form)
        window.get_by_label("Có trong sổ gốc", exact=True).check()
        window.get_by_label("Ghi chú").fill("Đã đối chiếu với sổ năm 1999.")
    desk.get_by_role("button", name="Hoàn thành bước").dblclick()
    expect(desk.get_by_text("Đã hoàn thành bước “")).to_be_visible()
    desk.go_back()
    old.get_by_role("button", name="Hoàn thành bước").click()
    for window in (desk, old):
        expect(window.get_by_text("“Đối chiếu sổ gốc” đã được")).to_be_visible()
    inspect(old)
    expect(old.get_by_label("Ghi chú")).to_have_value("Đã đối chiếu với sổ năm 1999.")
    old.get_by_role("button", name="Xem hồ sơ").click()
    old.wait_for_url(f"**/{dossier.number}/")
    ended = Event.objects.filter(stream=dossier.stream, kind="dossier.step_completed")
    assert [event.references["note"] for event in ended] == ["Đã đối chiếu với sổ năm 1999."]


def test_an_application_is_sent_once_however_often_its_forms_are(page: Page, live_server: Any) -> None:
    town, server = make_town(), live_server.url
    draft = complete(town)
    enter(page, server, account_of(town.applicant))
    home, old = page.context.new_page(), page.context.new_page()
    old.goto(server + reverse("dossiers:apply-page", args=[draft.pk, 2]))
    home.goto(server + reverse("dossiers:apply-papers", args=[draft.pk]))
    home.goto(server + reverse("dossiers:apply-review", args=[draft.pk]))
    home.locator("#declared").check()
    home.get_by_role("button", name="Nộp hồ sơ").dblclick()
    home.wait_for_url("**/sent/")
    number = Dossier.objects.get().number
    for _page in ("review", "papers"):
        home.go_back()
        home.wait_for_url("**/sent/")
        expect(home.get_by_text(number)).to_be_visible()
    old.get_by_label("Tên giấy tờ").fill("Giấy khai sinh bản mới")
    old.get_by_role("button", name="Lưu và tiếp tục").click()
    expect(old.get_by_text(number).first).to_be_visible()
    expect(old.get_by_label("Tên giấy tờ")).to_have_value("Giấy khai sinh bản mới")
    inspect(old)
    assert Dossier.objects.get().form_data["record"]["name"] == "Giấy khai sinh"
