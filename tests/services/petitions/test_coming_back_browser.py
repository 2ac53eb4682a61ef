"""Who comes back to the form of a petition in Chromium, late or second: told what happened, shown what they typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from motcua.people.accounts.models import Session
from motcua.services.petitions import actions
from motcua.services.petitions.models import Entry
from motcua.services.petitions.secrets import petition_secret
from tests.factories import make_office
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.petitions.factories import make_town_with_commune, receive, taken_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SEND = "main form button[type=submit]"


def test_an_answer_is_given_once_and_the_other_is_shown(page: Page, live_server: Any) -> None:
    town, server = make_town_with_commune(), live_server.url
    petition = taken_up(town)
    form = server + reverse("petitions:desk-act", args=[petition.code, "answer"])
    enter(page, server, town.head)
    desk, old = page.context.new_page(), page.context.new_page()
    for window, text in ((desk, "Đã thay bóng đèn."), (old, "Đã sửa xong hôm qua.")):
        window.goto(form)
        window.locator("#text").fill(text)
    Session.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    desk.locator(SEND).click()
    desk.wait_for_url("**/sign-in/?next=**")
    enter(page, server, town.head)
    desk.goto(server + reverse("accounts:resume"))
    desk.get_by_role("button", name="Gửi ngay").click()
    expect(desk.get_by_text("Đã thực hiện.")).to_be_visible()
    old.locator(SEND).click()
    expect(old.get_by_text(f"({town.head.display_name}, ")).to_be_visible()
    expect(old.get_by_text("Đã sửa xong hôm qua.")).to_be_visible()
    inspect(old)

    own = server + reverse("petitions:follow", args=[petition.code, petition_secret(petition.pk)])
    home, before = page.context.new_page(), page.context.new_page()
    for window in (home, before):
        window.goto(own)
        window.locator("#text-follow-up").fill("Cả ngõ chưa?")
    for window in (home, before):
        window.get_by_role("button", name="Gửi câu hỏi").click()
    expect(before.locator("#text-follow-up-error")).to_be_visible()
    expect(before.locator("#text-follow-up")).to_have_value("Cả ngõ chưa?")
    assert town.head.display_name not in before.locator("main").inner_text()
    inspect(before)
    assert Entry.objects.filter(kind=Entry.Kind.FOLLOW_UP).count() == 1

    other = receive()
    old.goto(server + reverse("petitions:desk-act", args=[other.code, "refuse"]))
    old.locator("#reason").fill("Đã có người hỏi.")
    actions.forward(other.pk, office=make_office().pk, reason="Đường tỉnh", by=town.head.pk)
    old.locator(SEND).click()
    expect(old.get_by_text("Đã có người hỏi.")).to_be_visible()  # though the petition is theirs to see no more
    inspect(old)
