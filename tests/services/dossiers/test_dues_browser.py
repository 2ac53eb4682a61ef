"""The fees that are still to be collected, in Chromium at a phone's width."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import make_officer
from tests.services.dossiers.factories import accept, make_town, submit
from tests.services.dossiers.processes import PLAIN, package
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.dossiers.test_dues import COD, decided
from tests.services.dossiers.test_fee_quantities import COUNTED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_fees_are_found_on_a_phone(page: Page, live_server: Any) -> None:
    town, dossier = decided(COD)
    enter(page, live_server.url, make_officer(roles=["cashier", "return"], office=town.office))
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(live_server.url + reverse("dossiers:desk-returns"))
    page.get_by_role("link", name="Phí, lệ phí thu sau").click()
    page.wait_for_url("**/fees/")
    inspect(page)
    page.get_by_role("link", name=f"Xem phí, lệ phí {dossier.number}").click()
    expect(page.get_by_role("link", name="Thu Cước thu hộ")).to_be_visible()


def test_a_fee_is_counted_and_a_part_of_it_given_back_on_a_phone(page: Page, live_server: Any) -> None:
    town = make_town(package(*PLAIN, fees=COUNTED))
    dossier = accept(town, submit(town))
    enter(page, live_server.url, make_officer(roles=["reception", "head"], office=town.office))
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(live_server.url + reverse("dossiers:desk-papers", args=[dossier.number]))
    page.get_by_role("link", name="Ghi số lượng Phí bản sao").click()
    page.wait_for_url("**/count_fee/**")
    inspect(page)
    page.get_by_label("Số lượng", exact=True).fill("5")
    page.get_by_role("button", name="Ghi số lượng").click()
    page.get_by_role("link", name="Thu Phí bản sao").click()
    page.get_by_role("button", name="Đã thu").click()
    page.get_by_role("link", name="Hoàn trả Phí bản sao").click()
    page.wait_for_url("**/refund_fee/**")
    inspect(page)
    page.get_by_label("Số tiền hoàn trả (đ)").fill("16.000")
    page.get_by_label("Lý do").fill("Bớt hai bản")
    page.get_by_role("button", name="Hoàn trả").click()
    expect(page.get_by_text("đã hoàn 16.000 đ")).to_be_visible()
