"""VNPay 2.1.0: the payer goes to VNPay's page, VNPay's server calls ours (IPN)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from motcua.services.payments.gateways.interface import (
    BadSignature,
    Gateway,
    Malformed,
    Misconfigured,
    Notice,
    Outcome,
    Request,
)
from motcua.services.payments.gateways.registry import register
from motcua.services.payments.rules import vnpay
from motcua.services.payments.rules.times import moment_of, written

_ANSWERS = {
    Outcome.TAKEN: ("00", "Confirm Success"),
    Outcome.UNKNOWN: ("01", "Order not found"),
    Outcome.KNOWN: ("02", "Order already confirmed"),
    Outcome.WRONG_SUM: ("04", "Invalid amount"),
    Outcome.BAD_SIGNATURE: ("97", "Invalid signature"),
    Outcome.FAULT: ("99", "Unknown error"),
}


@register("vnpay")
class Vnpay(Gateway):
    """``url``: VNPay's payment page; ``tmn_code``: our terminal; ``secret_file``: a file with the secret (0600)."""

    title = "VNPay"

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.page, self.merchant = str(options.get("url", "")), str(options.get("tmn_code", ""))
        parts = urlsplit(self.page)
        if parts.scheme not in ("https", "http") or not parts.hostname or not self.merchant:
            raise Misconfigured("Write url and tmn_code.")
        try:
            self._secret = Path(str(options.get("secret_file", ""))).read_bytes().strip()
        except OSError as error:
            raise Misconfigured(f"secret_file cannot be read: {error}") from error
        if not self._secret:
            raise Misconfigured("secret_file is empty.")

    @property
    def origin(self) -> str:
        """See :attr:`Gateway.origin`."""
        parts = urlsplit(self.page)
        return f"{parts.scheme}://{parts.netloc}"

    def address(self, request: Request) -> str:
        """See :meth:`Gateway.address`."""
        told = {
            "vnp_Version": vnpay.VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": self.merchant,
            "vnp_Amount": str(request.amount * 100),
            "vnp_CurrCode": "VND",
            "vnp_TxnRef": request.reference,
            "vnp_OrderInfo": request.text,
            "vnp_OrderType": "other",
            "vnp_Locale": "en" if request.english else "vn",
            "vnp_ReturnUrl": request.back,
            "vnp_IpAddr": request.ip,
            "vnp_CreateDate": written(request.at),
            "vnp_ExpireDate": written(request.expires_at),
        }
        return vnpay.address(self.page, told, self._secret)

    def read(self, told: Mapping[str, Any]) -> Notice:
        """See :meth:`Gateway.read`. Paid is what both the answer and the state of the transaction call so."""
        if not vnpay.is_signed(told, self._secret):
            raise BadSignature
        amount, code = told.get("vnp_Amount", ""), told.get("vnp_ResponseCode", "")
        status = told.get("vnp_TransactionStatus", "")
        if told.get("vnp_TmnCode") != self.merchant or not (amount.isascii() and amount.isdigit()) or not code:
            raise Malformed("terminal, amount or answer is missing")
        return Notice(
            reference=told.get("vnp_TxnRef", ""),
            amount=int(amount) // 100 if int(amount) % 100 == 0 else -1,
            is_paid=code == vnpay.PAID and status == vnpay.PAID,
            code=(code if code != vnpay.PAID else status)[:10],
            number=told.get("vnp_TransactionNo", "")[:40],
            bank=told.get("vnp_BankCode", "")[:20],
            paid_at=moment_of(told.get("vnp_PayDate", "")),
        )

    def answer(self, outcome: Outcome, told: Mapping[str, Any]) -> Mapping[str, str]:
        """See :meth:`Gateway.answer`."""
        code, message = _ANSWERS[outcome]
        return {"RspCode": code, "Message": message}
