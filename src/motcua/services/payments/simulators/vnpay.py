"""A simulated VNPay 2.1.0: its payment page, its return to the merchant, and the calls of its server.

Written apart from the house's own half of the protocol, so that a mistake there shows. It misbehaves on request.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from html import escape
from typing import Any, ClassVar
from urllib.parse import urlencode

import httpx

from motcua.kernel.web.simulated import Call, HttpService, Reply, Routes, route

TERMINAL = "MOTCUA01"
HANOI = timezone(timedelta(hours=7))
REQUIRED = (
    "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_Amount", "vnp_CurrCode", "vnp_TxnRef", "vnp_OrderInfo",
    "vnp_OrderType", "vnp_Locale", "vnp_ReturnUrl", "vnp_IpAddr", "vnp_CreateDate", "vnp_ExpireDate",
)  # fmt: skip


class Misbehaviour(StrEnum):
    """What goes wrong after the payer has paid."""

    LATE = "late"  # the server's call waits until somebody sends it at /operator
    TWICE = "twice"
    OUT_OF_ORDER = "out-of-order"  # a failure that was meant for before comes first
    WRONG_SUM = "wrong-sum"
    BROWSER_CLOSED = "browser-closed"  # the payer never comes back
    BAD_CHECKSUM = "bad-checksum"
    UNKNOWN_ORDER = "unknown-order"


@dataclass
class Payment:
    """A payer on the page."""

    asked: dict[str, str]
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    number: str = field(default_factory=lambda: f"{secrets.randbelow(10**8):08d}")
    notices: list[dict[str, str]] = field(default_factory=list)  # not sent yet
    answers: list[dict[str, Any]] = field(default_factory=list)  # of the merchant's server


class VnpayService(HttpService):
    """``/paymentv2/vpcpay.html``. ``notify`` is the merchant's address for the calls of the server (IPN)."""

    routes: ClassVar[Routes] = []

    def __init__(self, secret: str, *, notify: str = "", misbehaviour: Misbehaviour | None = None) -> None:
        super().__init__()
        self.secret = secret
        self.notify = notify
        self.misbehaviour = misbehaviour
        self.payments: dict[str, Payment] = {}

    def section(self, secret_file: str) -> str:
        """The section of ``payments.toml`` that uses this service."""
        page = f"{self.url}/paymentv2/vpcpay.html"
        return f'[vnpay]\nurl = "{page}"\ntmn_code = "{TERMINAL}"\nsecret_file = "{secret_file}"\n'

    def signed(self, told: dict[str, str]) -> dict[str, str]:
        """The parameters with their signature."""
        query = urlencode(sorted((name, value) for name, value in told.items() if value))
        made = hmac.new(self.secret.encode(), query.encode(), hashlib.sha512).hexdigest()
        return {**told, "vnp_SecureHash": made}

    def outcome(self, payment: Payment, code: str) -> dict[str, str]:
        """What is told of a payment: ``00`` paid, ``24`` cancelled by the payer."""
        asked, paid = payment.asked, code == "00"
        told = {
            "vnp_TmnCode": TERMINAL,
            "vnp_Amount": asked["vnp_Amount"],
            "vnp_BankCode": "NCB",
            "vnp_BankTranNo": f"VNP{payment.number}" if paid else "",
            "vnp_CardType": "ATM",
            "vnp_PayDate": datetime.now(UTC).astimezone(HANOI).strftime("%Y%m%d%H%M%S"),
            "vnp_OrderInfo": asked["vnp_OrderInfo"],
            "vnp_TransactionNo": payment.number if paid else "0",
            "vnp_ResponseCode": code,
            "vnp_TransactionStatus": "00" if paid else "02",
            "vnp_TxnRef": asked["vnp_TxnRef"],
        }
        return self.signed(told)

    def decide(self, payment: Payment, *, pays: bool, how: Misbehaviour | None) -> str:
        """The payer presses a button; gives where the browser goes, empty when it is closed."""
        told = self.outcome(payment, "00" if pays else "24")
        payment.notices = self._notices(payment, told, how)
        if how is not Misbehaviour.LATE:
            self.send(payment)
        return "" if how is Misbehaviour.BROWSER_CLOSED else f"{payment.asked['vnp_ReturnUrl']}?{urlencode(told)}"

    def _notices(self, payment: Payment, told: dict[str, str], how: Misbehaviour | None) -> list[dict[str, str]]:
        plain = {name: value for name, value in told.items() if name != "vnp_SecureHash"}
        if how is Misbehaviour.TWICE:
            return [told, told]
        if how is Misbehaviour.OUT_OF_ORDER:
            return [self.outcome(payment, "24"), told]
        if how is Misbehaviour.WRONG_SUM:
            return [self.signed(plain | {"vnp_Amount": str(int(told["vnp_Amount"]) - 100)})]
        if how is Misbehaviour.BAD_CHECKSUM:
            return [told | {"vnp_SecureHash": "0" * 128}]
        if how is Misbehaviour.UNKNOWN_ORDER:
            return [self.signed(plain | {"vnp_TxnRef": "MC00000000000L9"})]
        return [told]

    def send(self, payment: Payment) -> None:
        """Call the merchant's server with what has not been told yet."""
        for told in payment.notices if self.notify else []:
            answer = httpx.get(self.notify, params=told, trust_env=False, timeout=30)
            payment.answers.append(answer.json())
        payment.notices = []


