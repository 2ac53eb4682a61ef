"""The pages of line systems and of consent in a real browser: axe, and a phone's width."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from motcua.engines.connectors.simulator.system import DOCUMENT, Illness
from tests.engines.connectors.house import NUMBER, Room, ask, beside, ill, work
from tests.factories import make_citizen, make_officer
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.threads import at_once

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _questions(person: Any) -> None:
    """One that was given up, one that waits for consent."""
    with beside() as system:
        ill(system, Illness.REFUSES)
        ask("person", "một", whose=person.pk, number=NUMBER)
        ask("wishes", "hai", whose=person.pk, number=NUMBER)
        work()


def test_the_pages_are_accessible_and_fit(
    page: Page,
    live_server: Any,
    room: Room,
    tmp_path: Path,
) -> None:
    person = make_citizen()
    assert at_once([lambda: _questions(person)]) == [None]  # where the browser's event loop does not run
    server = live_server.url
    enter(page, server, make_officer(roles=["admin"], is_administrator=True))
    for name, *args in (("overview",), ("system", "beside"), ("calls",), ("propose",)):
        inspect(page, server + reverse(f"connectors:{name}", args=args))
    (tmp_path / "openapi.json").write_text(json.dumps(DOCUMENT))
    page.locator("#document").set_input_files(tmp_path / "openapi.json")
    page.get_by_role("button", name="Đề xuất thao tác").click()
    assert "openapi: getPerson" in page.locator("#content").input_value()

    enter(page, server, person.account)
    inspect(page, server + reverse("connectors:sharing"))
    page.get_by_role("button", name="Cho phép").click()
    page.get_by_text("Ông/Bà đang cho phép").wait_for()
    inspect(page)
