"""A simulated Payment Platform of the National Public Service Portal, version 1.0.6: it takes a payment from the
merchant's server, shows its page to the payer, calls the merchant's server, and answers when it is asked.

Written apart from the house's own half of the protocol, so that a mistake there shows. It misbehaves on request.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any, ClassVar
from urllib.parse import urlencode

import httpx

from motcua.kernel.web.simulated import Call, HttpService, Reply, Routes, route
from motcua.services.payments.simulators.vnpay import HANOI, Misbehaviour

PARTNER = "MOTCUA"
REQUIRED = (
    "LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan", "MaKenhThanhToan", "MaThietBi",
    "NgonNgu", "MaTienTe", "MaNganHang", "ThongTinGiaoDich", "ThoiGianGD", "Ip",
)  # fmt: skip
RECEIPT = (
    "MaDVC", "TenDVC", "MaTTHC", "TenTTHC", "MaDonVi", "TenDonVi", "MaHoSo", "TKThuHuong", "MaNHThuHuong",
    "TenTKThuHuong", "HoTenNguoiNop", "SoCMNDNguoiNop", "DiaChiNguoiNop", "NoiDungThanhToan", "PhiLePhi", "DSKhoanNop",
)  # fmt: skip
CONFIRMED = (
    "LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich", "MaNganHang",
    "ThongTinGiaoDich", "ThoiGianGD",
)  # fmt: skip
QUERIED = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
PAID, CANCELLED, WAITING = "00", "24", "01"


@dataclass
class Payment:
    """A payment that the merchant has asked for."""

    asked: dict[str, Any]
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    number: str = field(default_factory=lambda: f"NTT{secrets.randbelow(10**10):010d}")
    code: str = WAITING
    notices: list[dict[str, str]] = field(default_factory=list)  # not sent yet
    answers: list[dict[str, Any]] = field(default_factory=list)  # of the merchant's server


class PlatformService(HttpService):
    """``/init``, ``/query`` and the payer's page. ``notify`` is the merchant's address for the calls of the server,
    ``back`` where payers are sent back.
    """

    routes: ClassVar[Routes] = []

    def __init__(self, secret: str, *, notify: str = "", misbehaviour: Misbehaviour | None = None) -> None:
        super().__init__()
        self.secret = secret
        self.notify = notify
        self.back = ""
        self.misbehaviour = misbehaviour
        self.payments: dict[str, Payment] = {}

    def section(self, secret_file: str) -> str:
        """The section of ``payments.toml`` that uses this service."""
        return (
            f'[national-platform]\nurl = "{self.url}/init"\nquery_url = "{self.url}/query"\n'
            f'partner = "{PARTNER}"\nsecret_file = "{secret_file}"\n'
        )

    def checksum(self, message: dict[str, Any], names: tuple[str, ...]) -> str:
        """What stands in ``MaXacThuc``."""
        text = "|".join([*(str(message.get(name, "")) for name in names), self.secret])
        return hashlib.sha256(text.encode()).hexdigest()

    def confirmed(self, payment: Payment, code: str, **changed: str) -> dict[str, str]:
        """What is told of a payment: ``00`` paid, anything else not."""
        told = {
            "LoaiBanTin": "CONFIRM",
            "MaLoi": code,
            "MaDoiTac": PARTNER,
            "MaThamChieu": str(payment.asked["MaThamChieu"]),
            "SoTien": str(payment.asked["SoTien"]),
            "MaTienTe": "VND",
            "MaGiaoDich": payment.number,
            "MaNganHang": "VCB",
            "ThongTinGiaoDich": str(payment.asked["ThongTinGiaoDich"]),
            "ThoiGianGD": datetime.now(UTC).astimezone(HANOI).strftime("%Y%m%d%H%M%S"),
            **changed,
        }
        return {**told, "MaXacThuc": self.checksum(told, CONFIRMED)}

    def decide(self, payment: Payment, *, pays: bool, how: Misbehaviour | None) -> str:
        """The payer presses a button; gives where the browser goes, empty when it is closed."""
        payment.code = PAID if pays else CANCELLED
        payment.notices = self.told(payment, how)
        if how is not Misbehaviour.LATE:
            self.send(payment)
        closed = how is Misbehaviour.BROWSER_CLOSED or not self.back
        return "" if closed else f"{self.back}?{urlencode(self.confirmed(payment, payment.code))}"

    def told(self, payment: Payment, how: Misbehaviour | None) -> list[dict[str, str]]:
        """The calls of its server, as they go wrong."""
        right = self.confirmed(payment, payment.code)
        if how is Misbehaviour.TWICE:
            return [right, right]
        if how is Misbehaviour.OUT_OF_ORDER:
            return [self.confirmed(payment, CANCELLED), right]
        if how is Misbehaviour.WRONG_SUM:
            return [self.confirmed(payment, payment.code, SoTien=str(int(payment.asked["SoTien"]) - 1000))]
        if how is Misbehaviour.BAD_CHECKSUM:
            return [{**right, "MaXacThuc": "0" * 64}]
        if how is Misbehaviour.UNKNOWN_ORDER:
            return [self.confirmed(payment, payment.code, MaThamChieu="MC00000000000L9")]
        return [right]

    def send(self, payment: Payment) -> None:
        """Call the merchant's server with what has not been told yet."""
        for told in payment.notices if self.notify else []:
            answer = httpx.post(self.notify, json=told, trust_env=False, timeout=30)
            payment.answers.append(answer.json())
        payment.notices = []

    def named(self, reference: str) -> Payment | None:
        """The payment of a reference."""
        return next((each for each in self.payments.values() if each.asked["MaThamChieu"] == reference), None)


