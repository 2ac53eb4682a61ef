"""All dossiers of a batch are paid for at once: the sum is that of its lines, and a fee is asked for and paid once."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.events.models import Event, StreamHead
from motcua.services.batches import actions
from motcua.services.batches.models import Batch
from motcua.services.batches.queries import fees_of
from motcua.services.dossiers import actions as dossier_actions
from motcua.services.dossiers import ordering
from motcua.services.dossiers.actions import settle_order
from motcua.services.dossiers.models import Dossier, FeeLine, IssuedForm
from motcua.services.dossiers.subscribers import close_orders, settle_fees
from motcua.services.payments import subjects
from motcua.services.payments.actions import issue, withdraw_order
from motcua.services.payments.models import Order, OrderLine
from motcua.services.payments.queries import receipts_of
from tests.factories import sign_in
from tests.jobs import run_jobs
from tests.replay import again
from tests.services.batches.sheets import fill, template_of
from tests.services.batches.test_batches import begin, confirm, copies, upload
from tests.services.dossiers.factories import Town, accept, make_town
from tests.services.payments.factories import Till, bring_in, line, make_till
from tests.services.payments.test_receipts import decide_book

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def browser(town: Town, client: Client) -> Client:
    assert town.applicant.account is not None
    return sign_in(client, town.applicant.account)


@pytest.fixture
def both(town: Town, browser: Client) -> tuple[Till, Batch]:
    """The account of an office that collects by transfer, and three dossiers with a fee of 16,000 đ each."""
    return again(("filed", town.office.pk), lambda: _file(town, browser), unless=[Batch, Dossier])


def _file(town: Town, browser: Client) -> tuple[Till, Batch]:
    till = make_till(town.office, valid_from=timezone.localdate())
    batch = begin(browser, "2.000908", case="holder", office=str(town.office.pk))
    upload(browser, batch, fill(template_of(browser, batch), copies("Một", "Hai", "Ba")))
    confirm(browser, batch)
    run_jobs()
    return till, Batch.objects.get(pk=batch.pk)


@pytest.fixture
def till(both: tuple[Till, Batch]) -> Till:
    return both[0]


@pytest.fixture
def filed(both: tuple[Till, Batch]) -> Batch:
    return both[1]


def opened(batch: Batch) -> Order:
    order = actions.open_payment(batch.pk, by=batch.account, at=timezone.now())
    assert order is not None
    return order


def alone(dossier: Dossier) -> Order:
    order = ordering.open_order(dossier.pk, at=timezone.now())
    assert order is not None
    return order


def transferred(till: Till, order: Order) -> None:
    """The bank's statement tells of the money."""
    reference = order.payable.reference
    bring_in(till, line(order.amount, reference, reference=reference, day=timezone.localdate()))
    order.refresh_from_db()
    assert order.state == "paid"


def hear(handle: Any, kind: str) -> None:
    """What the subscriber and its jobs do in the worker."""
    handle(list(Event.objects.filter(kind=kind).order_by("position")))
    run_jobs()


def states() -> list[str]:
    return sorted(FeeLine.objects.values_list("state", flat=True))


def first() -> Dossier:
    return Dossier.objects.order_by("pk")[0]


def test_one_order_over_all_of_them_is_paid_once(browser: Client, till: Till, filed: Batch) -> None:
    here = reverse("batches:payment", args=[filed.pk])
    assert here in browser.get(reverse("batches:batch", args=[filed.pk])).content.decode()
    assert browser.post(here)["Location"] == here
    order = Order.objects.get()
    lines = OrderLine.objects.filter(order=order)
    assert (order.amount, lines.count()) == (48_000, 3)
    assert set(lines.values_list("key", flat=True)) == set(FeeLine.objects.values_list("pk", flat=True))
    page = browser.get(here).content.decode()
    assert order.payable.reference in page
    assert "48.000" in page
    assert browser.get(reverse("batches:payment-code", args=[filed.pk]))["Content-Type"] == "image/png"
    assert opened(filed) == order
    transferred(till, order)
    assert ordering.due_lines(first()) == []  # at once, before the fees have heard of it
    hear(settle_fees, "payment.received")
    hear(settle_fees, "payment.received")
    assert states() == ["collected"] * 3
    assert Event.objects.filter(kind="dossier.fee_collected").count() == 3
    assert [(fee.due, fee.paid) for fee in fees_of(filed)] == [(0, 16_000)] * 3
    assert actions.open_payment(filed.pk, by=filed.account, at=timezone.now()) is None
    assert "Không có khoản nào phải nộp" in browser.get(here).content.decode()
    assert subjects.payer_address(filed.stream) == here
    assert subjects.particulars(filed.stream).procedure_code == "2.000908"


