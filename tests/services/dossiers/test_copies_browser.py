"""The clerk makes a certified copy in Chromium at a phone's width."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from motcua.services.dossiers.secrets import result_secret
from tests.services.dossiers.factories import make_town
from tests.services.dossiers.test_copies import copy, result_of
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.dossiers.test_desk_lists import decided

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_copy_is_certified_on_a_phone(page: Page, live_server: Any) -> None:
    town = make_town()
    dossier = decided(town)
    copy(town, dossier)
    enter(page, live_server.url, town.clerk)
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(live_server.url + reverse("dossiers:desk-dossier", args=[dossier.number]))
    page.locator('main a[href$="/copies/"]').click()
    url = reverse("dossiers:desk-copies", args=[dossier.number, result_of(dossier).pk])
    inspect(page, live_server.url + url)
    page.get_by_label("Trích sao", exact=True).check()
    page.get_by_label("Các trang trích sao").fill("1")
    page.get_by_role("button", name="Ký số bản sao").click()
    expect(page.get_by_text("Đã ký số bản sao.")).to_be_visible()
    expect(page.get_by_role("link", name="Trích sao").first).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    inspect(page)
    printed = [dossier.code, result_secret(dossier.pk, result_of(dossier).template)]
    inspect(page, live_server.url + reverse("signing:printed", args=printed))
