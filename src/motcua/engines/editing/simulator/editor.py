"""An editor as WOPI knows it, simulated on this machine: discovery with proof keys, a plain page that edits the
paragraphs of a Word file, and a client that speaks every operation and misbehaves on demand.
"""

import base64
import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from html import escape
from typing import ClassVar
from uuid import uuid4

import docx
import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from motcua.engines.editing.proof import signed_bytes, ticks_of
from motcua.kernel.web.outgoing import client_context
from motcua.kernel.web.simulated import Call, HttpService, Reply, Routes, route

ROUTES: Routes = []
_TYPE = "application/octet-stream"


class Misbehaviour(StrEnum):
    """What the simulated editor does wrong when it saves."""

    STALE_LOCK = "stale-lock"
    OLD_TIME = "old-time"  # a request that somebody has recorded
    WRONG_KEY = "wrong-key"
    OTHER_TOKEN = "other-token"  # noqa: S105 - no secret
    OVERSIZED = "oversized"
    TWO_EDITORS = "two-editors"


@dataclass
class KeyPair:
    """A proof key."""

    private: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def sign(self, what: bytes) -> str:
        """A signature in base64."""
        return base64.b64encode(self.private.sign(what, padding.PKCS1v15(), hashes.SHA256())).decode()

    def published(self, prefix: str = "") -> str:
        """The attributes of ``proof-key`` for it."""
        numbers = self.private.public_key().public_numbers()
        values = {"modulus": numbers.n, "exponent": numbers.e}
        return " ".join(f'{prefix}{name}="{_base64(value)}"' for name, value in values.items())


