"""What all simulated services share: an HTTP server on this machine, orders that wait for a signer, misbehaviour."""

import json
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import httpx

from motcua.engines.signing.simulators.identity import Identity

MAX_BODY = 1024 * 1024


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


@dataclass(frozen=True)
class Call:
    """One HTTP request that a simulated service got."""

    path: str
    body: Any
    form: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    parts: tuple[str, ...] = ()

    @property
    def bearer(self) -> str:
        """The token that came with it."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Reply:
    """What is answered; ``location`` makes it a redirection."""

    content: Any
    status: int = 200
    media_type: str = "application/json"
    location: str = ""


Handler = Callable[["Simulator", Call], Reply]
Routes = list[tuple[str, re.Pattern[str], Handler]]


class Simulator:
    """A simulated service. A subclass has ``routes`` and a ``section`` for ``signing.toml``.

    ``by_hand``: orders wait until somebody confirms or refuses them at ``/phone``; else the second question after an
    order finds it confirmed. ``illness`` lets every request fail from now on.
    """

    routes: ClassVar[Routes] = []
    password: ClassVar[str] = ""

    def __init__(self, identity: Identity, *, by_hand: bool = False, callback: str = "") -> None:
        self.identity = identity
        self.by_hand = by_hand
        self.callback = callback
        self.illness: Misbehaviour | None = None
        self.orders: dict[str, Order] = {}
        self.tokens: dict[str, str] = {}
        self.calls: list[Call] = []
        self.stopped = threading.Event()
        self.url = ""

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

    def certificate_of(self, user: str) -> bytes:
        """The certificate (DER) of a user."""
        return self.identity.certificate(f"Người Ký Mô Phỏng {user}")

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """Serve on this machine; gives the address. Port 0 takes a free one."""
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self.url
        finally:
            self.stopped.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, method: str, call: Call) -> Reply:
        """What is answered to a request."""
        self.calls.append(call)
        for wanted, pattern, handler in [*_PHONE, *self.routes]:
            found = pattern.fullmatch(call.path)
            if wanted == method and found:
                # The phone is another device: it works while the service is ill.
                ill = self.illness if handler not in _PHONE_HANDLERS else None
                return self.fail(ill) if ill else handler(self, Call(**{**vars(call), "parts": found.groups()}))
        return Reply({"error": "not_found"}, 404)

    def fail(self, how: Misbehaviour) -> Reply:
        """What befalls a connection."""
        if how is Misbehaviour.SILENT:
            self.stopped.wait(60)
        if how is Misbehaviour.GARBAGE:
            return Reply("<html>Xin chào{", media_type="text/html")
        return Reply("Internal Server Error", 500, "text/plain")


def route(routes: Routes, path: str, method: str = "POST") -> Callable[[Any], Any]:
    """Register a handler for a path (a regular expression)."""

    def keep(handler: Any) -> Any:
        routes.append((method, re.compile(path), handler))
        return handler

    return keep


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
_PHONE_HANDLERS = (_phone, _press)


def _handler(service: Simulator) -> type[BaseHTTPRequestHandler]:
    class Handling(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(service.answer("GET", self._call(b"")))

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), MAX_BODY)
            self._reply(service.answer("POST", self._call(self.rfile.read(length))))

        def _call(self, body: bytes) -> Call:
            parts = urlsplit(self.path)
            is_form = self.headers.get_content_type() == "application/x-www-form-urlencoded"
            return Call(
                path=parts.path,
                body=json.loads(body) if body and not is_form else {},
                form=dict(parse_qsl(body.decode())) if is_form else {},
                query=dict(parse_qsl(parts.query)),
                headers={name.lower(): value for name, value in self.headers.items()},
            )

        def _reply(self, reply: Reply) -> None:
            body = reply.content if isinstance(reply.content, str) else json.dumps(reply.content)
            try:
                self.send_response(reply.status)
                if reply.location:
                    self.send_header("Location", reply.location)
                self.send_header("Content-Type", reply.media_type)
                self.end_headers()
                self.wfile.write(body.encode())
            except ConnectionError:
                return  # whoever asked has gone

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    return Handling
