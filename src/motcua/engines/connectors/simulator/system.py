"""The simulated line system: a register of invented people in JSON and XML, and ways to misbehave on request."""

import threading
import time
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar

from motcua.engines.connectors.documents import as_xml
from motcua.kernel.web.simulated import Call, HttpService, Reply, Routes, route

TOKEN = "khoa-thu"  # noqa: S105 - of a simulator
PEOPLE: Mapping[str, dict[str, Any]] = {
    "001099000001": {"name": "Lê Văn Mẫu", "marital-status": "single", "debt": 0},
    "001099000002": {"name": "Trần Thị Ví Dụ", "marital-status": "married", "debt": 250_000},
}
DOCUMENT: Mapping[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Hệ thống chuyên ngành mô phỏng", "version": "1"},
    "servers": [{"url": "https://chuyen-nganh.example.vn/v1"}],
    "paths": {
        "/people/{number}": {
            "get": {
                "operationId": "getPerson",
                "summary": "Tra cứu một người",
                "parameters": [
                    {
                        "name": "number",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "pattern": "^[0-9]{12}$"},
                    }
                ],
                "responses": {
                    "200": {
                        "description": "Người có số này",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}},
                    },
                    "404": {"description": "Không có"},
                },
            }
        },
        "/entries": {
            "post": {
                "operationId": "addEntry",
                "summary": "Ghi sổ",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Entry"}}},
                },
                "responses": {
                    "201": {
                        "description": "Đã ghi",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["id"],
                                    "properties": {"id": {"type": "string"}},
                                }
                            }
                        },
                    }
                },
            }
        },
    },
    "components": {
        "schemas": {
            "Person": {
                "type": "object",
                "required": ["name", "debt"],
                "properties": {
                    "name": {"type": "string"},
                    "marital-status": {"type": "string", "enum": ["single", "married"]},
                    "debt": {"type": "integer", "minimum": 0},
                },
            },
            "Entry": {
                "type": "object",
                "required": ["number", "text"],
                "properties": {
                    "number": {"type": "string"},
                    "text": {"type": "string", "maxLength": 200},
                    "noted": {"type": "string", "nullable": True},
                },
                "additionalProperties": False,
            },
        }
    },
}


class Illness(StrEnum):
    """How the system misbehaves until it is told otherwise."""

    DOWN = "down"  # 503
    SILENT = "silent"  # takes the request and never answers
    DRIPPING = "dripping"  # answers a byte now and then, for ever
    SLOW = "slow"
    LOSES_ANSWERS = "loses_answers"  # does what is asked, then drops the connection
    GARBAGE = "garbage"  # what is neither JSON nor XML
    LIES = "lies"  # an error page under status 200
    MISLABELS = "mislabels"  # the right answer under another media type
    BOMB = "bomb"  # XML that declares entities
    HUGE = "huge"
    REDIRECTS = "redirects"
    OTHERWISE = "otherwise"  # an answer that its description does not allow
    REFUSES = "refuses"  # 422, with what was asked in its words
    LOCKS_OUT = "locks_out"  # 401


class LineSystem(HttpService):
    """What the system knows; ``entries`` are what was written, by the ``Idempotency-Key`` under which it came."""

    routes: ClassVar[Routes] = []

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, Any] = {}
        self.illness: Illness | None = None
        self._lock = threading.Lock()

    def answer(self, method: str, call: Call) -> Reply:
        """What is answered to a request."""
        if call.path == "/misbehave":  # not of a line system: the handle of who tests with it
            self.illness = Illness(call.body["how"]) if call.body.get("how") else None
            return Reply({"ok": True})
        if call.path == "/openapi.json":
            return Reply(DOCUMENT)
        if (suffered := self._suffered(call)) is not None:
            return suffered
        if call.bearer != TOKEN:
            return Reply({"error": "unauthorized"}, 401)
        with self._lock:
            found = super().answer(method, call)
        if self.illness is Illness.MISLABELS:
            return Reply(found.content, found.status, "text/plain")
        dropped = self.illness is Illness.LOSES_ANSWERS
        return Reply(found.content, found.status, found.media_type, dropped=dropped)

    def _suffered(self, call: Call) -> Reply | None:
        """What befalls a request before it is looked at."""
        match self.illness:
            case Illness.DOWN:
                return Reply("Service Unavailable", 503, "text/plain")
            case Illness.SILENT:
                self.stopped.wait(60)
                return Reply("", dropped=True)
            case Illness.DRIPPING:
                return Reply(self._drops())
            case Illness.SLOW:
                time.sleep(0.3)
            case Illness.GARBAGE:
                return Reply('{"name": ')
            case Illness.LIES:
                return Reply("<html>Hệ thống đang bảo trì</html>", media_type="text/html; charset=utf-8")
            case Illness.BOMB:
                return Reply(_BOMB, media_type="application/xml")
            case Illness.HUGE:
                return Reply(self._chunks())
            case Illness.REDIRECTS:
                return Reply("", 302, location="http://127.0.0.1:9/khac")
            case Illness.OTHERWISE:
                return Reply({"name": 5, "debt": -1})
            case Illness.REFUSES:
                return Reply({"error": f"không nhận {call.path}"}, 422)
            case Illness.LOCKS_OUT:
                return Reply({"error": "unauthorized"}, 401)
        return None

    def _drops(self) -> Iterator[bytes]:
        while not self.stopped.wait(0.05):
            yield b" "

    def _chunks(self) -> Iterator[bytes]:
        yield from (b" " * 65_536 for _number in range(1_000))

    @route(routes, r"/v1/people/([^/]+)", "GET")
    def person(self, call: Call) -> Reply:
        """A person, or 404."""
        found = PEOPLE.get(call.parts[0])
        return Reply(found) if found else Reply({"error": "not_found"}, 404)

    @route(routes, r"/v1/entries")
    def enter(self, call: Call) -> Reply:
        """Write something down; the same key again changes nothing."""
        key = call.headers.get("idempotency-key", "")
        self.entries.setdefault(key, call.body)
        return Reply({"id": f"so-{list(self.entries).index(key) + 1}"}, 201)

    @route(routes, r"/v1/soap")
    def tax(self, call: Call) -> Reply:
        """The same register in XML: what a person owes, with a line for each tax."""
        number = call.content.partition(b"<SoDinhDanh>")[2].partition(b"<")[0].decode()
        found = PEOPLE.get(number)
        told = {
            "_phien": "1",
            "KetQua": "0" if found else "1",
            "No": {"Dong": [{"SoTien": found["debt"]}] if found and found["debt"] else None},
        }
        content = as_xml(told, root="TraLoi", namespace="urn:vidu:thue").decode()
        return Reply(content, media_type="text/xml; charset=utf-8")


_BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<TraLoi><KetQua>&b;</KetQua></TraLoi>"""
