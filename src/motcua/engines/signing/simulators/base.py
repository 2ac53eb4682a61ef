"""What all simulated services share: orders that wait for a signer, their phones, misbehaviour."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from types import MappingProxyType
from typing import Any, ClassVar

import httpx

from motcua.engines.signing.simulators.identity import Identity
from motcua.kernel.web.simulated import Call, Handler, HttpService, Reply, Routes


class Misbehaviour(StrEnum):
    """How a service misbehaves for a number that ends so. Up to 499 the codes are those of ETSI TS 102 204."""

    EXPIRED = "208"
    OVER_THE_AIR = "209"  # the phone is off
    CANCELLED = "401"
    PIN_BLOCKED = "402"
    NO_KEY = "404"
    BUSY = "406"
    SERVER_ERROR = "901"  # from the order on, as the next two
    GARBAGE = "902"
    SILENT = "903"
    WRONG_SIGNATURE = "904"
    OTHER_CERTIFICATE = "905"
    NEVER_CONFIRMED = "906"  # until somebody does it at /phone
    NO_CREDIT = "907"
    CERTIFICATE_ENDED = "908"
    STALLED = "909"  # takes the order, asks the phone, and says nothing to whoever ordered


# A signature comes, such as it is.
_SIGNING = frozenset(
    {
        Misbehaviour.NEVER_CONFIRMED,
        Misbehaviour.STALLED,
        Misbehaviour.WRONG_SIGNATURE,
        Misbehaviour.OTHER_CERTIFICATE,
    }
)
# What befalls the connection, whatever is asked.
ILL = frozenset({Misbehaviour.SERVER_ERROR, Misbehaviour.GARBAGE, Misbehaviour.SILENT})


def misbehaviour_of(user: str) -> Misbehaviour | None:
    """What the number of a user asks for."""
    return next((each for each in Misbehaviour if user.endswith(each)), None)


@dataclass
class Order:
    """One request to a signer."""

    user: str
    digests: list[bytes]
    text: str
    names: list[str] = field(default_factory=list)
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    ours: str = ""
    asked: int = 0
    state: str = "waiting"

    @property
    def misbehaviour(self) -> Misbehaviour | None:
        """What this order will meet."""
        return misbehaviour_of(self.user)


class Simulator(HttpService):
    """A simulated service. A subclass has ``routes`` and a ``section`` for ``signing.toml``.

    ``by_hand``: orders wait until somebody confirms or refuses them at ``/phone``; else the second question after an
    order finds it confirmed. ``illness`` lets every request fail from now on; ``full_for`` has it take none, and ask
    to be left alone for so many seconds. ``numbers``: what certificates bear beside the name (``CCCD:…``, ``MST:…``),
    by users whose own names do not say it, such as telephones.
    """

    password: ClassVar[str] = ""

    def __init__(
        self,
        identity: Identity,
        *,
        by_hand: bool = False,
        callback: str = "",
        numbers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self.identity = identity
        self.by_hand = by_hand
        self.callback = callback
        self.numbers = numbers
        self.illness: Misbehaviour | None = None
        self.full_for = 0
        self.orders: dict[str, Order] = {}
        self.tokens: dict[str, str] = {}

    def section(self, secret_file: str) -> str:
        """The section of ``signing.toml`` that names this service; its secret stands in the file."""
        raise NotImplementedError

    def ordered(self, order: Order) -> Order:
        """Keep a new order."""
        self.orders[order.id] = order
        if order.misbehaviour is Misbehaviour.STALLED:
            self.stopped.wait(60)
        return order

    def look(self, order: Order) -> str:
        """How far an order is when it is asked about: ``waiting``, ``signed`` or a misbehaviour's code."""
        order.asked += 1
        by_itself = not self.by_hand and order.misbehaviour is not Misbehaviour.NEVER_CONFIRMED
        if order.state == "waiting" and by_itself and order.asked > 1:
            self.confirm(order)
        return order.state

    def confirm(self, order: Order) -> None:
        """The signer enters the PIN, and whatever the number stands for happens."""
        wanted = order.misbehaviour
        order.state = "signed" if wanted is None or wanted in _SIGNING else wanted
        self.notify(order)

    def refuse(self, order: Order) -> None:
        """The signer presses Cancel."""
        order.state = Misbehaviour.CANCELLED
        self.notify(order)

    def notify(self, order: Order) -> None:
        """Call back, twice, as a service does that lost the first answer."""
        for _again in range(2 if self.callback else 0):
            httpx.post(self.callback, json=self.callback_body(order), trust_env=False)

    def callback_body(self, order: Order) -> dict[str, Any]:
        """What a call back says of an order."""
        return {}

    def signatures(self, order: Order) -> list[bytes]:
        """The signatures of an order."""
        wrong = order.misbehaviour is Misbehaviour.WRONG_SIGNATURE
        return [self.identity.sign(digest, wrong=wrong) for digest in order.digests]

    def certificate_of(self, user: str, *, other: bool = False) -> bytes:
        """The certificate (DER) of a user; ``other`` is one with another key."""
        return self.identity.certificate(f"Người Ký Mô Phỏng {user}", number=self.number_of(user), other=other)

    def number_of(self, user: str) -> str:
        """What the subject holds: the number given for a user, or one that is an identity number or a tax code."""
        if user in self.numbers:
            return self.numbers[user]
        kind = {12: "CCCD", 10: "MST", 13: "MST"}.get(len(user) if user.isdigit() else 0, "")
        return f"{kind}:{user}" if kind else ""

    def answer(self, method: str, call: Call) -> Reply:
        """What is answered to a request. The phone is another device: it works while the service is ill."""
        for wanted, pattern, handler in _PHONE:
            found = pattern.fullmatch(call.path)
            if wanted == method and found:
                self.calls.append(call)
                return handler(self, Call(**{**vars(call), "parts": found.groups()}))
        return super().answer(method, call)

    def handle(self, handler: Handler, call: Call) -> Reply:
        """See :meth:`HttpService.handle`."""
        if self.full_for:
            return Reply({"error": "too_many_requests"}, 429, after=self.full_for)
        return self.fail(self.illness) if self.illness else super().handle(handler, call)

    def fail(self, how: Misbehaviour) -> Reply:
        """What befalls a connection."""
        if how is Misbehaviour.SILENT:
            self.stopped.wait(60)
        if how is Misbehaviour.GARBAGE:
            return Reply("<html>Xin chào{", media_type="text/html")
        return Reply("Internal Server Error", 500, "text/plain")


def _phone(service: Simulator, call: Call) -> Reply:
    """The screens of all phones."""
    waiting = [order for order in service.orders.values() if order.state == "waiting"]
    rows = "".join(
        f"<form method='post' action='/phone/{order.id}'><h2>{escape(order.user)}</h2><p>{escape(order.text)}</p>"
        "<button name='act' value='confirm'>Đồng ý ký</button> "
        "<button name='act' value='refuse'>Từ chối</button></form>"
        for order in waiting
    )
    page = (
        "<!doctype html><html lang='vi'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        f"<title>Điện thoại mô phỏng</title><h1>Điện thoại mô phỏng</h1>{rows or '<p>Không có yêu cầu nào.</p>'}"
    )
    return Reply(page, media_type="text/html; charset=utf-8")


def _press(service: Simulator, call: Call) -> Reply:
    """A button of a phone."""
    order = service.orders.get(call.parts[0])
    if order is not None and order.state == "waiting":
        (service.confirm if call.form.get("act") == "confirm" else service.refuse)(order)
    return Reply("", 303, location="/phone")


_PHONE: Routes = [("GET", re.compile("/phone"), _phone), ("POST", re.compile(r"/phone/(\w+)"), _press)]
