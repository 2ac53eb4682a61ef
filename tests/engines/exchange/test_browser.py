"""The pages of the exchange in a real browser: axe, and a phone's width."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from motcua.engines.exchange import actions, taking
from motcua.kernel.errors import Refused
from tests.engines.exchange.house import Room, line, other_side, partner, send, signed, work
from tests.engines.exchange.messages import HERE, THERE, written
from tests.factories import make_officer
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.threads import at_once

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _letters(room: Room) -> None:
    """A dead letter, a message that cannot be taken in, and an axis with an agency."""
    with other_side() as other:
        other.respond = lambda _name, _body: (422, {"code": "attachment", "detail": "Tệp đính kèm không đúng"})
        channel = line("there", other.url)
        partner(channel)
        send(1)
        work()
    room.faults[f"{THERE.id},2026/11/20,7/STP-VP"] = Refused("Trùng số đến")
    actions.receive(channel, signed(written(7, sender=THERE, to=HERE)), message_id="7", at=timezone.now())
    taking.take_some()
    axis = line("truc", "https://truc.example.vn", kind="axis", kinds=("document", "status"))
    given = {"code": HERE.id, "system": HERE.id, "secret": "khoa"}
    actions.add_account(axis, **given, by=None, at=timezone.now())


def test_the_pages_are_accessible_and_fit(page: Page, live_server: Any, room: Room) -> None:
    assert at_once([lambda: _letters(room)]) == [None]  # in a thread where the browser's event loop does not run
    server = live_server.url
    enter(page, server, make_officer(roles=["admin"], is_administrator=True))
    for name, *args in (("overview",), ("line", "truc"), ("new-partner",), ("partners",), ("dead",), ("stuck",)):
        inspect(page, server + reverse(f"exchange:{name}", args=args))
    page.goto(server + reverse("exchange:dead"))
    page.get_by_role("heading", level=2).get_by_role("link").click()
    inspect(page)
    page.goto(server + reverse("exchange:dead"))
    page.get_by_role("button", name="Gửi lại nguyên gói tin").click()
    page.get_by_text("Gói tin được gửi lại.").wait_for()
