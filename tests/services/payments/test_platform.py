"""The national payment platform over a real socket: what it is asked, what its server says, what goes wrong."""

import json
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.errors import Refused
from motcua.kernel.events.models import Event
from motcua.services.payments import actions, asking, paying
from motcua.services.payments.gateways.interface import Misconfigured, Notice, Unavailable
from motcua.services.payments.gateways.platform import PaymentPlatform
from motcua.services.payments.gateways.registry import gateway
from motcua.services.payments.models import Attempt, Incoming, Order
from motcua.services.payments.rules import platform
from motcua.services.payments.simulators.platform import CONFIRMED, PARTNER, Payment, PlatformService
from motcua.services.payments.simulators.vnpay import Misbehaviour
from tests.services.payments.factories import AT, Till, make_order, make_till

pytestmark = pytest.mark.django_db
CODE, SECRET = "national-platform", "THUNGHIEM"
NOTICE = f"/payments/notice/{CODE}/"


@pytest.fixture
def till() -> Till:
    return make_till()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PlatformService]:
    file, before = tmp_path / "secret", django_settings.PAYMENT_GATEWAYS
    file.write_text(SECRET + "\n")
    made = PlatformService(SECRET)
    with made.serving():
        made.back = f"http://testserver/payments/return/{CODE}/"
        django_settings.PAYMENT_GATEWAYS = tomllib.loads(made.section(str(file)))
        try:
            yield made
        finally:
            django_settings.PAYMENT_GATEWAYS = before


def sent(service: PlatformService, order: Order, **given: Any) -> Payment:
    """The payer of an order has been sent to the platform and stands on its page."""
    address = paying.address_to_pay(order, code=CODE, ip="127.0.0.1", at=given.get("at", AT))
    return service.payments[address.rpartition("/")[2]]


def deliver(payment: Payment) -> list[str]:
    """What waits is told through the test client; gives the codes of the answers."""
    answers = [Client().post(NOTICE, json.dumps(each), "application/json").json() for each in payment.notices]
    payment.notices = []
    return [each["MaLoi"] for each in answers]


def decided(service: PlatformService, payment: Payment, *, pays: bool = True, how: Misbehaviour | None = None) -> str:
    """The payer presses a button; nothing is told yet. Gives where the browser goes."""
    return service.decide(payment, pays=pays, how=how)


PLAIN = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), max_size=20)


LAYOUT = platform.read_layout(platform.SHIPPED.read_text())


@given(st.dictionaries(st.sampled_from(CONFIRMED), PLAIN))
def test_both_halves_of_the_protocol_sign_alike(values: dict[str, str]) -> None:
    message = {**values, "MaXacThuc": PlatformService(SECRET).checksum(values, CONFIRMED)}
    assert platform.is_signed(message, LAYOUT, SECRET)
    assert not platform.is_signed(message, LAYOUT, "another")
    assert not platform.is_signed({**message, "SoTien": "1|"}, LAYOUT, SECRET)
    known = LAYOUT.model_copy(update={"confirm": LAYOUT.confirm.model_copy(update={"constants": {"SoTien": "|"}})})
    assert not platform.is_signed(message, known, SECRET)


def test_what_is_asked_of_the_platform(till: Till, service: PlatformService) -> None:
    order = make_order(till, 20_000, 8_000)
    asked = sent(service, order).asked
    receipt = asked.pop("ThongTinBienLai")
    assert len(asked.pop("MaXacThuc")) == 64
    assert asked == {
        "LoaiBanTin": "INIT",
        "PhienBan": "1.0.6",
        "MaDoiTac": PARTNER,
        "MaThamChieu": f"{order.payable.reference}L1",
        "SoTien": "28000",
        "LoaiHinhThanhToan": "PAY",
        "MaKenhThanhToan": "1",
        "MaThietBi": "1",
        "NgonNgu": "vi-VN",
        "MaTienTe": "VND",
        "MaNganHang": "PAYMENT",
        "ThongTinGiaoDich": f"Nop phi le phi {order.payable.reference}",
        "ThoiGianGD": "20261126100000",
        "Ip": "127.0.0.1",
    }
    assert (receipt["HoTenNguoiNop"], receipt["TenDonVi"]) == (till.payer.name, till.office.name)
    assert (receipt["TKThuHuong"], receipt["MaNHThuHuong"]) == (till.account.number, "970418")
    assert [(each["LoaiPhiLePhi"], each["SoTien"]) for each in receipt["PhiLePhi"]] == [
        ("LePhi", "20000"),
        ("LePhi", "8000"),
    ]
    assert [each["SoTien"] for each in receipt["DSKhoanNop"]] == ["20000", "8000"]


