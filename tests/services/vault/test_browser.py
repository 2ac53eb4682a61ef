"""One way through the store in a real browser: a result comes in, is used again, is shared, and its owner sees it."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from motcua.services.dossiers import actions as dossier_actions
from motcua.services.dossiers.models import DraftFile, ResultDocument
from motcua.services.procedures.runtime import package_of
from motcua.services.vault.models import KeptPaper, Share
from motcua.services.vault.secrets import share_path
from tests.services.dossiers.factories import make_town
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.vault.factories import deliver, returned

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_result_is_kept_used_again_and_shared(page: Page, live_server: Any) -> None:
    town, server = make_town(), live_server.url
    case = next(case for case in package_of(town.version.pk).cases if case.code == "relative")
    wanted = next(paper for paper in package_of(town.version.pk).papers(case.pk) if paper.code == "relation")
    result = returned(town)
    ResultDocument.objects.filter(pk=result.pk).update(name=wanted.name)
    deliver()
    kept, account = KeptPaper.objects.get(), town.applicant.account
    assert account is not None

    enter(page, server, account)
    inspect(page, server + reverse("vault:store"))
    page.get_by_role("link", name=wanted.name).click()
    inspect(page)

    draft = dossier_actions.start_draft(account=account, version=town.version, case=case, applicant=town.applicant.pk)
    inspect(page, server + reverse("dossiers:apply-papers", args=[draft.pk]))
    page.get_by_role("button", name="Dùng lại giấy tờ này").click()
    page.get_by_text("· dùng lại").wait_for()
    assert DraftFile.objects.get().source == kept.stream

    inspect(page, server + reverse("vault:share", args=[kept.pk]))
    page.locator("#recipient").fill("Ngân hàng Mẫu")
    page.locator("#pin").fill("135790")
    page.locator("main button[type=submit]").click()
    page.get_by_text("Đã tạo liên kết").wait_for()
    inspect(page)
    address = server + share_path(Share.objects.get().pk)

    page.context.clear_cookies()
    inspect(page, address)
    page.locator("#pin").fill("135790")
    page.keyboard.press("Enter")
    page.get_by_text("Được chia sẻ với Ông/Bà").wait_for()
    assert page.locator("h1").inner_text() == wanted.name
    inspect(page)

    enter(page, server, account)
    page.goto(server + reverse("citizens:data-accesses"))
    page.get_by_text("Mở giấy tờ bằng liên kết Ông/Bà đã chia sẻ").wait_for()
    for name in ("upload", "store"):
        inspect(page, server + reverse(f"vault:{name}"))
    enter(page, server, town.leader)
    inspect(page, server + reverse("vault:revoke", args=[kept.pk]))