_routes = VnpayService.routes


@route(_routes, r"/paymentv2/vpcpay\.html", "GET")
def page(service: VnpayService, call: Call) -> Reply:
    """The payer comes with what the merchant asks for."""
    asked = {name: value for name, value in call.query.items() if name != "vnp_SecureHash"}
    missing = [name for name in REQUIRED if not asked.get(name)]
    if missing:
        return _page(f"<p>Thiếu tham số: {escape(', '.join(missing))} (03)</p>", 400)
    if call.query.get("vnp_SecureHash", "").lower() != service.signed(asked)["vnp_SecureHash"]:
        return _page("<p>Sai chữ ký (70)</p>", 400)
    if asked["vnp_TmnCode"] != TERMINAL or not asked["vnp_Amount"].isdigit():
        return _page("<p>Website chưa được phê duyệt (71)</p>", 400)
    payment = Payment(asked)
    service.payments[payment.id] = payment
    chosen = service.misbehaviour
    faults = "".join(
        f"<option value='{each}'{' selected' if each is chosen else ''}>{each}</option>" for each in Misbehaviour
    )
    amount = f"{int(asked['vnp_Amount']) // 100:,}".replace(",", ".")
    return _page(
        f"<p>{escape(asked['vnp_OrderInfo'])}</p><p><strong>{amount} VND</strong></p>"
        f"<form method='post' action='/pay/{payment.id}'>"
        f"<p><label>Sự cố <select name='how'><option value=''>không</option>{faults}</select></label></p>"
        "<button name='act' value='pay'>Thanh toán</button> <button name='act' value='cancel'>Hủy</button></form>"
    )


@route(_routes, r"/pay/(\w+)")
def press(service: VnpayService, call: Call) -> Reply:
    """A button of the page."""
    payment = service.payments.get(call.parts[0])
    if payment is None:
        return _page("<p>Không có giao dịch này</p>", 404)
    how = Misbehaviour(call.form["how"]) if call.form.get("how") else None
    address = service.decide(payment, pays=call.form.get("act") == "pay", how=how)
    return Reply("", 303, location=address) if address else _page("<p>Đã thanh toán. Trình duyệt đã đóng.</p>")


@route(_routes, "/operator", "GET")
def operator(service: VnpayService, call: Call) -> Reply:
    """All payments with what the merchant answered, and a button for what has not been told yet."""
    rows = "".join(
        f"<form method='post' action='/operator/{each.id}'><p>{escape(each.asked['vnp_TxnRef'])} "
        f"{escape(str(each.answers))} {len(each.notices)} chưa gửi <button>Gửi</button></p></form>"
        for each in service.payments.values()
    )
    return _page(rows or "<p>Chưa có giao dịch.</p>")


@route(_routes, r"/operator/(\w+)")
def send(service: VnpayService, call: Call) -> Reply:
    """Tell what has not been told yet."""
    payment = service.payments.get(call.parts[0])
    if payment is not None:
        service.send(payment)
    return Reply("", 303, location="/operator")


def _page(body: str, status: int = 200) -> Reply:
    head = (
        "<!doctype html><html lang='vi'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        "<link rel='icon' href='data:,'><title>VNPay mô phỏng</title><h1>VNPay mô phỏng</h1>"
    )
    return Reply(head + body, status, "text/html; charset=utf-8")