@pytest.mark.parametrize(
    ("how", "codes", "state"),
    [
        (None, ["00"], "paid"),
        (Misbehaviour.LATE, ["00"], "paid"),
        (Misbehaviour.TWICE, ["00", "00"], "paid"),
        (Misbehaviour.OUT_OF_ORDER, ["00", "00"], "paid"),
        (Misbehaviour.WRONG_SUM, ["99"], "open"),
        (Misbehaviour.BAD_CHECKSUM, ["99"], "open"),
        (Misbehaviour.UNKNOWN_ORDER, ["99"], "open"),
        (Misbehaviour.BROWSER_CLOSED, ["00"], "paid"),
    ],
)
def test_each_fault_is_answered_and_money_counts_once(
    till: Till, service: PlatformService, how: Misbehaviour | None, codes: list[str], state: str
) -> None:
    order = make_order(till)
    payment = sent(service, order)
    payment.code = "00"
    payment.notices = service.told(payment, how)
    assert deliver(payment) == codes
    order.refresh_from_db()
    assert order.state == state
    assert Event.objects.filter(kind="payment.received").count() == (state == "paid")
    assert not Incoming.objects.exists()
    payment.notices = [service.confirmed(payment, "00")]
    assert deliver(payment) == ["00"]
    order.refresh_from_db()
    assert (order.state, order.method) == ("paid", "online")
    assert Event.objects.filter(kind="payment.received").count() == 1


def test_a_payer_who_cancels_can_try_again(till: Till, service: PlatformService) -> None:
    order = make_order(till)
    first = sent(service, order)
    first.notices = [service.confirmed(first, "24")]
    assert deliver(first) == ["00"]
    assert (Attempt.objects.get().state, Attempt.objects.get().code) == ("failed", "24")
    assert sent(service, order).asked["MaThamChieu"].endswith("L2")


def test_the_answer_to_a_notice_is_signed_over_what_it_says(till: Till, service: PlatformService) -> None:
    payment = sent(service, make_order(till))
    told = service.confirmed(payment, "00")
    answer = Client().post(NOTICE, json.dumps(told), "application/json").json()
    assert {name: answer[name] for name in ("MaDoiTac", "MaThamChieu", "ThoiGianGD")} == {
        name: told[name] for name in ("MaDoiTac", "MaThamChieu", "ThoiGianGD")
    }
    names = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
    assert answer["MaXacThuc"] == service.checksum(answer, names)


def test_an_answer_to_a_stranger_cannot_be_used_as_a_notice(till: Till, service: PlatformService) -> None:
    payment = sent(service, make_order(till))
    forged = {**service.confirmed(payment, "00"), "LoaiBanTin": "99|Sai mã xác thực"}
    rest = [forged[name] for name in CONFIRMED[1:]]
    stranger = {"MaDoiTac": rest[0], "MaThamChieu": "|".join(rest[1:8]), "ThoiGianGD": rest[8]}
    answer = Client().post(NOTICE, json.dumps(stranger), "application/json").json()
    payment.notices = [{**forged, "MaXacThuc": answer.get("MaXacThuc", "")}]
    payment.notices += [{**forged, "MaXacThuc": service.checksum(forged, CONFIRMED)}]
    assert deliver(payment) == ["99", "99"]
    assert Attempt.objects.get().state == "started"
    assert answer == {"MaLoi": "99", "MoTaLoi": "Sai mã xác thực"}


@pytest.mark.parametrize(
    "changed", [{"SoTien": "x"}, {"SoTien": ""}, {"MaDoiTac": "OTHER"}, {"MaLoi": ""}, {"SoTien": "٢"}]
)
def test_signed_nonsense_changes_nothing(till: Till, service: PlatformService, changed: dict[str, str]) -> None:
    payment = sent(service, make_order(till))
    payment.notices = [service.confirmed(payment, "00", **changed)]
    assert deliver(payment) == ["99"]
    assert Attempt.objects.get().state == "started"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"SoTien": {}}',
        b"\xff",
        rb'{"SoTien": "\ud800", "MaXacThuc": "\udfff"}',
        b'"' + b"x" * 70_000 + b'"',
        b"[" * 60_000,
    ],
)
def test_what_is_no_notice_is_answered_too(service: PlatformService, body: bytes) -> None:
    answer = Client().post(NOTICE, body, "application/json")
    assert (answer.status_code, answer.json()["MaLoi"]) == (200, "99")


def test_each_gateway_is_called_by_its_own_method(service: PlatformService) -> None:
    assert Client().get(NOTICE).status_code == 405
    assert Client(enforce_csrf_checks=True).post(NOTICE, "{}", "application/json").status_code == 200


def test_the_browser_shows_a_state_and_changes_nothing(till: Till, service: PlatformService) -> None:
    order = make_order(till)
    payment = sent(service, order)
    address = decided(service, payment)
    back = Client().get(address.removeprefix("http://testserver"))
    assert "đang được xác nhận" in back.content.decode()
    assert Attempt.objects.get().state == "started"
    assert Client().get(reverse("payments:returned", args=[CODE]), {"MaThamChieu": "x"}).status_code == 404


