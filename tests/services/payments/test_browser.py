"""The pages of payments in a real browser: axe, the security policy, a phone's width."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from motcua.services.dossiers import actions, ordering
from motcua.services.payments.actions import issue
from motcua.services.payments.models import Incoming, Order
from tests.factories import make_account
from tests.services.dossiers.factories import accept, make_town, submit
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.payments.factories import bring_in, line, make_till
from tests.services.payments.gateway import installed
from tests.services.payments.test_receipts import decide_book

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pages_are_accessible_and_fit(page: Page, live_server: Any) -> None:
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
    decide_book(town.office, valid_from=timezone.localdate(), today=timezone.localdate())
    collected = accept(town, submit(town))
    actions.collect_fee(collected.pk, line=collected.fee_lines.get().pk, method="cash", by=town.actor(town.reception))
    receipt = issue(Order.objects.get(state="paid").pk, at=timezone.now())
    assert receipt is not None
    inspect(page, live_server.url + reverse("payments:receipts"))
    enter(page, live_server.url, town.reception)
    inspect(page, live_server.url + reverse("payments:cash"))
    enter(page, live_server.url, till.cashier)
    inspect(page, live_server.url + reverse("payments:receipt", args=[receipt.pk]))
    enter(page, live_server.url, make_account(is_administrator=True))
    inspect(page, live_server.url + reverse("payments:accounts"))
    inspect(page, live_server.url + reverse("payments:books"))
    inspect(page, live_server.url + reverse("payments:account-feed", args=[till.account.pk]))
    assert town.applicant.account is not None
    enter(page, live_server.url, town.applicant.account)
    inspect(page, live_server.url + reverse("dossiers:my-payment", args=[dossier.number]))


def test_a_cashier_assigns_a_sum_in_the_browser(page: Page, live_server: Any) -> None:
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


def test_paying_through_the_gateway(
    page: Page, live_server: Any, settings: Any, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """Whatever befalls the gateway's notice and the browser, what was paid is paid, once.

    What it tells twice, in the wrong order or wrongly, no browser sees: ``test_vnpay``.
    """
    settings.PUBLIC_URL = live_server.url
    town = make_town()
    assert town.applicant.account is not None
    enter(page, live_server.url, town.applicant.account)
    with installed(tmp_path, notify=f"{live_server.url}{reverse('payments:notice', args=['vnpay'])}") as service:
        for fault in ("", "browser-closed", "late"):
            with subtests.test(fault=fault):
                dossier = accept(town, submit(town))
                page.goto(live_server.url + reverse("dossiers:my-payment", args=[dossier.number]))
                if not fault:
                    inspect(page)
                page.get_by_role("button", name="Nộp qua VNPay").click()
                page.get_by_text("VNPay mô phỏng").first.wait_for()
                page.select_option("select[name=how]", fault)
                page.get_by_role("button", name="Thanh toán").click()
                payment = list(service.payments.values())[-1]
                if fault == "browser-closed":
                    page.get_by_text("Trình duyệt đã đóng").wait_for()
                elif fault == "late":
                    page.get_by_role("heading", name="Khoản nộp đang được xác nhận").wait_for()
                    inspect(page)
                    assert Order.objects.latest("id").state == "open"
                    service.send(payment)
                    page.get_by_role("button", name="Xem lại").click()
                if fault != "browser-closed":
                    page.get_by_role("heading", name="Phí, lệ phí đã được nộp").wait_for()
                if not fault:
                    inspect(page)
                assert [answer["RspCode"] for answer in payment.answers] == ["00"]
                order = ordering.open_order(dossier.pk, at=timezone.now())
                assert (order, Order.objects.latest("id").state) == (None, "paid")
    assert (len(service.payments), Order.objects.count()) == (3, 3)
    page.get_by_role("button", name="Quay lại hồ sơ").click()
    page.get_by_text("Không có khoản nào phải nộp").wait_for()
