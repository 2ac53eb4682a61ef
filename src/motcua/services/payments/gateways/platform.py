"""The Payment Platform of the National Public Service Portal (Nền tảng thanh toán trực tuyến).

We ask its server for a payment and get the address to which the payer is sent; its server tells ours by POST what
became of it, and can be asked. Which field is called what is data (``rules.platform``).
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from motcua.kernel.web.outgoing import client_context
from motcua.services.payments.gateways.interface import (
    BadSignature,
    Gateway,
    Malformed,
    Misconfigured,
    Notice,
    Outcome,
    Request,
    Unavailable,
)
from motcua.services.payments.gateways.registry import register
from motcua.services.payments.rules import platform
from motcua.services.payments.rules.times import moment_of, written

TIMEOUT = 10  # seconds: the payer waits for the page
_BARE = (Outcome.BAD_SIGNATURE, Outcome.FAULT, Outcome.UNKNOWN)


@register("national-platform")
class PaymentPlatform(Gateway):
    """``url`` and ``query_url``: where payments are asked for and asked about; ``pay_origin``: scheme and host of its
    payment page where that is another; ``partner``: our code; ``secret_file`` and ``token_file``: files (0600) with
    the secret and, where it wants one, the access token; ``mapping``: a layout in place of the one that ships.
    """

    title = "Nền tảng thanh toán quốc gia"
    method = "POST"

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.url, self.query_url = str(options.get("url", "")), str(options.get("query_url", ""))
        self.merchant = str(options.get("partner", ""))
        self._pay_origin = str(options.get("pay_origin", ""))
        if not _is_web(self.url) or not self.merchant or (self.query_url and not _is_web(self.query_url)):
            raise Misconfigured("Write url and partner; query_url is an address, too.")
        self._secret = _kept(options, "secret_file")
        self._token = _kept(options, "token_file") if options.get("token_file") else ""
        mapping = Path(str(options.get("mapping") or platform.SHIPPED))
        try:
            self.layout = platform.read_layout(mapping.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Misconfigured(f"mapping {mapping}: {error}") from error

    @property
    def origin(self) -> str:
        """See :attr:`Gateway.origin`."""
        parts = urlsplit(self._pay_origin or self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def address(self, request: Request) -> str:
        """See :meth:`Gateway.address`. Raises :class:`Unavailable` when the platform gives none."""
        layout, init = self.layout, self.layout.init
        known = self._known(request)
        message = platform.filled(init, known, self._secret, layout.separator)
        fees = [{"kind": line.kind, "name": line.name, "amount": str(line.amount)} for line in request.lines]
        message[init.receipt.name] = platform.receipt_of(init.receipt, known, fees, layout.longest_name)
        told = self._asked(self.url, message)
        address = str(told.get(init.answer.address) or "")
        if str(told.get(init.answer.code)) not in init.answer.taken or not address.startswith(f"{self.origin}/"):
            raise Unavailable(f"{told.get(init.answer.code)}: {told.get(init.answer.text)}"[:200])
        return address

    def _known(self, request: Request) -> dict[str, str]:
        about, account = request.about, request.account
        return {
            "partner": self.merchant,
            "reference": request.reference,
            "amount": str(request.amount),
            "text": request.text,
            "at": written(request.at),
            "ip": request.ip,
            "number": about.number,
            "procedure_code": about.procedure_code,
            "procedure_name": about.procedure_name,
            "service_code": about.procedure_code and f"{about.procedure_code}{self.layout.service_suffix}",
            "office_code": about.office_code,
            "office_name": about.office_name,
            "account_number": account.number if account else "",
            "account_bank": account.bank_bin if account else "",
            "account_holder": account.holder if account else "",
            "payer_name": about.payer_name,
            "payer_number": about.payer_number,
            "payer_address": about.payer_address,
        }

    def read(self, told: Mapping[str, Any]) -> Notice:
        """See :meth:`Gateway.read`."""
        if not platform.is_signed(told, self.layout, self._secret):
            raise BadSignature
        return self._notice(told)

    def _notice(self, told: Mapping[str, Any]) -> Notice:
        confirm = self.layout.confirm
        said = {what: str(told.get(name) or "") for what, name in confirm.fields.items()}
        if said["partner"] != self.merchant or not (said["amount"].isascii() and said["amount"].isdigit()):
            raise Malformed("partner or amount is missing")
        if not said["code"]:
            raise Malformed("the answer is missing")
        return Notice(
            reference=said["reference"],
            amount=int(said["amount"]),
            is_paid=said["code"] in confirm.paid,
            code=said["code"][:10],
            number=said["number"][:40],
            bank=said["bank"][:20],
            paid_at=moment_of(said["at"]),
        )

    def answer(self, outcome: Outcome, told: Mapping[str, Any]) -> Mapping[str, str]:
        """See :meth:`Gateway.answer`. The answer bears a check sum over what it says.

        Nothing is echoed, and nothing signed, of a message that was not verified: its sender would choose what our
        secret signs.
        """
        confirm, reply, separator = self.layout.confirm, self.layout.confirm.reply, self.layout.separator
        code, text = confirm.says[outcome.value]
        bare = {reply.code: code, reply.text: text}
        echoed = {name: str(told.get(name) or "") for name in reply.echoed}
        if outcome in _BARE or any(separator in value for value in echoed.values()):
            return bare
        said = {**bare, **echoed}
        signed = platform.checksum(said, list(said), self._secret, separator)
        return {**said, confirm.checksum: signed}

    @property
    def can_be_asked(self) -> bool:
        """See :attr:`Gateway.can_be_asked`."""
        return bool(self.query_url)

    def ask(self, reference: str, started_at: datetime) -> Notice | None:
        """See :meth:`Gateway.ask`. A code that is neither paid nor known as final ends nothing."""
        query = self.layout.query
        known = {"partner": self.merchant, "reference": reference, "at": written(started_at)}
        told = self._asked(self.query_url, platform.filled(query, known, self._secret, self.layout.separator))
        if str(told.get(self.layout.confirm.fields["code"])) in query.waiting:
            return None
        notice = self.read(told)
        return notice if notice.is_paid or notice.code in query.failed else None

    def _asked(self, url: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            answer = httpx.post(
                url, json=message, headers=headers, timeout=TIMEOUT, trust_env=False, verify=client_context()
            )
            told = answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable(type(error).__name__) from error
        if not isinstance(told, dict):
            raise Unavailable("The answer is no object.")
        return told


def _is_web(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("https", "http") and bool(parts.hostname)


def _kept(options: Mapping[str, Any], name: str) -> str:
    try:
        text = Path(str(options.get(name, ""))).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Misconfigured(f"{name} cannot be read: {error}") from error
    if not text:
        raise Misconfigured(f"{name} is empty.")
    return text
