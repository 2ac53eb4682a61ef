"""A room that exchanges messages, the lines that it has, and a partner on this machine that a test lets misbehave."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from motcua.engines.exchange import actions, config, edxml, envelopes, kinds, sending, taking
from motcua.engines.exchange.actions import LineFields, PartnerFields
from motcua.engines.exchange.edxml import StatusCode
from motcua.engines.exchange.edxml.signatures import put_signature
from motcua.engines.exchange.kinds import Form, MessageKind, Received, Wanted
from motcua.engines.exchange.models import Channel, Outgoing, Partner
from motcua.people.accounts.actions import issue_token
from tests.engines.exchange.messages import HERE, THERE, document, status, written

DROPPED = 0  # a status with which the connection ends without an answer
KINDS = ("document", "status", "note")


@dataclass
class Room:
    """Documents are built from their number (the key); ``taken`` keeps what came in, ``faults`` what to raise.

    ``meanwhile`` happens while a document is built.
    """

    taken: list[Received] = field(default_factory=list)
    built: list[str] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)
    sender: edxml.Organ = HERE
    meanwhile: Callable[[str], object] = str

    def register(self) -> None:
        builders: dict[str, tuple[Form, Callable[[Wanted], bytes]]] = {
            "document": (Form.DOCUMENT, self.document),
            "status": (Form.STATUS, self.status),
            "note": (Form.JSON, lambda wanted: json.dumps({"note": wanted.key}).encode()),
        }
        for code, (form, build) in builders.items():
            kinds.register(MessageKind(code, code, form, build=build, take=self.take))

    def document(self, wanted: Wanted) -> bytes:
        self.built.append(wanted.key)
        self.meanwhile(wanted.key)
        if wanted.key in self.faults:
            raise self.faults[wanted.key]
        to = edxml.Organ(wanted.partner)
        return written(int(wanted.key), sender=self.sender, to=to)

    def status(self, wanted: Wanted) -> bytes:
        number, code = wanted.key.split(":")
        made, _contents = document(int(number), sender=edxml.Organ(wanted.partner), to=self.sender)
        return edxml.emit(status(StatusCode(code), of=made, sender=self.sender))

    def take(self, received: Received) -> None:
        if received.about in self.faults:
            raise self.faults[received.about]
        self.taken.append(received)


def signed(content: bytes, *, parent: str = "edXMLHeader") -> bytes:
    """A message signed by this house, as its partner would."""
    signer, now = config.house_signer(timezone.now()), timezone.now()
    return put_signature(
        content, certificate=signer.certificate, chain=signer.chain, sign=signer.sign, at=now, parent=parent
    )


def signed_envelope(envelope: envelopes.Envelope) -> bytes:
    """The same of an envelope."""
    return signed(envelopes.write(envelope), parent="")


def keep_secret(name: str, secret: str) -> str:
    """A file in the folder of secrets; returns its name."""
    path = Path(settings.EXCHANGE["secrets"]) / name
    path.write_text(secret)
    path.chmod(0o600)
    return name


def line(code: str = "there", url: str = "http://127.0.0.1:9", **changed: Any) -> Channel:
    """A line that carries everything."""
    given: dict[str, Any] = {"name": f"Đường truyền {code}", "kind": "direct", "url": url, "kinds": KINDS} | changed
    return actions.save_channel(code, LineFields(**given), by=None, at=timezone.now())


def partner(channel: Channel, organ: edxml.Organ = THERE, **changed: Any) -> Partner:
    """An agency on a line; what it signs with the key of this house is known."""
    own = own_fingerprint()
    given: dict[str, Any] = {"name": organ.name or organ.id, "channel": channel.pk, "signers": (own,)} | changed
    return actions.save_partner(organ.id, PartnerFields(**given), by=None, at=timezone.now())


def own_fingerprint() -> str:
    """The fingerprint of the key with which this house signs."""
    return config.own_fingerprint(timezone.now())


def own_line(url: str) -> Channel:
    """Two lines that make this house its own partner: what it sends to ``THERE`` comes back to it from ``HERE``."""
    token = issue_token(service="Nhà bên", label="thử", scopes=("exchange",))
    line("back", service="Nhà bên")
    partner(Channel.objects.get(code="back"), HERE)
    there = line("there", url, secret=keep_secret("token", token))
    partner(there, THERE)
    return there


def send(*numbers: int, to: edxml.Organ = THERE, about: str = "") -> list[Outgoing]:
    """Documents on their way; each about itself unless ``about`` says otherwise."""
    wanted = [Wanted(to.id, "document", about or f"văn bản {number}", str(number)) for number in numbers]
    return actions.send(wanted, at=timezone.now())


def states() -> dict[str, str]:
    """The state of each message by its number."""
    return dict(Outgoing.objects.order_by("id").values_list("key", "state"))


def work() -> None:
    """What the worker's loops do until nothing is left that is due."""
    while sending.send_some() + taking.take_some():
        pass


def wait_no_longer() -> None:
    """The time for which lines and messages are left alone has passed."""
    now = timezone.now()
    Channel.objects.update(retry_at=None)
    Outgoing.objects.filter(state="waiting").update(next_at=now)


@dataclass
class Other:
    """The other side of a line: keeps what it gets, and answers as ``respond`` says."""

    url: str = ""
    got: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    respond: Callable[[str, bytes], tuple[int, Any]] | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    connections: int = 0

    def answer(self, name: str, body: bytes) -> tuple[int, Any]:
        if self.respond is not None:
            return self.respond(name, body)
        return 201, {"message_id": name, "digest": "0" * 64}

    @property
    def names(self) -> list[str]:
        """The numbers of the documents that came, in their order."""
        parsed = (edxml.parse(body).message for _name, body, _headers in self.got)
        return [each.code.number for each in parsed if isinstance(each, edxml.Document)]


@contextmanager
def other_side() -> Iterator[Other]:
    """A partner that listens while the block runs."""
    other = Other()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            other.connections += 1

        def do_POST(self) -> None:
            name = self.path.rpartition("/")[2]
            body = self.rfile.read(int(self.headers["Content-Length"]))
            other.got.append((name, body, {key.lower(): value for key, value in self.headers.items()}))
            code, content = other.answer(name, body)
            if code == DROPPED:
                self.close_connection = True
                return
            answer = json.dumps(content).encode() if content is not None else b""
            self.send_response(code)
            self.send_header("Content-Length", str(len(answer) or 1_000_000))
            self.end_headers()
            if content is None:
                self._drip()
            else:
                self.wfile.write(answer)

        def _drip(self) -> None:
            """A byte now and then, for ever."""
            try:
                while not other.stopped.is_set():
                    self.wfile.write(b" ")
                    time.sleep(0.05)
            except OSError:
                return

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    other.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield other
    finally:
        other.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