def test_the_page_is_bounded(browser: Client, filed: Batch, django_assert_num_queries: Any) -> None:
    opened(filed)
    here = reverse("batches:payment", args=[filed.pk])
    browser.get(here)
    with django_assert_num_queries(11):
        browser.get(here)


def test_who_pays_one_by_itself_changes_the_sum(till: Till, filed: Batch) -> None:
    whole = opened(filed)
    own = alone(first())
    whole.refresh_from_db()
    assert whole.state == "withdrawn"
    transferred(till, own)
    rest = opened(filed)
    assert rest.amount == 32_000
    settle_order(own.pk)
    assert opened(filed) == rest


def test_paying_all_lets_nobody_pay_one_of_them(till: Till, filed: Batch) -> None:
    own = alone(first())
    whole = opened(filed)
    own.refresh_from_db()
    assert (own.state, whole.amount) == ("withdrawn", 48_000)
    transferred(till, whole)
    assert ordering.open_order(first().pk, at=timezone.now()) is None
    fee = FeeLine.objects.get(dossier=first())
    with pytest.raises(Conflict):
        withdraw_order(first().stream, keys=[fee.pk], at=timezone.now())


def test_the_receipt_of_a_dossier_that_is_accepted_leaves_the_common_order(town: Town, filed: Batch) -> None:
    whole = opened(filed)
    accept(town, first())
    run_jobs()
    assert IssuedForm.objects.filter(dossier=first(), file__isnull=False).exists()
    assert opened(filed) == whole  # somebody may be transferring its sum


@pytest.mark.parametrize("act", ["collected", "waived", "counted", "closed"])
def test_what_is_settled_otherwise_leaves_the_order(town: Town, filed: Batch, act: str) -> None:
    whole, dossier = opened(filed), first()
    fee, by = FeeLine.objects.get(dossier=dossier), town.actor(town.reception)
    left = 32_000
    if act == "collected":
        dossier_actions.collect_fee(dossier.pk, line=fee.pk, method="cash", by=by)
    elif act == "waived":
        dossier_actions.waive_fee(dossier.pk, line=fee.pk, reason="Hộ nghèo", by=by)
    elif act == "counted":
        FeeLine.objects.filter(pk=fee.pk).update(unit="bản")
        dossier_actions.count_fee(dossier.pk, line=fee.pk, quantity=3, by=by)
        left = 32_000 + 3 * fee.unit_amount
    else:
        dossier_actions.withdraw(dossier.pk, reason="Không cần nữa", by=town.citizen)
        hear(close_orders, "dossier.withdrawn")
    whole.refresh_from_db()
    assert whole.state == "withdrawn"
    assert opened(filed).amount == left


def test_one_that_cannot_be_settled_keeps_none_of_the_others_back(till: Till, filed: Batch) -> None:
    order = opened(filed)
    transferred(till, order)
    head = StreamHead.objects.get(stream=first().stream)
    told = {"kind": "test.obstacle", "at": timezone.now(), "references": {}, "digest": bytes(32)}
    Event.objects.create(stream=head.stream, version=head.version + 1, **told)  # the next would be there twice
    with pytest.raises(IntegrityError):
        settle_order(order.pk)
    assert states() == ["collected", "collected", "due"]
    StreamHead.objects.filter(pk=head.pk).update(version=head.version + 1)
    settle_order(order.pk)
    assert states() == ["collected"] * 3


def test_only_who_filed_it_pays_for_it(town: Town, filed: Batch, client: Client) -> None:
    with pytest.raises(NotFound):
        actions.open_payment(filed.pk, by=town.reception, at=timezone.now())
    sign_in(client, town.reception)
    assert client.post(reverse("batches:payment", args=[filed.pk])).status_code == 404
    sign_in(client, town.specialist)
    assert client.post(reverse("batches:payment", args=[filed.pk])).status_code == 403
    assert not Order.objects.exists()


def test_the_receipt_stands_at_the_batch_and_at_each_dossier(town: Town, till: Till, filed: Batch) -> None:
    decide_book(town.office, valid_from=timezone.localdate(), today=timezone.localdate())
    order = opened(filed)
    transferred(till, order)
    receipt = issue(order.pk, at=timezone.now())
    assert receipt is not None
    assert receipt.amount == 48_000
    for dossier in Dossier.objects.all():
        keys = FeeLine.objects.filter(dossier=dossier).values("pk")
        assert receipts_of(dossier.stream, keys=keys) == [receipt]
    assert receipts_of(filed.stream) == [receipt]
