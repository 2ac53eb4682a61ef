"""VNPay 2.1.0: what is sent, what its server says, and everything that can go wrong between."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import ascii_lowercase
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.events.models import Event
from motcua.services.payments import actions, paying
from motcua.services.payments.gateways.interface import Misconfigured
from motcua.services.payments.gateways.registry import gateway
from motcua.services.payments.models import Attempt, Incoming
from motcua.services.payments.rules import vnpay
from motcua.services.payments.rules.times import moment_of, written
from motcua.services.payments.simulators.vnpay import Misbehaviour, VnpayService
from tests.services.payments.factories import AT, Till, bring_in, line, make_order, make_till
from tests.services.payments.gateway import SECRET, attempt, deliver, installed, sent, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Till:
    return make_till()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VnpayService]:
    with installed(tmp_path) as made:
        yield made


def notice(query: dict[str, str]) -> dict[str, str]:
    answer: dict[str, str] = Client().get(reverse("payments:notice", args=["vnpay"]), query).json()
    return answer


names = st.text(ascii_lowercase, min_size=2, max_size=9).map(lambda name: f"vnp_{name.capitalize()}")
values = st.dictionaries(names, st.text(max_size=20), max_size=8)


@given(values)
def test_both_halves_of_the_protocol_sign_alike(values: dict[str, str]) -> None:
    ours = vnpay.signature(values, SECRET.encode())
    theirs = VnpayService(SECRET).signed(values)
    assert theirs["vnp_SecureHash"] == ours
    assert vnpay.is_signed(theirs, SECRET.encode())
    assert not vnpay.is_signed(theirs | {"vnp_Zz": "1"}, SECRET.encode())
    assert not vnpay.is_signed(theirs, b"another")


@given(st.integers(10**9, 4 * 10**9))
def test_times_are_vietnams(second: int) -> None:
    known = datetime.fromtimestamp(second, UTC)
    assert moment_of(written(known)) == known


def test_times_that_are_none() -> None:
    assert written(datetime(2026, 11, 26, 17, 0, tzinfo=UTC)) == "20261127000000"
    assert [moment_of(text) for text in ("", "2026", "20261399000000", "2026112700000x")] == [None] * 4


def test_what_is_asked_of_vnpay(till: Till, service: VnpayService) -> None:
    order = make_order(till, 28_000)
    address = paying.address_to_pay(order, code="vnpay", ip="2001:db8::/64", at=AT)
    query = dict(parse_qsl(urlsplit(address).query))
    assert address.startswith(f"{service.url}/paymentv2/vpcpay.html?")
    assert query.pop("vnp_SecureHash") == service.signed(query)["vnp_SecureHash"]
    assert query == {
        "vnp_Version": "2.1.0",
        "vnp_Command": "pay",
        "vnp_TmnCode": "MOTCUA01",
        "vnp_Amount": "2800000",
        "vnp_CurrCode": "VND",
        "vnp_TxnRef": f"{order.payable.reference}L1",
        "vnp_OrderInfo": f"Nop phi le phi {order.payable.reference}",
        "vnp_OrderType": "other",
        "vnp_Locale": "vn",
        "vnp_ReturnUrl": f"{settings.PUBLIC_URL}/payments/return/vnpay/",
        "vnp_IpAddr": "2001:db8::",
        "vnp_CreateDate": "20261126100000",
        "vnp_ExpireDate": "20261126101500",
    }


def test_paid_is_what_the_server_says(till: Till, service: VnpayService) -> None:
    order = make_order(till)
    assert told(service, sent(service, order)) == ["00"]
    order.refresh_from_db()
    assert (order.state, order.method) == ("paid", "online")
    assert (attempt().state, attempt().code, attempt().bank) == ("paid", "00", "NCB")
    assert Event.objects.filter(kind="payment.received").count() == 1


def test_a_payer_who_cancels_can_try_again(till: Till, service: VnpayService) -> None:
    order = make_order(till)
    assert told(service, sent(service, order), pays=False) == ["00"]
    assert (attempt().state, attempt().code) == ("failed", "24")
    assert Event.objects.filter(kind="payment.attempt_failed").count() == 1
    again = sent(service, order)
    assert again.asked["vnp_TxnRef"].endswith("L2")
    assert told(service, again) == ["00"]
    order.refresh_from_db()
    assert order.state == "paid"


@pytest.mark.parametrize(
    ("how", "codes", "state"),
    [
        (Misbehaviour.TWICE, ["00", "02"], "paid"),
        (Misbehaviour.OUT_OF_ORDER, ["00", "00"], "paid"),
        (Misbehaviour.WRONG_SUM, ["04"], "open"),
        (Misbehaviour.BAD_CHECKSUM, ["97"], "open"),
        (Misbehaviour.UNKNOWN_ORDER, ["01"], "open"),
        (Misbehaviour.BROWSER_CLOSED, ["00"], "paid"),
    ],
)
def test_each_fault_is_answered_as_specified(
    till: Till, service: VnpayService, how: Misbehaviour, codes: list[str], state: str
) -> None:
    order = make_order(till)
    payment = sent(service, order)
    paid = service.outcome(payment, "00")
    payment.notices = service._notices(payment, paid, how)
    assert deliver(payment) == codes
    order.refresh_from_db()
    assert order.state == state
    assert Event.objects.filter(kind="payment.received").count() == (state == "paid")
    assert not Incoming.objects.exists()


def test_the_true_notice_after_a_false_one_counts(till: Till, service: VnpayService) -> None:
    order = make_order(till)
    payment = sent(service, order)
    paid = service.outcome(payment, "00")
    for how in (Misbehaviour.WRONG_SUM, Misbehaviour.BAD_CHECKSUM, Misbehaviour.UNKNOWN_ORDER):
        payment.notices += service._notices(payment, paid, how)
    payment.notices.append(paid)
    assert deliver(payment) == ["04", "97", "01", "00"]
    order.refresh_from_db()
    assert order.state == "paid"


def test_a_failure_told_after_the_payment_changes_nothing(till: Till, service: VnpayService) -> None:
    order = make_order(till)
    payment = sent(service, order)
    payment.notices = [service.outcome(payment, "00"), service.outcome(payment, "24"), service.outcome(payment, "99")]
    assert deliver(payment) == ["00", "02", "02"]
    assert attempt().state == "paid"


def test_a_failure_told_twice_is_known(till: Till, service: VnpayService) -> None:
    payment = sent(service, make_order(till))
    payment.notices = [service.outcome(payment, "24")] * 2
    assert deliver(payment) == ["00", "02"]


def test_a_late_notice_counts_however_late(till: Till, service: VnpayService) -> None:
    order = make_order(till)
    payment = sent(service, order, at=AT - timedelta(days=2))
    assert told(service, payment) == ["00"]
    order.refresh_from_db()
    assert order.state == "paid"


@pytest.mark.parametrize("first", ["transfer", "withdrawn", "other attempt"])
def test_money_for_what_is_settled_waits_to_be_returned(till: Till, service: VnpayService, first: str) -> None:
    order = make_order(till)
    payment = sent(service, order)
    if first == "transfer":
        bring_in(till, line(20_000, order.payable.reference))
    elif first == "withdrawn":
        actions.withdraw_order(order.payable.subject, at=AT)
    else:
        assert told(service, sent(service, order)) == ["00"]
    assert told(service, payment) == ["00"]
    kept = Incoming.objects.get(source="gateway")
    assert (kept.state, kept.cause, kept.amount, kept.office) == ("open", "nothing_open", 20_000, till.office)
    payment.notices = [service.outcome(payment, "00")]
    assert deliver(payment) == ["02"]
    assert Incoming.objects.filter(source="gateway").count() == 1
    assert Event.objects.filter(kind="payment.received").count() == (first != "withdrawn")


@pytest.mark.parametrize(
    "changed",
    [{"vnp_Amount": "x"}, {"vnp_Amount": ""}, {"vnp_TmnCode": "OTHER"}, {"vnp_ResponseCode": ""}, {"vnp_Amount": "٢"}],
)
def test_signed_nonsense_is_answered_99(till: Till, service: VnpayService, changed: dict[str, str]) -> None:
    payment = sent(service, make_order(till))
    paid = service.outcome(payment, "00")
    del paid["vnp_SecureHash"]
    assert notice(service.signed(paid | changed)) == {"RspCode": "99", "Message": "Unknown error"}
    assert attempt().state == "started"


def test_half_a_dong_is_a_wrong_sum(till: Till, service: VnpayService) -> None:
    payment = sent(service, make_order(till))
    paid = service.outcome(payment, "00")
    del paid["vnp_SecureHash"]
    assert notice(service.signed(paid | {"vnp_Amount": "2000001"}))["RspCode"] == "04"


def test_both_codes_must_say_paid(till: Till, service: VnpayService) -> None:
    payment = sent(service, make_order(till))
    paid = service.outcome(payment, "00")
    del paid["vnp_SecureHash"]
    assert notice(service.signed(paid | {"vnp_TransactionStatus": "01"}))["RspCode"] == "00"
    assert (attempt().state, attempt().code) == ("failed", "01")


def test_nobody_answers_for_a_gateway_that_is_not_there(service: VnpayService) -> None:
    assert Client().get(reverse("payments:notice", args=["momo"])).status_code == 404
    assert notice({})["RspCode"] == "97"


def back(query: dict[str, str]) -> Any:
    return Client().get(reverse("payments:returned", args=["vnpay"]), query)


def test_the_browser_shows_a_state_and_changes_nothing(till: Till, service: VnpayService) -> None:
    order = make_order(till)
    payment = sent(service, order)
    paid, cancelled = service.outcome(payment, "00"), service.outcome(payment, "24")
    assert "đang được xác nhận" in back(paid).content.decode()
    assert "chưa thực hiện" in back(cancelled).content.decode()
    order.refresh_from_db()
    assert (order.state, attempt().state) == ("open", "started")
    payment.notices = [paid]
    deliver(payment)
    assert "đã được nộp" in back(paid).content.decode()
    assert "đã được nộp" in back(cancelled).content.decode()
    assert back(paid | {"vnp_SecureHash": "0"}).status_code == 404
    assert back({}).status_code == 404


def test_a_second_payment_is_called_so(till: Till, service: VnpayService) -> None:
    order = make_order(till)
    first, second = sent(service, order), sent(service, order)
    told(service, first)
    told(service, second)
    assert "đã được nộp" in back(service.outcome(first, "00")).content.decode()
    assert "lần thứ hai" in back(service.outcome(second, "00")).content.decode()


def test_there_is_an_end_to_trying(till: Till, service: VnpayService) -> None:
    order = make_order(till)
    for _time in range(50):
        actions.start_attempt(order.pk, gateway="vnpay", at=AT)
    with pytest.raises(Conflict):
        actions.start_attempt(order.pk, gateway="vnpay", at=AT)
    actions.withdraw_order(order.payable.subject, at=AT)
    with pytest.raises(Conflict):
        actions.start_attempt(order.pk, gateway="vnpay", at=AT)
    with pytest.raises(NotFound):
        paying.address_to_pay(order, code="momo", ip="", at=AT)
    assert Attempt.objects.count() == 50


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"url": "ftp://x", "tmn_code": "A"}, "url"),
        ({"url": "https://a.example/p", "tmn_code": ""}, "tmn_code"),
        ({"url": "https://a.example/p", "tmn_code": "A", "secret_file": "/nowhere"}, "secret_file"),
        ({"kind": "momo"}, "momo"),
    ],
)
def test_a_section_that_cannot_be_used_is_named(settings: Any, section: dict[str, str], said: str) -> None:
    settings.PAYMENT_GATEWAYS = {"vnpay": section}
    with pytest.raises(Misconfigured) as wrong:
        gateway("vnpay")
    assert said in str(wrong.value)
    assert str(wrong.value).startswith("[vnpay]")


def test_the_simulator_refuses_what_vnpay_would(till: Till, service: VnpayService) -> None:
    address = paying.address_to_pay(make_order(till), code="vnpay", ip="127.0.0.1", at=AT)
    assert "20.000 VND" in httpx.get(address, trust_env=False).text
    for wrong in (address.replace("2000000", "1000"), address.replace("vnp_IpAddr", "vnp_Ip")):
        assert httpx.get(wrong, trust_env=False).status_code == 400
    query = dict(parse_qsl(urlsplit(address).query)) | {"vnp_TmnCode": "OTHER"}
    del query["vnp_SecureHash"]
    page = f"{service.url}/paymentv2/vpcpay.html?{urlencode(service.signed(query))}"
    assert httpx.get(page, trust_env=False).status_code == 400
