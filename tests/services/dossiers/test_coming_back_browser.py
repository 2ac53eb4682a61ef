"""Who comes back to a form in Chromium, late or by the back button, or presses twice: nothing is doubled or lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from motcua.people.accounts.models import Session
from tests.services.dossiers.factories import accept, make_town, open_step, submit
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