def _base64(number: int) -> str:
    return base64.b64encode(number.to_bytes((number.bit_length() + 7) // 8)).decode()


@dataclass
class Client:
    """One open file of an editor: its address (WOPISrc), token, and what signs its requests.

    ``shift`` is added to the clock.
    """

    source: str
    token: str
    current: KeyPair
    old: KeyPair
    shift: timedelta = timedelta()
    lock: str = field(default_factory=lambda: uuid4().hex)

    def headers(self, address: str) -> dict[str, str]:
        """The headers that prove where a request comes from."""
        ticks = ticks_of(datetime.now(UTC) + self.shift)
        what = signed_bytes(self.token, address, ticks)
        signed = {"X-WOPI-Proof": self.current.sign(what), "X-WOPI-ProofOld": self.old.sign(what)}
        return {"X-WOPI-TimeStamp": str(ticks), **signed}

    def address(self, path: str = "") -> str:
        """Where a request goes."""
        return f"{self.source}{path}?access_token={self.token}"

    def ask(self, method: str, path: str = "", content: bytes = b"", /, **headers: str) -> httpx.Response:
        """Send one request; underscores in names of headers are hyphens."""
        address = self.address(path)
        named = {f"X-WOPI-{name.replace('_', '-')}": value for name, value in headers.items()}
        with httpx.Client(trust_env=False, timeout=30, verify=client_context()) as client:
            return client.request(
                method, address, content=content, headers={"Content-Type": _TYPE, **named, **self.headers(address)}
            )

    def check(self) -> httpx.Response:
        """CheckFileInfo."""
        return self.ask("GET")

    def get(self, **headers: str) -> httpx.Response:
        """GetFile."""
        return self.ask("GET", "/contents", **headers)

    def do(self, act: str, lock: str | None = None, **headers: str) -> httpx.Response:
        """An operation on the file: ``LOCK``, ``GET_LOCK``, ``REFRESH_LOCK``, ``UNLOCK``, ``PUT_RELATIVE`` …"""
        return self.ask("POST", Override=act, Lock=self.lock if lock is None else lock, **headers)

    def put(self, content: bytes, lock: str | None = None) -> httpx.Response:
        """PutFile."""
        held = self.lock if lock is None else lock
        return self.ask("POST", "/contents", content, Override="PUT", Lock=held)


class SimulatedEditor(HttpService):
    """The editor's server. ``keys`` are its present and its old one; new ones, if none are given, take long to make.

    ``misbehaves`` is what its page does wrong when it saves.
    """

    routes: ClassVar[Routes] = ROUTES
    most = 32 * 1024 * 1024

    def __init__(self, *, keys: tuple[KeyPair, KeyPair] | None = None, misbehaves: Misbehaviour | None = None) -> None:
        super().__init__()
        self.current, self.old = keys or (KeyPair(), KeyPair())
        self.misbehaves = misbehaves
        self.elsewhere = ""
        self.opened: dict[str, Client] = {}

    def client(self, source: str, token: str) -> Client:
        """What speaks for one open file."""
        return Client(source, token, self.current, self.old)

    def change_keys(self) -> None:
        """Have a new key; the present one becomes the old one."""
        self.current, self.old = KeyPair(), self.current

    def discovery(self) -> str:
        """The discovery document."""
        at = self.elsewhere or self.url
        actions = "".join(
            f'<action name="{name}" ext="docx" urlsrc="{at}/open?mode={name}&amp;&lt;ui=UI_LLCC&amp;&gt;"/>'
            for name in ("view", "edit")
        )
        keys = f"{self.current.published()} {self.old.published('old')}"
        return (
            '<?xml version="1.0" encoding="utf-8"?><wopi-discovery><net-zone name="external-http">'
            f'<app name="Word">{actions}</app></net-zone><proof-key {keys}/></wopi-discovery>'
        )

    def section(self, *, here: str = "") -> str:
        """``editing.toml`` for this editor."""
        return f'url = "{self.url}"\n' + (f'here = "{here}"\n' if here else "")


@route(ROUTES, "/hosting/discovery", "GET")
def _discovery(service: SimulatedEditor, call: Call) -> Reply:
    return Reply(service.discovery(), media_type="application/xml")


@route(ROUTES, "/open")
def _open(service: SimulatedEditor, call: Call) -> Reply:
    client = service.client(call.query.get("WOPISrc", ""), call.form.get("access_token", ""))
    told = client.check()
    if not told.is_success:
        return _page(f"<p role='alert'>Máy chủ trả lời {told.status_code}.</p>", told.status_code)
    writes = bool(told.json()["UserCanWrite"])
    if writes and (locked := client.do("LOCK")).status_code == 409:
        client = replace(client, lock=locked.headers["X-WOPI-Lock"])  # edited together with whoever has it open
    key = uuid4().hex
    service.opened[key] = client
    return _editing(key, told.json()["BaseFileName"], lines_of(client.get().content), writes=writes)


@route(ROUTES, r"/save/(\w+)")
def _save(service: SimulatedEditor, call: Call) -> Reply:
    client = service.opened[call.parts[0]]
    lines = call.form.get("text", "").replace("\r\n", "\n").split("\n")
    answer = misbehaving(client, with_lines(client.get().content, lines), service.misbehaves)
    said = "Đã lưu." if answer.is_success else f"Không lưu được: máy chủ trả lời {answer.status_code}."
    if call.form.get("act") != "close" or not answer.is_success:
        return _editing(call.parts[0], said, lines, writes=True)
    client.do("UNLOCK")
    return _page(f"<p role='status'>{said} Đã đóng.</p>")


def misbehaving(client: Client, content: bytes, how: Misbehaviour | None) -> httpx.Response:
    """Save as somebody does who should not get through; as it should be without ``how``."""
    if how is Misbehaviour.STALE_LOCK:
        return client.put(content, lock="khoa-cu")
    if how is Misbehaviour.OLD_TIME:
        return replace(client, shift=-timedelta(minutes=21)).put(content)
    if how is Misbehaviour.WRONG_KEY:
        return replace(client, current=KeyPair(), old=KeyPair()).put(content)
    if how is Misbehaviour.OTHER_TOKEN:
        return replace(client, token=client.token[:-2] + "AA").put(content)
    if how is Misbehaviour.OVERSIZED:
        return client.put(content + bytes(SimulatedEditor.most))
    if how is Misbehaviour.TWO_EDITORS:
        return replace(client, lock=uuid4().hex).do("LOCK")
    return client.put(content)


def lines_of(content: bytes) -> list[str]:
    """The paragraphs of a Word file outside tables."""
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


def with_lines(content: bytes, lines: list[str]) -> bytes:
    """The file with these paragraphs; further ones come at the end, missing ones become empty."""
    document, output = docx.Document(io.BytesIO(content)), io.BytesIO()
    there = list(document.paragraphs)
    for paragraph, line in zip(there, lines + [""] * len(there), strict=False):
        if paragraph.text != line:
            paragraph.text = line
    for line in lines[len(there) :]:
        document.add_paragraph(line)
    document.save(output)
    return output.getvalue()


def _editing(key: str, said: str, lines: list[str], *, writes: bool) -> Reply:
    text = escape("\n".join(lines))
    buttons = "<button>Lưu</button> <button name='act' value='close'>Lưu và đóng</button>" if writes else ""
    return _page(
        f"<form method='post' action='/save/{key}'><p role='status'>{escape(said)}</p>"
        f"<textarea name='text' aria-label='Nội dung' rows='20'{'' if writes else ' readonly'}>\n{text}</textarea>"
        f"<p>{buttons}</p></form>"
    )


def _page(body: str, status: int = 200) -> Reply:
    style = (
        "<style>body{font:16px sans-serif;margin:16px}textarea{width:100%;box-sizing:border-box;font:inherit}</style>"
    )
    head = f"<!doctype html><html lang='vi'><meta charset='utf-8'><title>Trình soạn thảo mô phỏng</title>{style}"
    return Reply(f"{head}<h1>Trình soạn thảo mô phỏng</h1>{body}", status, "text/html; charset=utf-8")
