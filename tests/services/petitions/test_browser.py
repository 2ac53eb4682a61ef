"""Petitions in a real browser: sent from the street, followed, handled, published; axe and a phone's width."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from motcua.services.petitions.models import Petition
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.petitions.factories import TEXT, make_town_with_commune, published, receive

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.long
def test_a_petition_from_the_street_to_the_published_answer(page: Page, live_server: Any) -> None:
    town, server = make_town_with_commune(), live_server.url
    receive(text="Ngõ 5 thôn Nà Mẫu: đèn đường hỏng hai tuần nay.")
    page.context.grant_permissions(["geolocation"], origin=server)
    page.context.set_geolocation({"latitude": 21.853, "longitude": 106.761})
    inspect(page, server + reverse("petitions:new"))
    page.locator("#kind").check()
    page.locator("#topic").select_option("roads")
    page.locator("#text").fill(TEXT)
    page.locator("#unit").select_option("06001")
    page.get_by_role("button", name="Tôi đang ở nơi đó").click()
    page.get_by_text("Đã điền tọa độ.").wait_for()
    page.locator("#name").fill("Nguyễn Thị Kín")
    page.locator("main button[type=submit]").click()
    page.get_by_text("Cảm ơn Ông/Bà").wait_for()
    own = page.url
    inspect(page, own)
    petition = Petition.objects.get(latitude__isnull=False)
    assert (str(petition.latitude), str(petition.longitude)) == ("21.853000", "106.761000")

    enter(page, server, town.head)
    inspect(page, server + reverse("petitions:desk"))
    desk = server + reverse("petitions:desk-petition", args=[petition.code])
    inspect(page, desk)
    for act, fields in {
        "accept": {},
        "answer": {"text": "Đã thay bóng đèn."},
        "publish": {"public_text": "Đèn đường ngõ 5 hỏng.", "public_answer": "Đã thay bóng đèn."},
    }.items():
        inspect(page, desk + f"do/{act}/")
        for name, text in fields.items():
            page.locator(f"#{name}").fill(text)
        page.locator("main form button[type=submit]").click()
        page.get_by_text("Đã thực hiện.").wait_for()
    inspect(page, server + reverse("petitions:public-answer", args=[petition.code]))
    inspect(page, own)


def test_the_other_pages_are_accessible_and_fit(page: Page, live_server: Any) -> None:
    town = make_town_with_commune()
    petition = published(town)
    for address in ("public", "find"):
        inspect(page, live_server.url + reverse(f"petitions:{address}"))
    enter(page, live_server.url, town.head)
    for address in ("desk-all", "desk-new", "mine"):
        inspect(page, live_server.url + reverse(f"petitions:{address}"))
    inspect(page, live_server.url + reverse("petitions:desk-sender", args=[petition.code]))
    page.locator("#reason").fill("Gọi hỏi lại")
    page.locator("main form button[type=submit]").click()
    page.get_by_text("Nguyễn Thị Kín").wait_for()
