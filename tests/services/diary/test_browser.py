"""The work calendar in a real browser: proposed, published, moved, read in the week; axe and a phone's width."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from motcua.services.diary.models import Appointment
from tests.services.correspondence.factories import make_agency
from tests.services.diary.factories import SUBJECT, make_room, tuesday
from tests.services.dossiers.test_desk_browser import enter, inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def submit(page: Page) -> None:
    page.locator("main form button.govuk-button[type=submit]").last.click()


@pytest.mark.long
def test_an_appointment_from_the_proposal_to_the_week(page: Page, live_server: Any) -> None:
    agency, server = make_agency(), live_server.url
    room = make_room(agency)
    enter(page, server, agency.first)
    new = f"{server}{reverse('diary:new')}?office={agency.office.pk}"
    inspect(page, new)
    page.locator("#subject").fill(SUBJECT)
    page.locator("#day").fill(tuesday().date().isoformat())
    page.locator("#chair").select_option(f"{agency.office.pk}.{agency.leader.pk}")
    page.get_by_label("Lê Thị Mẫu Trưởng").check()
    page.locator("#room").select_option(str(room.pk))
    submit(page)
    page.get_by_text("Đã gửi đề xuất.").wait_for()
    own = page.url

    enter(page, server, agency.clerk)
    page.goto(server + reverse("diary:waiting"))
    page.get_by_role("link", name=SUBJECT).click()
    page.get_by_role("button", name="Ban hành lịch").click()
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()
    page.get_by_role("button", name="Sửa lịch").click()
    page.locator("#starts").fill("07:30")
    page.locator("#ends").fill("08:30")
    page.locator("#reason").fill("Tránh trùng lịch tiếp công dân")
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()
    assert Appointment.objects.get(subject=SUBJECT).starts_at == tuesday(7, 30)

    week = f"{server}{reverse('diary:week')}?day={tuesday().date()}"
    for address in (
        own, f"{own}do/cancel/", f"{week}&of=office.{agency.office.pk}", server + reverse("diary:rooms"),
        server + reverse("diary:link"),
    ):  # fmt: skip
        inspect(page, address)
    enter(page, server, agency.head)
    page.goto(week)
    page.get_by_text("07:30 – 08:30").wait_for()