def test_a_payment_whose_notice_was_lost_is_asked_for(till: Till, service: PlatformService) -> None:
    order, abandoned = make_order(till), make_order(till)
    payment = sent(service, order)
    sent(service, abandoned)
    decided(service, payment)
    asking.ask_all(at=AT + timedelta(minutes=19))
    assert not Attempt.objects.filter(asked_at__isnull=False).exists()
    asking.ask_all(at=AT + timedelta(minutes=21))
    order.refresh_from_db()
    assert order.state == "paid"
    assert Attempt.objects.get(order=abandoned).state == "started"
    asked = len(service.calls)
    asking.ask_all(at=AT + timedelta(minutes=31))  # asked a short while ago
    asking.ask_all(at=AT + timedelta(days=4))  # given up
    assert len(service.calls) == asked
    asking.ask_all(at=AT + timedelta(minutes=90))
    assert len(service.calls) == asked + 1


def test_an_attempt_that_cannot_be_asked_about_does_not_hold_up_the_rest(
    till: Till, service: PlatformService, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [make_order(till) for _ in range(5)]
    decided(service, [sent(service, order) for order in orders][-1])
    heads = [Attempt.objects.get(order=order).reference for order in orders[:2]]
    ask = PaymentPlatform.ask

    def falters(self: PaymentPlatform, reference: str, started_at: datetime) -> Notice | None:
        if reference in heads:
            raise Unavailable("500")
        return ask(self, reference, started_at)

    monkeypatch.setattr(PaymentPlatform, "ask", falters)
    asking.ask_all(at=AT + timedelta(minutes=21))
    orders[-1].refresh_from_db()
    assert orders[-1].state == "paid"
    assert not Attempt.objects.filter(asked_at=None).exists()


def test_a_silent_platform_is_left_alone_after_three_attempts(
    till: Till, service: PlatformService, settings: Any
) -> None:
    for _ in range(5):
        sent(service, make_order(till))
    options = settings.PAYMENT_GATEWAYS[CODE]
    settings.PAYMENT_GATEWAYS = {CODE: options | {"query_url": "http://127.0.0.1:9/query"}}
    asking.ask_all(at=AT + timedelta(minutes=21))
    assert Attempt.objects.filter(asked_at=None).count() == 2


@pytest.mark.parametrize(("final", "state"), [("[]", "started"), ('["24"]', "failed")])
def test_only_a_code_known_as_final_ends_an_attempt_that_is_asked_about(
    till: Till, service: PlatformService, settings: Any, tmp_path: Path, final: str, state: str
) -> None:
    own = tmp_path / "layout.yaml"
    own.write_text(platform.SHIPPED.read_text().replace("failed: []", f"failed: {final}"))
    settings.PAYMENT_GATEWAYS = {CODE: settings.PAYMENT_GATEWAYS[CODE] | {"mapping": str(own)}}
    decided(service, sent(service, make_order(till)), pays=False)
    asking.ask_all(at=AT + timedelta(minutes=21))
    assert Attempt.objects.get().state == state


def test_a_platform_that_does_not_answer_is_said_to_the_payer(till: Till, service: PlatformService) -> None:
    order = make_order(till)
    service.secret = "another"  # what we sign is refused
    with pytest.raises(Refused) as refused:
        sent(service, order)
    assert refused.value.code == "unavailable"
    options = django_settings.PAYMENT_GATEWAYS[CODE]
    django_settings.PAYMENT_GATEWAYS = {CODE: options | {"url": "http://127.0.0.1:9/init", "query_url": ""}}
    with pytest.raises(Refused):
        sent(service, order)
    asking.ask_all(at=AT + timedelta(minutes=30))  # it cannot be asked
    assert Attempt.objects.filter(state="started").count() == 2
    assert actions.start_attempt(order.pk, gateway=CODE, at=AT).reference.endswith("L3")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"url": "ftp://x"}, "url"),
        ({"partner": ""}, "partner"),
        ({"secret_file": "/nowhere"}, "secret_file"),
        ({"token_file": "/nowhere"}, "token_file"),
        ({"mapping": "/nowhere"}, "mapping"),
    ],
)
def test_a_section_that_cannot_be_used_is_named(
    service: PlatformService, settings: Any, changed: dict[str, str], said: str
) -> None:
    settings.PAYMENT_GATEWAYS = {CODE: settings.PAYMENT_GATEWAYS[CODE] | changed}
    with pytest.raises(Misconfigured) as wrong:
        gateway(CODE)
    assert said in str(wrong.value)


def test_names_are_data(till: Till, service: PlatformService, settings: Any, tmp_path: Path) -> None:
    own = tmp_path / "layout.yaml"
    own.write_text(platform.SHIPPED.read_text().replace('PhienBan: "1.0.6"', 'PhienBan: "2.0"'))
    settings.PAYMENT_GATEWAYS = {CODE: settings.PAYMENT_GATEWAYS[CODE] | {"mapping": str(own)}}
    assert sent(service, make_order(till)).asked["PhienBan"] == "2.0"
    own.write_text(platform.SHIPPED.read_text().replace('separator: "|"', 'separator: ""'))
    with pytest.raises(Misconfigured, match="separator is empty"):
        gateway(CODE)
    own.write_text("separator: 1")
    with pytest.raises(Misconfigured):
        gateway(CODE)