_routes = PlatformService.routes


@route(_routes, "/init")
def init(service: PlatformService, call: Call) -> Reply:
    """The merchant's server asks for a payment."""
    asked = call.body if isinstance(call.body, dict) else {}
    receipt = asked.get("ThongTinBienLai") or {}
    missing = [name for name in REQUIRED if not asked.get(name)] + [name for name in RECEIPT if name not in receipt]
    if missing:
        return Reply({"MaLoi": "02", "MoTaLoi": f"Thiếu {', '.join(missing)}"})
    if asked.get("MaXacThuc") != service.checksum(asked, REQUIRED) or asked["MaDoiTac"] != PARTNER:
        return Reply({"MaLoi": "97", "MoTaLoi": "Sai mã xác thực"})
    lines = [int(line["SoTien"]) for line in receipt["PhiLePhi"]]
    if not str(asked["SoTien"]).isdigit() or sum(lines) != int(asked["SoTien"]) or service.named(asked["MaThamChieu"]):
        return Reply({"MaLoi": "04", "MoTaLoi": "Sai số tiền hoặc trùng mã tham chiếu"})
    payment = Payment(asked)
    service.payments[payment.id] = payment
    return Reply({"MaLoi": "00", "MoTaLoi": "Thành công", "UrlThanhToan": f"{service.url}/pay/{payment.id}"})


@route(_routes, "/query")
def query(service: PlatformService, call: Call) -> Reply:
    """The merchant's server asks what became of a payment."""
    if call.body.get("MaXacThuc") != service.checksum(call.body, QUERIED):
        return Reply({"MaLoi": "97", "MoTaLoi": "Sai mã xác thực"})
    payment = service.named(str(call.body.get("MaThamChieu")))
    if payment is None or payment.code == WAITING:
        return Reply({"MaLoi": WAITING, "MoTaLoi": "Chưa có kết quả"})
    return Reply(service.confirmed(payment, payment.code))


@route(_routes, r"/pay/(\w+)", "GET")
def page(service: PlatformService, call: Call) -> Reply:
    """The payer's page."""
    payment = service.payments.get(call.parts[0])
    if payment is None:
        return _page("<p>Không có giao dịch này</p>", 404)
    faults = "".join(
        f"<option value='{each}'{' selected' if each is service.misbehaviour else ''}>{each}</option>"
        for each in Misbehaviour
    )
    amount = f"{int(payment.asked['SoTien']):,}".replace(",", ".")
    return _page(
        f"<p>{escape(str(payment.asked['ThongTinGiaoDich']))}</p><p><strong>{amount} VND</strong></p>"
        f"<form method='post' action='/pay/{payment.id}'>"
        f"<p><label>Sự cố <select name='how'><option value=''>không</option>{faults}</select></label></p>"
        "<button name='act' value='pay'>Thanh toán</button> <button name='act' value='cancel'>Hủy</button></form>"
    )


@route(_routes, r"/pay/(\w+)")
def press(service: PlatformService, call: Call) -> Reply:
    """A button of the page."""
    payment = service.payments.get(call.parts[0])
    if payment is None:
        return _page("<p>Không có giao dịch này</p>", 404)
    how = Misbehaviour(call.form["how"]) if call.form.get("how") else None
    address = service.decide(payment, pays=call.form.get("act") == "pay", how=how)
    return Reply("", 303, location=address) if address else _page("<p>Đã ghi nhận. Trình duyệt đã đóng.</p>")


@route(_routes, "/operator", "GET")
def operator(service: PlatformService, call: Call) -> Reply:
    """All payments with what the merchant answered, and a button for what has not been told yet."""
    rows = "".join(
        f"<form method='post' action='/operator/{each.id}'><p>{escape(str(each.asked['MaThamChieu']))} "
        f"{escape(str(each.answers))} {len(each.notices)} chưa gửi <button>Gửi</button></p></form>"
        for each in service.payments.values()
    )
    return _page(rows or "<p>Chưa có giao dịch.</p>")


@route(_routes, r"/operator/(\w+)")
def send(service: PlatformService, call: Call) -> Reply:
    """Tell what has not been told yet."""
    payment = service.payments.get(call.parts[0])
    if payment is not None:
        service.send(payment)
    return Reply("", 303, location="/operator")


def _page(body: str, status: int = 200) -> Reply:
    head = (
        "<!doctype html><html lang='vi'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        "<link rel='icon' href='data:,'><title>Nền tảng thanh toán mô phỏng</title>"
        "<h1>Nền tảng thanh toán mô phỏng</h1>"
    )
    return Reply(head + body, status, "text/html; charset=utf-8")
