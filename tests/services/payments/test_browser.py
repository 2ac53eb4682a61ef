"""The pages of payments in a real browser: axe, the security policy, a phone's width."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from motcua.services.dossiers import ordering
from motcua.services.payments.models import Incoming
from tests.factories import make_account
from tests.services.dossiers.factories import accept, make_town, submit
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.payments.factories import bring_in, line, make_till
from tests.site.test_browser import page  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pages_are_accessible_and_fit(page: Page, live_server: Any) -> None:  # noqa: F811
    town = make_town()
    till = make_till(town.office, valid_from=timezone.localdate())
    dossier = accept(town, submit(town))
    order = ordering.open_order(dossier.pk, at=timezone.now())
    assert order is not None
    text = f"MBVCB.3278907687.{order.payable.reference}.CT tu 0011000001234 NGUYEN MAU NOP toi 99000000010101"
    bring_in(till, line(order.amount, "quen noi dung"), line(1, text))
    waiting = Incoming.objects.order_by("id")[0]
    enter(page, live_server.url, till.cashier)
    for name, arguments in (
        ("payments:incoming", []),
        ("payments:incoming-one", [waiting.pk]),
        ("payments:statements", []),
    ):
        inspect(page, live_server.url + reverse(name, args=arguments))
    enter(page, live_server.url, make_account(is_administrator=True))
    inspect(page, live_server.url + reverse("payments:accounts"))
    inspect(page, live_server.url + reverse("payments:account-feed", args=[till.account.pk]))
    assert town.applicant.account is not None
    enter(page, live_server.url, town.applicant.account)
    inspect(page, live_server.url + reverse("dossiers:my-payment", args=[dossier.number]))


def test_a_cashier_assigns_a_sum_in_the_browser(page: Page, live_server: Any) -> None:  # noqa: F811
    town = make_town()
    till = make_till(town.office, valid_from=timezone.localdate())
    dossier = accept(town, submit(town))
    order = ordering.open_order(dossier.pk, at=timezone.now())
    assert order is not None
    bring_in(till, line(order.amount, "quen noi dung"))
    enter(page, live_server.url, till.cashier)
    page.goto(live_server.url + reverse("payments:incoming"))
    page.locator("main table a").click()
    page.get_by_role("button", name=f"Gán {order.payable.title}").click()
    page.get_by_text("Không có khoản nào chờ xử lý").wait_for()
    order.refresh_from_db()
    assert order.state == "paid"
