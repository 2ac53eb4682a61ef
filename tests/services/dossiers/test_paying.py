"""A dossier is paid by transfer: order, code, settlement, and what comes between."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict
from motcua.kernel.events import subscriptions
from motcua.kernel.events.models import Event
from motcua.people.citizens.models import Party
from motcua.services.dossiers import actions, issuing, ordering
from motcua.services.dossiers.models import Dossier, FeeLine, IssuedForm
from motcua.services.payments import subjects
from motcua.services.payments.models import Incoming, Order, Payable, Receipt
from motcua.services.payments.subscribers import issue_receipts
from tests.factories import make_citizen, sign_in
from tests.jobs import run_jobs
from tests.poppler import poppler
from tests.services.dossiers.factories import Town, accept, make_town, submit
from tests.services.payments.factories import Till, bring_in, decide, line, make_till
from tests.services.payments.test_receipts import decide_book

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def till(town: Town) -> Till:
    return make_till(town.office, valid_from=timezone.localdate())


@pytest.fixture
def payer(town: Town) -> Client:
    assert town.applicant.account is not None
    return sign_in(Client(), town.applicant.account)


def text_of(response: Any) -> str:
    return response.content.decode()


def hear() -> None:
    """What subscribers and their jobs do in the worker."""
    for name in ("dossiers.payments", "dossiers.orders"):
        batch = list(Event.objects.filter(subscriptions.subscribers[name].wanted).order_by("position"))
        handle = subscriptions.subscribers[name].handle
        assert handle is not None
        handle(batch)
    run_jobs()


def pay(till: Till, order: Order) -> None:
    bring_in(till, line(order.amount, f"{order.payable.reference} nop le phi", day=timezone.localdate()))


def opened(dossier: Dossier) -> Order:
    order = ordering.open_order(dossier.pk, at=timezone.now())
    assert order is not None
    return order


def states(dossier: Dossier) -> set[tuple[str, str]]:
    return set(FeeLine.objects.filter(dossier=dossier).values_list("state", "method"))


def test_the_applicant_gets_a_code_pays_and_sees_it(town: Town, till: Till, payer: Client) -> None:
    dossier = accept(town, submit(town))
    url = reverse("dossiers:my-payment", args=[dossier.number])
    assert url in text_of(payer.get(reverse("dossiers:my-dossier", args=[dossier.number])))
    assert "mc-transfer" not in text_of(payer.get(url))
    assert payer.post(url).status_code == 302
    order = Order.objects.get()
    page = text_of(payer.get(url))
    assert order.payable.reference in page
    assert till.account.number in page
    assert "<svg" in page
    picture = payer.get(reverse("dossiers:my-payment-code", args=[dossier.number]))
    assert picture.content.startswith(b"\x89PNG")
    pay(till, order)
    hear()
    hear()
    assert states(dossier) == {("collected", "transfer")}
    assert Event.objects.filter(stream=dossier.stream, kind="dossier.fee_collected").count() == 1
    assert "mc-transfer" not in text_of(payer.get(url))
    assert payer.get(reverse("dossiers:my-payment-code", args=[dossier.number])).status_code == 404


def test_an_office_without_account_collects_at_the_counter_only(town: Town, payer: Client) -> None:
    dossier = accept(town, submit(town))
    url = reverse("dossiers:my-payment", args=[dossier.number])
    page = text_of(payer.get(url))
    assert '<form method="post">' not in page.split("<main")[1]
    payer.post(url)
    assert "<svg" not in text_of(payer.get(url)).split("<main")[1]


def test_the_printed_receipt_tells_how_to_pay(town: Town, till: Till, django_assert_num_queries: Any) -> None:
    dossier = accept(town, submit(town))
    with django_assert_num_queries(28):
        stored = issuing.render(IssuedForm.objects.get(dossier=dossier, form="01").pk).file
    assert stored is not None
    printed = poppler("pdftotext", "-layout", "-", "-", stdin=read_bytes(stored))
    assert Payable.objects.get().reference in printed
    assert till.account.number in printed


def test_where_nobody_collects_by_transfer_a_receipt_opens_no_order(
    town: Town, django_assert_num_queries: Any
) -> None:
    dossier = accept(town, submit(town))
    with django_assert_num_queries(15):
        issuing.render(IssuedForm.objects.get(dossier=dossier, form="01").pk)
    assert not Payable.objects.exists()


def test_a_sum_is_assigned_by_the_code_of_a_dossier_for_which_nobody_was_told_how_to_pay(town: Town) -> None:
    """The office collected into no account when the receipt was printed; the payer wrote its code all the same."""
    dossier, other = accept(town, submit(town)), accept(town, submit(town))
    run_jobs()
    assert not Payable.objects.exists()
    till, due = make_till(town.office, valid_from=timezone.localdate()), FeeLine.objects.get(dossier=dossier)
    bring_in(till, line(due.amount, f"nop le phi {dossier.number}", day=timezone.localdate()))
    cashier, url = sign_in(Client(), till.cashier), reverse("payments:incoming-one", args=[Incoming.objects.get().pk])
    assert cashier.post(url, {"do": "assign", "payable": "H99.7-000000-0000"}).status_code == 404
    assert not Payable.objects.exists()
    Party.objects.filter(pk=other.applicant_id).update(account=till.cashier)
    assert cashier.post(url, {"do": "assign", "payable": other.number}).status_code == 403
    assert not Payable.objects.exists()  # a refusal opens nothing
    Party.objects.filter(pk=other.applicant_id).update(account=None)
    assert cashier.post(url, {"do": "assign", "payable": f" {dossier.number} "}).status_code == 302
    hear()
    assert (states(dossier), states(other)) == ({("collected", "transfer")}, {("due", "")})
    # Nor is it asked for again once it is paid.
    bring_in(till, line(due.amount, "lan nua", day=timezone.localdate()))
    again = reverse("payments:incoming-one", args=[Incoming.objects.get(state="open").pk])
    assert cashier.post(again, {"do": "assign", "payable": dossier.number}).status_code == 409


def test_what_the_counter_takes_is_no_longer_paid_by_transfer(town: Town, till: Till) -> None:
    dossier = accept(town, submit(town))
    order = opened(dossier)
    fee = FeeLine.objects.get()
    actions.collect_fee(dossier.pk, line=fee.pk, method="cash", by=town.actor(town.reception))
    pay(till, order)
    assert (Incoming.objects.get().state, Incoming.objects.get().cause) == ("open", "nothing_open")
    hear()
    assert states(dossier) == {("collected", "cash")}


@pytest.mark.parametrize(
    ("act", "how"), [(actions.collect_fee, {"method": "cash"}), (actions.waive_fee, {"reason": "Hộ nghèo"})]
)
def test_what_is_paid_by_transfer_is_not_taken_again(town: Town, till: Till, act: Any, how: dict[str, str]) -> None:
    dossier = accept(town, submit(town))
    pay(till, opened(dossier))
    with pytest.raises(Conflict) as refused:  # before the dossier has heard of it
        act(dossier.pk, line=FeeLine.objects.get().pk, by=town.actor(town.reception), **how)
    assert refused.value.code == "paid"
    hear()
    assert states(dossier) == {("collected", "transfer")}


def test_what_the_counter_takes_at_once_is_one_payment_with_one_receipt(town: Town, till: Till, payer: Client) -> None:
    today = timezone.localdate()
    decide_book(town.office, valid_from=today, today=today)
    dossier = accept(town, submit(town))
    fee = FeeLine.objects.get()
    FeeLine.objects.create(dossier=dossier, name="Phí gửi", kind="fee", amount=5_000, position=2)
    FeeLine.objects.create(dossier=dossier, name="Không thu", kind="fee", amount=0, position=3)
    opened(dossier)
    reception = sign_in(Client(), town.reception)
    reception.post(reverse("dossiers:desk-collect", args=[dossier.number]), {"method": "card"})
    assert states(dossier) == {("due", "")}, "a card without the terminal's slip is no payment"
    paid = {"method": "card", "slip": "A-004711"}
    reception.post(reverse("dossiers:desk-collect", args=[dossier.number]), paid)
    assert states(dossier) == {("collected", "card")}
    order = Order.objects.get(state="paid")
    assert (order.amount, order.method, order.slip) == (fee.amount + 5_000, "card", "A-004711")
    assert order.taken_by == town.reception
    assert Order.objects.filter(state="withdrawn").count() == 1
    issue_receipts(list(Event.objects.filter(kind="payment.received")))
    hear()
    receipt = Receipt.objects.get()
    assert (receipt.amount, receipt.issued_by) == (order.amount, town.reception)
    url = reverse("dossiers:my-fee-receipt", args=[dossier.number, receipt.pk])
    assert url in text_of(payer.get(reverse("dossiers:my-dossier", args=[dossier.number])))
    sent: Any = payer.get(url)
    assert b"".join(sent.streaming_content).startswith(b"%PDF")
    assert payer.get(reverse("dossiers:my-fee-receipt", args=[dossier.number, order.pk])).status_code == 404


def test_a_closed_dossier_is_paid_for_by_nobody(town: Town, till: Till, payer: Client) -> None:
    dossier = submit(town)
    order = opened(dossier)
    actions.withdraw(dossier.pk, reason="Thôi", by=town.citizen)
    hear()
    order.refresh_from_db()
    assert order.state == "withdrawn"
    assert ordering.open_order(dossier.pk, at=timezone.now()) is None
    pay(till, order)
    assert Incoming.objects.get().cause == "nothing_open"


def test_money_that_came_before_a_dossier_was_withdrawn_can_be_given_back(town: Town, till: Till) -> None:
    dossier = accept(town, submit(town))
    order = opened(dossier)
    pay(till, order)
    actions.withdraw(dossier.pk, reason="Thôi", by=town.citizen)
    hear()
    fee = FeeLine.objects.get()
    assert (fee.state, fee.order) == ("collected", order)
    actions.refund_fee(dossier.pk, line=fee.pk, reason="Rút hồ sơ", by=town.actor(town.head))
    hear()
    assert FeeLine.objects.get().state == "refunded"


def test_paid_before_acceptance_under_the_same_text(town: Town, till: Till) -> None:
    dossier = submit(town)
    before = opened(dossier).payable
    accept(town, dossier)
    dossier.refresh_from_db()
    after = opened(dossier).payable
    assert after.reference == before.reference
    assert after.title.startswith(str(dossier.code))


def test_the_cashier_finds_the_dossier_and_its_payer_theirs(town: Town, till: Till, payer: Client) -> None:
    dossier = accept(town, submit(town))
    order = opened(dossier)
    desk = subjects.desk_addresses([dossier.stream, "thing:1"])
    assert desk == {dossier.stream: reverse("dossiers:desk-dossier", args=[dossier.number])}
    assert subjects.payer_address(dossier.stream) == reverse("dossiers:my-payment", args=[dossier.number])
    assert subjects.payer_address("thing:1") is None
    assert order.payable.payer == town.applicant.pk


def test_nobody_else_sees_how_it_is_paid(town: Town, till: Till) -> None:
    dossier = accept(town, submit(town))
    opened(dossier)
    other = make_citizen(name="Người Khác").account
    assert other is not None
    stranger = sign_in(Client(), other)
    for name in ("dossiers:my-payment", "dossiers:my-payment-code"):
        assert stranger.get(reverse(name, args=[dossier.number])).status_code == 404


def test_the_page_is_bounded(town: Town, till: Till, payer: Client, django_assert_num_queries: Any) -> None:
    dossier = accept(town, submit(town))
    opened(dossier)
    url = reverse("dossiers:my-payment", args=[dossier.number])
    payer.get(url)
    with django_assert_num_queries(10):
        payer.get(url)


def test_an_account_decided_anew_is_shown_at_once(town: Town, till: Till, payer: Client) -> None:
    dossier = accept(town, submit(town))
    opened(dossier)
    decide(town.office, number="99000000010199", valid_from=timezone.localdate())
    assert "99000000010199" in text_of(payer.get(reverse("dossiers:my-payment", args=[dossier.number])))
