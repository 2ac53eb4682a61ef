"""A couple applies together in Chromium: one invites, the other reads, signs and confirms on a phone."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from motcua.services.dossiers.models import CoApplicant, Dossier, Draft
from motcua.services.dossiers.secrets import invitation_secret
from tests.factories import make_citizen
from tests.services.dossiers.factories import make_town
from tests.services.dossiers.joint import TYPED
from tests.services.dossiers.test_applying import key_of, sign
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.dossiers.test_signing_together import signed_jointly

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_couple_applies_together(page: Page, live_server: Any) -> None:
    town, server = make_town(signed_jointly()), live_server.url
    spouse = make_citizen(name="Phạm Thị Mẫu", identity_number="001199000002")
    assert town.applicant.account is not None
    assert spouse.account is not None
    own, _theirs = key_of(town.applicant), key_of(spouse)
    enter(page, server, town.applicant.account)
    page.goto(server + reverse("dossiers:apply", args=["2.000908"]))
    page.locator("#case").check()
    page.get_by_role("button", name="Tiếp tục").click()
    options = {"return_method": "online", "office": str(town.office.pk), "return_address": ""}
    Draft.objects.update(typed=TYPED, options=options)
    draft = Draft.objects.get()
    people = server + reverse("dossiers:apply-people", args=[draft.pk])
    page.goto(people)
    page.locator("#co-name").fill("Phạm Thị Mẫu")
    page.locator("#co-number").fill("001199000002")
    page.get_by_role("button", name="Mời", exact=True).click()
    expect(page.get_by_text("Đã tạo lời mời.")).to_be_visible()
    page.locator("#co-name").fill("Hà Văn Mẫu")
    page.get_by_role("button", name="Mời", exact=True).click()
    inspect(page, people)
    stranger = CoApplicant.objects.get(name="Hà Văn Mẫu")
    inspect(page, server + reverse("dossiers:invited", args=[stranger.pk, invitation_secret(stranger.pk)]))
    page.goto(people)
    page.get_by_role("button", name="Xóa Hà Văn Mẫu").click()
    review = server + reverse("dossiers:apply-review", args=[draft.pk])
    inspect(page, review)
    expect(page.get_by_text("Còn thiếu xác nhận của 1 người")).to_be_visible()

    enter(page, server, spouse.account)
    page.goto(server + reverse("dossiers:my-dossiers") + "?show=drafts")
    page.locator("main a[href*='/my/together/']").click()
    inspect(page)
    page.get_by_role("button", name="Ký bằng chữ ký số").click()
    inspect(page)
    page.get_by_role("button", name="Ký số", exact=True).click()
    expect(page.get_by_text("Đã ký bằng chứng thư của")).to_be_visible()
    inspect(page)
    page.get_by_role("link", name="Quay lại").first.click()
    page.locator("#declared").check()
    page.get_by_role("button", name="Xác nhận", exact=True).click()
    expect(page.get_by_text("Ông/Bà đã xác nhận lúc")).to_be_visible()
    inspect(page)

    sign(draft, own)
    enter(page, server, town.applicant.account)
    page.goto(review)
    page.locator("#declared").check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/sent/")
    assert Dossier.objects.get().is_joint
    assert CoApplicant.objects.get().dossier == Dossier.objects.get()
