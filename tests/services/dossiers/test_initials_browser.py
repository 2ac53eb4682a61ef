"""A draft is initialled in Chromium at a phone's width."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from motcua.engines.signing.queries import verdicts_on
from motcua.kernel.blobs.files import read_bytes
from tests.services.dossiers.factories import make_town, open_step
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.dossiers.test_initials import certify, initialling, result_of, to_initial

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_draft_is_initialled_on_a_phone(page: Page, live_server: Any) -> None:
    town = make_town(initialling())
    certify(town.specialist)
    dossier = to_initial(town)
    enter(page, live_server.url, town.specialist)
    page.set_viewport_size({"width": 375, "height": 800})
    inspect(page, live_server.url + reverse("dossiers:desk-dossier", args=[dossier.number]))
    page.locator('main a[href$="/initial/"]').click()
    page.wait_for_url("**/initial/")
    inspect(page)
    page.get_by_role("button", name="Ký nháy").click()
    expect(page.get_by_text("Đã ký nháy dự thảo.")).to_be_visible()
    (verdict,) = verdicts_on(read_bytes(result_of(dossier).file), at=timezone.now())
    assert (verdict.field, verdict.state) == ("KyNhay1", "valid")
    assert open_step(dossier).node == "sign"
