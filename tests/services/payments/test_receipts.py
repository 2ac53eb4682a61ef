"""Receipts: numbered without gaps, sealed, cancelled and replaced."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from motcua.engines.signing import originals
from motcua.engines.signing.actions import check_signatures, issue_demo_certificate
from motcua.engines.signing.models import (
    DocumentLevel,
    HolderKind,
    SigningCertificate,
    SigningPolicy,
    SigningTransaction,
)
from motcua.engines.signing.queries import verdicts_on
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from motcua.kernel.identifiers.models import new_id
from motcua.people.organisations.models import Office
from motcua.services.payments import actions, jobs, printing
from motcua.services.payments.models import Order, Receipt, ReceiptBook
from motcua.services.payments.pages.payer import receipt_rows
from motcua.services.payments.queries import receipts_of
from motcua.services.payments.subscribers import issue_receipts, take_raised_receipts
from tests.engines.signing import simulator
from tests.engines.signing.levels.upgrades import policy, upgraded
from tests.factories import make_account, make_office, make_officer, sign_in
from tests.jobs import queued, run_jobs
from tests.poppler import poppler
from tests.services.payments.factories import AT, DAY, Till, bring_in, line, make_order, make_till

pytestmark = pytest.mark.django_db
NEW_YEAR = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # midnight in Vietnam


def decide_book(office: Office, **given: Any) -> ReceiptBook:
    defaults = {
        "valid_from": DAY, "form": "01BLP0-001", "letters": "ms", "collector": office.name,
        "tax_code": "0999910101", "by": make_officer().pk, "today": DAY, "at": AT,
    }  # fmt: skip
    return actions.decide_book(office=office.pk, **(defaults | given))


@pytest.fixture
def till() -> Till:
    made = make_till()
    decide_book(made.office)
    return made


def paid(till: Till, *amounts: int) -> Order:
    order = make_order(till, *amounts)
    bring_in(till, line(order.amount, order.payable.reference, reference=order.payable.reference))
    order.refresh_from_db()
    return order


def issued(till: Till, *amounts: int, at: datetime = AT) -> Receipt:
    receipt = actions.issue(paid(till, *amounts).pk, at=at)
    assert receipt is not None
    return receipt


def test_numbers_begin_with_one_each_year_and_leave_none_out(till: Till) -> None:
    before = [issued(till, at=NEW_YEAR - timedelta(seconds=1)) for _number in range(3)]
    after = [issued(till, at=NEW_YEAR) for _number in range(2)]
    assert [(each.serial, each.number) for each in before] == [("MS-26", 1), ("MS-26", 2), ("MS-26", 3)]
    assert [(each.serial, each.number) for each in after] == [("MS-27", 1), ("MS-27", 2)]


def test_what_is_rolled_back_uses_no_number(till: Till) -> None:
    order = paid(till)
    with transaction.atomic():
        actions.issue(order.pk, at=AT)
        transaction.set_rollback(True)
    assert issued(till).number == 1


def test_an_order_has_one_receipt_however_often_it_is_asked_for(till: Till) -> None:
    order = paid(till)
    first, second = (actions.issue(order.pk, at=AT) for _time in range(2))
    assert first == second
    assert Event.objects.filter(kind="receipt.issued").count() == 1


def test_nothing_is_issued_for_what_is_not_paid_or_without_a_book(till: Till) -> None:
    assert actions.issue(make_order(till).pk, at=AT) is None
    elsewhere = make_till(make_office(), number="99000000000999")
    assert actions.issue(paid(elsewhere).pk, at=AT) is None


def test_it_is_sealed_by_the_collector_and_tells_sum_and_words(till: Till) -> None:
    issue_demo_certificate(
        holder_kind=HolderKind.OFFICE, holder_id=till.office.pk, common_name=till.office.name, at=AT
    )
    receipt = issued(till, 20_000, 8_000)
    sealed = actions.seal(receipt.pk, at=AT)
    assert actions.seal(receipt.pk, at=AT).file_id == sealed.file_id
    content = read_bytes(sealed.file)
    printed = " ".join(poppler("pdftotext", "-layout", "-", "-", stdin=content).split())
    for told in (
        "01BLP0-001", "MS-26", "0000001", "0999910101", till.payer.name, "28.000", "Hai mươi tám nghìn đồng",
        "Chuyển khoản", "Lệ phí 0", "Ngày 26 tháng 11 năm 2026",
    ):  # fmt: skip
        assert told in printed
    (verdict,) = verdicts_on(content, at=AT)
    assert verdict.state == "valid"
    assert [args for _name, args in queued()] == [{"file": str(sealed.file_id)}]
    check_signatures(sealed.file_id, at=AT)
    page = reverse("payments:receipt", args=[receipt.pk])
    desk = sign_in(Client(), till.cashier).get(page).content.decode()
    (payers,) = receipt_rows(receipts_of(receipt.order.payable.subject), lambda key: f"/{key}/")
    original = originals.by_digest(sealed.file.blob_id)
    assert original is not None
    assert (original.number, original.agency) == ("01BLP0-001 MS-26 0000001", till.office.name)
    assert original.event == bytes(Event.objects.get(kind="receipt.issued").digest)
    for shown in (desk, str(payers["note"])):  # what the seal is worth, and that a key of the demonstration gave it
        assert "văn bản không bị thay đổi" in shown
        assert "không có giá trị pháp lý" in shown


def test_without_a_certificate_it_waits_and_stops_nobody(till: Till) -> None:
    receipt = issued(till)
    with pytest.raises(Refused) as refused:
        actions.seal(receipt.pk, at=AT)
    assert refused.value.code == "no_certificate"
    jobs.seal_waiting()
    assert Receipt.objects.get().file is None
    issue_demo_certificate(
        holder_kind=HolderKind.OFFICE, holder_id=till.office.pk, common_name=till.office.name, at=timezone.now()
    )
    jobs.seal_waiting()
    assert Receipt.objects.get().file is not None


def test_a_job_seals_with_what_asks_nobody_by_the_policies_of_seals(till: Till) -> None:
    """A decision may want a token, and the office may have a longer certificate whose signer is asked."""
    issue_demo_certificate(
        holder_kind=HolderKind.OFFICE, holder_id=till.office.pk, common_name=till.office.name, at=AT
    )
    at_once = SigningCertificate.objects.get(holder_id=till.office.pk)
    asking = SigningCertificate.objects.get(pk=at_once.pk)
    asking.pk, asking.provider, asking.valid_to = new_id(), simulator.CODE, at_once.valid_to + timedelta(days=1)
    asking.save(force_insert=True)
    SigningPolicy.objects.create(level=DocumentLevel.DECISION, kinds=["usb-token"], valid_from=DAY, decided_at=AT)
    policy(DocumentLevel.SEAL)
    receipt = actions.seal(issued(till).pk, at=AT)
    assert receipt.file is not None
    asked = SigningTransaction.objects.get()
    assert (asked.certificate_id, asked.level) == (at_once.pk, DocumentLevel.SEAL)
    newer, told = upgraded(receipt.file, subject=receipt.stream)
    for _again in range(2):
        take_raised_receipts([told])
    assert Receipt.objects.get().file == newer
    assert not StoredFile.objects.get(pk=receipt.file_id).kept


def test_a_payment_is_heard_and_its_receipt_issued(till: Till) -> None:
    order = paid(till)
    told = list(Event.objects.filter(kind="payment.received"))
    issue_receipts(told)
    issue_receipts(told)
    ReceiptBook.objects.update(valid_from=timezone.localdate() - timedelta(days=1))
    run_jobs()
    assert Receipt.objects.get().order == order


def test_a_cancelled_receipt_keeps_its_number(till: Till) -> None:
    receipt = issued(till)
    with pytest.raises(Refused):
        actions.cancel(receipt.pk, reason=" ", by=till.cashier.pk, at=AT)
    actions.cancel(receipt.pk, reason="Hoàn phí", by=till.cashier.pk, at=AT)
    receipt.refresh_from_db()
    assert (receipt.state, receipt.reason, receipt.number) == ("cancelled", "Hoàn phí", 1)
    with pytest.raises(Conflict):
        actions.cancel(receipt.pk, reason="nữa", by=till.cashier.pk, at=AT)
    assert actions.issue(receipt.order_id, at=AT) == receipt
    assert issued(till).number == 2


def test_a_receipt_that_was_cancelled_by_mistake_is_issued_anew_once(till: Till) -> None:
    receipt = issued(till)
    client, url = sign_in(Client(), till.cashier), reverse("payments:receipt", args=[receipt.pk])
    assert client.post(url, {"do": "anew"}).status_code == 409, "it is valid"
    actions.cancel(receipt.pk, reason="Bấm nhầm", by=till.cashier.pk, at=AT)
    assert "Lập lại biên lai" in client.get(url).content.decode()
    assert client.post(url, {"do": "anew"}).status_code == 302
    made = Receipt.objects.get(state="issued")
    assert (made.number, made.amount, made.order, made.replaces) == (2, receipt.amount, receipt.order, receipt)
    assert client.post(url, {"do": "anew"}).status_code == 409
    assert "Lập lại biên lai" not in client.get(url).content.decode()


def test_a_replacement_names_what_it_replaces(till: Till) -> None:
    receipt = issued(till)
    given = {"payer_name": "Công ty Mẫu", "payer_address": "Xã Mẫu Sơn", "by": till.cashier.pk, "at": AT}
    for wrong in ({"reason": ""}, {"reason": "Sai tên", "payer_name": " "}):
        with pytest.raises(Refused):
            actions.replace(receipt.pk, **(given | wrong))
    made = actions.replace(receipt.pk, reason="Sai tên", **given)
    receipt.refresh_from_db()
    assert (receipt.state, made.state, made.number, made.amount) == ("replaced", "issued", 2, receipt.amount)
    issue_demo_certificate(
        holder_kind=HolderKind.OFFICE, holder_id=till.office.pk, common_name=till.office.name, at=AT
    )
    printed = poppler("pdftotext", "-", "-", stdin=read_bytes(actions.seal(made.pk, at=AT).file))
    assert "Thay thế biên lai 01BLP0-001 MS-26 số 0000001 ngày 26/11/2026" in " ".join(printed.split())
    assert "Công ty Mẫu" in printed


@pytest.mark.parametrize(
    "state",
    [
        {"state": "cancelled"},
        {"reason": "x"},
        {"number": 0},
        {"number": 10_000_000},
        {"state": "replaced", "reason": "x"},
    ],
)
def test_states_that_cannot_be_are_refused_by_the_database(till: Till, state: dict[str, object]) -> None:
    receipt = issued(till)
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(**state)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"form": "01BLP"}, "form"),
        ({"letters": "M1"}, "letters"),
        ({"tax_code": "12"}, "tax_code"),
        ({"collector": " "}, "collector"),
        ({"today": DAY + timedelta(days=1)}, "valid_from"),
    ],
)
def test_marks_that_cannot_be_are_refused(given: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        decide_book(make_office(), **given)
    assert refused.value.field == field


def test_a_decision_that_was_used_is_not_changed(till: Till) -> None:
    decide_book(till.office, letters="MM")
    issued(till)
    with pytest.raises(Refused) as refused:
        decide_book(till.office, letters="MN")
    assert refused.value.code == "used"


@pytest.mark.django_db(transaction=True)
def test_two_counters_at_once_get_neighbouring_numbers(till: Till) -> None:
    orders = [paid(till).pk for _order in range(8)]

    def issue(order: Any) -> None:
        try:
            actions.issue(order, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(issue, [*orders, *orders]))
    assert sorted(Receipt.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_the_cashier_looks_after_receipts(till: Till, django_assert_num_queries: Any) -> None:
    receipt, client = issued(till), sign_in(Client(), till.cashier)
    days = {"from": DAY.isoformat(), "to": DAY.isoformat()}
    with django_assert_num_queries(4):
        page = client.get(reverse("payments:receipts"), days).content.decode()
    assert "MS-26 0000001" in page
    assert client.get(reverse("payments:receipts"), {"from": "0001-01-01", "to": "9999-12-31"}).status_code == 200
    long_ago = client.get(reverse("payments:receipts"), {"from": "2020-01-01", "to": "2020-01-02"})
    assert "MS-26" not in long_ago.content.decode()
    one = reverse("payments:receipt", args=[receipt.pk])
    assert till.payer.name in client.get(one).content.decode()
    assert client.get(reverse("payments:receipt-file", args=[receipt.pk])).status_code == 404
    assert client.post(one, {"do": "cancel"}).status_code == 422
    assert client.post(one, {}).status_code == 422
    answer = client.post(one, {"do": "replace", "payer_name": "=HYPERLINK(1)", "reason": "Sai tên"})
    made = Receipt.objects.get(state="issued")
    assert answer["Location"] == reverse("payments:receipt", args=[made.pk])
    refused = client.post(answer["Location"], {"do": "cancel", "cancel_reason": "x" * 301}).content.decode()
    assert 'id="cancel_reason-error"' in refused
    assert "x" * 301 in refused
    assert client.post(answer["Location"], {"do": "cancel", "cancel_reason": "Hoàn phí"}).status_code == 302
    assert "Hoàn phí" in client.get(answer["Location"]).content.decode()
    Receipt.objects.update(issued_at=AT)
    book = load_workbook(io.BytesIO(client.get(reverse("payments:receipts-export"), days).content))
    rows = list(book["Biên lai"].iter_rows(values_only=True))
    assert [row[2] for row in rows] == ["Số", "0000001", "0000002"]
    assert rows[2][4] == "'=HYPERLINK(1)"
    assert rows[1][6] == 20_000


def test_receipts_are_nobody_elses(till: Till) -> None:
    receipt = issued(till)
    stranger = sign_in(Client(), make_officer(roles=["cashier"]))
    clerk = sign_in(Client(), make_officer(roles=["clerk"], office=till.office))
    for name in ("payments:receipt", "payments:receipt-file"):
        assert stranger.get(reverse(name, args=[receipt.pk])).status_code == 404
        assert clerk.get(reverse(name, args=[receipt.pk])).status_code == 403
    assert clerk.get(reverse("payments:receipts-export")).status_code == 403


def test_an_administrator_decides_a_book() -> None:
    office, client = make_office("Sở Mẫu"), sign_in(Client(), make_account(is_administrator=True))
    given = {
        "office": office.pk, "form": "01BLP0-001", "letters": "SM", "collector": "Sở Mẫu",
        "tax_code": "0999900301", "valid_from": timezone.localdate().isoformat(),
    }  # fmt: skip
    wrong = client.post(reverse("payments:books"), given | {"tax_code": "1"})
    assert (wrong.status_code, "Sở Mẫu" in wrong.content.decode()) == (422, True)
    assert client.post(reverse("payments:books"), given).status_code == 302
    assert "01BLP0-001 · SM" in client.get(reverse("payments:books")).content.decode()
    stranger = sign_in(Client(), make_officer(roles=["cashier"]))
    assert stranger.get(reverse("payments:books")).status_code == 403


def test_a_receipt_follows_what_is_given_back(till: Till) -> None:
    first = issued(till, 20_000, 8_000)
    order = first.order_id
    second = actions.give_back(order, amount=5_000, reason="Thu thừa", by=till.cashier.pk, at=AT)
    assert second is not None
    first.refresh_from_db()
    assert (first.state, first.reason) == ("replaced", "Thu thừa")
    assert (second.number, second.amount, second.refunded, second.replaces) == (2, 23_000, 5_000, first)
    assert second.payer_name == first.payer_name
    made = printing.document(second, at=AT).content
    printed = " ".join(poppler("pdftotext", "-layout", "-", "-", stdin=made).split())
    for told in ("Đã hoàn trả −5.000 đ", "Tổng cộng 23.000 đ", "Hai mươi ba nghìn đồng"):
        assert told in printed
    with pytest.raises(Conflict):
        actions.give_back(order, amount=23_001, reason="Nhầm", by=None, at=AT)
    assert actions.give_back(order, amount=23_000, reason="Hủy", by=None, at=AT) is None
    second.refresh_from_db()
    assert second.state == "cancelled"
    assert not Receipt.objects.filter(state="issued").exists()


def test_what_was_given_back_before_the_receipt_came_stands_in_it(till: Till) -> None:
    order = paid(till, 20_000)
    assert actions.give_back(order.pk, amount=5_000, reason="Thu thừa", by=None, at=AT) is None
    receipt = actions.issue(order.pk, at=AT)
    assert receipt is not None
    assert (receipt.amount, receipt.refunded) == (15_000, 5_000)
    whole = paid(till, 20_000)
    actions.give_back(whole.pk, amount=20_000, reason="Hủy", by=None, at=AT)
    assert actions.issue(whole.pk, at=AT) is None
    with pytest.raises(Conflict):
        actions.give_back(make_order(till).pk, amount=1, reason="Chưa nộp", by=None, at=AT)
