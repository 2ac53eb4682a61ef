"""The simulated axis: agencies with their accounts, messages in memory, and ways to misbehave on request."""

import base64
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from enum import StrEnum
from typing import Any, ClassVar

from motcua.engines.exchange import edxml
from motcua.engines.exchange.edxml.values import from_date, from_moment
from motcua.kernel.web.simulated import Call, HttpService, Reply

WRONG_ACCOUNT, UNKNOWN_AGENCY, NOT_THERE, ILL_FORMED = "15", "18", "21", "22"


class Illness(StrEnum):
    """How the axis misbehaves until it is told otherwise."""

    DOWN = "down"  # 503
    SILENT = "silent"  # takes the request and never answers
    DRIPPING = "dripping"  # answers a byte now and then, for ever
    LOSES_ANSWERS = "loses_answers"  # does what is asked, then drops the connection
    GARBAGE = "garbage"
    SLOW = "slow"
    REPEATS = "repeats"  # gives every message under a second name as well
    REORDERS = "reorders"  # lists the newest first
    REFUSES = "refuses"


@dataclass
class Kept:
    """A message for one agency."""

    document: str
    sender: str
    to: str
    type: str
    content: bytes
    at: datetime
    status: str = "initial"


class Axis(HttpService):
    """What the axis knows. ``agencies``: OrganId → name; each signs in as itself with ``secrets[OrganId]``."""

    most: ClassVar[int] = 200 * 1024 * 1024

    def __init__(self, agencies: Mapping[str, str]) -> None:
        super().__init__()
        self.agencies = dict(agencies)
        self.secrets = {code: f"khoa-{code}" for code in agencies}
        self.kept: dict[str, Kept] = {}
        self.illness: Illness | None = None
        self._lock = threading.Lock()

    def answer(self, method: str, call: Call) -> Reply:
        """What is answered to a request."""
        if call.path in _BY_TESTER:
            return Reply(_BY_TESTER[call.path](self, call.body))
        if (suffered := self._suffered()) is not None:
            return suffered
        handler = _SERVICES.get((method, call.path))
        if handler is None:
            return Reply({"success": False, "message": "Không có địa chỉ này"}, 404)
        agency = call.headers.get("x-systemid", "")
        if self.secrets.get(agency) != call.headers.get("x-secretkey"):
            return Reply(_refused(WRONG_ACCOUNT, "Sai tài khoản hệ thống"))
        if self.illness is Illness.REFUSES:
            return Reply(_refused(ILL_FORMED, "Từ chối theo yêu cầu kiểm thử"))
        with self._lock:
            said = handler(self, agency, call)
        return Reply(said, dropped=self.illness is Illness.LOSES_ANSWERS)

    def take(self, agency: str, call: Call) -> Any:
        """``sendEdoc``: a message goes to each of its agencies; a status message to the one that it answers."""
        fields = _multipart(call)
        content = fields.get("edocFile", b"")
        try:
            message = edxml.parse(content).message
        except edxml.Malformed as malformed:
            return _refused(ILL_FORMED, f"Gói tin sai: {malformed.fault}")
        if isinstance(message, edxml.Document):
            receivers = [organ.id for organ in message.recipients]
        else:
            receivers = [message.response_for.organ_id]
        if message.sender.id != agency:
            return _refused(WRONG_ACCOUNT, "Đơn vị gửi không phải là chủ tài khoản")
        if unknown := [code for code in receivers if code not in self.agencies]:
            return _refused(UNKNOWN_AGENCY, f"Không có đơn vị {unknown[0]}")
        document = secrets.token_hex(16)
        named = fields.get("messageType", b"edoc").decode()
        for code in receivers:
            for place in range(2 if self.illness is Illness.REPEATS else 1):
                one = Kept(document, agency, code, named, content, datetime.now(UTC))
                self.kept[f"{document}-{code}-{place}"] = one
        return {"success": True, "message": "OK", "docId": document}

    def listed(self, agency: str, call: Call) -> Any:
        """``syncReceivedEdocList``: what came for an agency between two days."""
        wanted, first, last = (call.query.get(name, "") for name in ("messageType", "fromDate", "toDate"))
        rows = [
            {
                "docId": name,
                "from": each.sender,
                "to": each.to,
                "status": each.status,
                "createdTime": from_moment(each.at),
            }
            for name, each in self.kept.items()
            if each.to == agency and each.type == wanted and first <= from_date(each.at.date()) <= last
        ]
        if self.illness is Illness.REORDERS:
            rows.reverse()
        return {"success": True, "message": "OK", "count": len(rows), "data": rows}

    def given(self, agency: str, call: Call) -> Any:
        """``getEdoc``: a message, as base64."""
        kept = self._own(agency, call.query.get("docId", ""))
        if kept is None:
            return _refused(NOT_THERE, "Không có văn bản này")
        told = {"docId": call.query["docId"], "from": kept.sender}
        return {"success": True, "data": {**told, "edxml": base64.b64encode(kept.content).decode()}}

    def settled(self, agency: str, call: Call) -> Any:
        """``updateStatus``: what the receiver's system made of a message."""
        kept, status = self._own(agency, str(call.body.get("docId"))), call.body.get("status")
        if kept is None:
            return _refused(NOT_THERE, "Không có văn bản này")
        if status not in {"done", "processing", "fail"}:
            return _refused(ILL_FORMED, "Trạng thái sai")
        kept.status = status
        return {"success": True, "message": "OK"}

    def list_agencies(self, agency: str, call: Call) -> Any:
        """``getAgenciesList``."""
        return {"success": True, "data": [{"id": code, "name": name} for code, name in self.agencies.items()]}

    def misbehave(self, asked: Mapping[str, Any]) -> Any:
        """Fail in a way from now on, or be healthy again."""
        self.illness = Illness(asked["how"]) if asked.get("how") else None
        return {"success": True}

    def put(self, asked: Mapping[str, Any]) -> Any:
        """Have something wait for an agency, whatever it is (``content`` as base64)."""
        content = base64.b64decode(asked["content"])
        name = secrets.token_hex(16)
        self.kept[name] = Kept(name, asked["from"], asked["to"], asked.get("type", "edoc"), content, datetime.now(UTC))
        return {"success": True, "docId": name}

    def told(self, asked: Mapping[str, Any]) -> Any:
        """What waits and what was settled, by name."""
        return {name: {"to": each.to, "status": each.status} for name, each in self.kept.items()}

    def _own(self, agency: str, name: str) -> Kept | None:
        kept = self.kept.get(name)
        return kept if kept is not None and kept.to == agency else None

    def _suffered(self) -> Reply | None:
        """What befalls a request before it is looked at."""
        match self.illness:
            case Illness.DOWN:
                return Reply("Service Unavailable", 503, "text/plain")
            case Illness.GARBAGE:
                return Reply("<html>{", media_type="text/html")
            case Illness.SILENT:
                self.stopped.wait(60)
                return Reply("", dropped=True)
            case Illness.DRIPPING:
                return Reply(self._drops(), media_type="application/json")
            case Illness.SLOW:
                time.sleep(0.3)
        return None

    def _drops(self) -> Any:
        while not self.stopped.wait(0.1):
            yield b" "


_SERVICES: Mapping[tuple[str, str], Any] = {
    ("POST", "/v1/sendEdoc"): Axis.take,
    ("GET", "/v1/syncReceivedEdocList"): Axis.listed,
    ("GET", "/v1/getEdoc"): Axis.given,
    ("POST", "/v1/updateStatus"): Axis.settled,
    ("GET", "/v1/getAgenciesList"): Axis.list_agencies,
}
# Not of an axis: the handles of who tests with it.
_BY_TESTER: Mapping[str, Any] = {"/misbehave": Axis.misbehave, "/put": Axis.put, "/told": Axis.told}


def _refused(code: str, why: str) -> dict[str, Any]:
    return {"success": False, "message": why, "data": {"status": "fail", "errorCode": code, "errorDesc": why}}


def _multipart(call: Call) -> dict[str, bytes]:
    """The fields of a form with files, by name."""
    head = f"Content-Type: {call.headers.get('content-type', '')}\r\n\r\n".encode()
    whole: Message = BytesParser(policy=HTTP).parsebytes(head + call.content)
    found: dict[str, bytes] = {}
    for part in whole.get_payload() if whole.is_multipart() else []:
        if isinstance(part, Message):
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(content, bytes):
                found[name] = content
    return found
