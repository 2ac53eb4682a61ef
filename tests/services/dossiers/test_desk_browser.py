"""The officers' pages in a real browser: axe, the security policy, a phone's width, and where scans go."""

from contextlib import suppress
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error, Page, Route, expect

from motcua.people.accounts.models import Account
from motcua.services.dossiers import actions
from tests.axe import assert_accessible
from tests.engines.rendering.test_drafts import word
from tests.factories import sign_in
from tests.paper import wrong_on_paper
from tests.services.dossiers.factories import Town, accept, finish, make_town, open_step, submit
from tests.services.dossiers.test_desk_lists import to_sign
from tests.services.dossiers.test_proposals import propose
from tests.services.dossiers.test_working_papers import keep, with_draft
from tests.site.test_browser import SCAN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (1280, 360)
PRINTED = {"desk-dossier", "desk-story", "desk-received", "desk-book"}


@pytest.fixture
def town() -> Town:
    return make_town(with_draft())


def enter(page: Page, server: str, account: Account, *, confirmed: bool = False) -> None:
    client = sign_in(Client(), account, confirmed=confirmed)
    page.context.add_cookies(
        [{"name": name, "value": cookie.value, "url": server} for name, cookie in client.cookies.items()]
    )


def inspect(page: Page, address: str = "") -> None:
    """Judge the page at an address, or the one that is open, at two widths."""
    if address:
        page.goto(address)
    page.wait_for_load_state()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page.url, width)
    assert_accessible(page)


@pytest.mark.long
def test_pages_are_accessible_and_fit(page: Page, town: Town, live_server: Any) -> None:
    dossier, waiting = accept(town, submit(town)), to_sign(town)
    draft = actions.start_draft(
        account=town.reception, version=town.version, channel="counter", applicant=town.applicant.pk
    )
    step = open_step(dossier).pk
    asked_again, drafted = accept(town, submit(town)), accept(town, submit(town))
    actions.request_supplement(asked_again.pk, items=["Bản vẽ"], reason="Thiếu", by=town.actor(town.specialist))
    actions.answer_supplement(asked_again.pk, answer="Đây", by=town.citizen)
    propose(town, asked_again)
    finish(town, drafted, "found")
    keep(town, drafted, word("Dự thảo"))
    shown: dict[Account, list[tuple[str, list[Any]]]] = {
        town.specialist: [
            ("desk-inbox", []),
            ("desk-dossier", [dossier.number]),
            ("desk-story", [dossier.number]),
            ("desk-complete", [dossier.number, step]),
            ("desk-drafts", [drafted.number, open_step(drafted).pk]),
        ],
        town.reception: [
            ("desk-papers", [dossier.number]),
            ("desk-received", [dossier.number]),
            ("desk-receive", [draft.pk]),
            ("desk-act", [dossier.number, "withdraw"]),
            ("desk-book", []),
        ],
        town.leader: [
            ("desk-signing", []),
            ("desk-sign", [waiting.number, open_step(waiting).pk]),
            ("desk-to-approve", []),
            ("desk-dossier", [asked_again.number]),
            ("desk-act", [asked_again.number, "refuse_supplement"]),
        ],
        town.head: [("desk-office", [])],
    }
    for account, pages in shown.items():
        enter(page, live_server.url, account)
        for name, args in pages:
            inspect(page, live_server.url + reverse(f"dossiers:{name}", args=args))
            if name in PRINTED:
                assert wrong_on_paper(page) == [], name


def test_a_telephone_shows_the_tab_that_is_open_and_the_whole_code(page: Page, town: Town, live_server: Any) -> None:
    dossier = accept(town, submit(town))
    enter(page, live_server.url, town.specialist)
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{live_server.url}{reverse('dossiers:desk-story', args=[dossier.number])}")
    tab = page.locator(".mc-tabs [aria-current]").bounding_box()
    assert tab is not None
    assert 0 <= tab["x"] <= 375 - tab["width"]
    lines = "each => { const all = new Range(); all.selectNodeContents(each); return all.getClientRects().length; }"
    assert page.locator("h1 .mc-unbroken").evaluate(lines) == 1


@pytest.mark.parametrize("width", [768, 1100])
def test_a_tablet_shows_all_columns_of_a_list(page: Page, town: Town, live_server: Any, width: int) -> None:
    accept(town, submit(town))
    enter(page, live_server.url, town.specialist)
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("desk-inbox", "desk-search"):
        page.goto(f"{live_server.url}{reverse(f'dossiers:{name}')}")
        assert page.locator(".mc-table-scroll").evaluate("each => each.scrollWidth <= each.clientWidth"), name


def test_a_scan_at_the_counter_stays_at_the_counter(page: Page, town: Town, live_server: Any) -> None:
    enter(page, live_server.url, town.reception)
    page.goto(live_server.url + reverse("dossiers:desk-counter"))
    page.wait_for_selector("body.js-enabled")
    page.evaluate(SCAN, [*str(town.applicant.identity_number), "Enter"])
    page.wait_for_url("**/desk/counter/?q=*")
    assert page.is_visible(f"main >> text={town.applicant.identity_number}")


def test_a_tick_outlives_the_answer_that_was_under_way(page: Page, town: Town, live_server: Any) -> None:
    enter(page, live_server.url, town.leader)
    address = live_server.url + reverse("officers:delegate")
    held: list[Route] = []
    page.goto(address)
    page.wait_for_selector("body.js-enabled")
    box = page.locator(f'[value="field:{town.version.field}"]')
    page.evaluate("() => { console.error = () => {} }")  # htmx tells there of the answer that is not waited for
    page.route(address, lambda route: route.continue_() if held else held.append(route))
    with page.expect_request(address):
        page.get_by_label("Tìm lĩnh vực, thủ tục, văn bản").fill("linh vuc mau")
    with page.expect_response(address):
        box.check()
        with suppress(Error):  # nobody waits for this answer any more
            held[0].continue_()
    expect(page.get_by_text("Không tìm thấy mục nào.")).to_be_visible()
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    inspect(page)
