"""The simulated portal: sessions, services, dossiers in memory, and the ways in which it misbehaves on request."""

import secrets
import threading
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import httpx

from motcua.kernel.web.simulated import Call, HttpService, Reply
from motcua.services.national_portal.simulator.fields import DOSSIER, PROGRESS, STATISTICS, faults

USER, PASSWORD, UNIT = "mauson", "cong-mo-phong", "H99"
OK, WRONG_UNIT, UNKNOWN_SERVICE, ILL_FORMED, SESSION_ENDED = "0", "403", "404", "422", "401"


class Illness(StrEnum):
    """How the portal misbehaves until it is told otherwise."""

    DOWN = "down"  # 503
    SILENT = "silent"  # takes the request and never answers
    LOSES_ANSWERS = "loses_answers"  # does what is asked, then drops the connection
    LATE = "late"  # does what is asked, and answers when nobody waits any more
    LINGERS = "lingers"  # drops the connection, and does what was asked when it is told to catch up
    GARBAGE = "garbage"
    SLOW = "slow"
    REFUSES = "refuses"  # whatever the fields
    FORGETS_SESSIONS = "forgets_sessions"  # each holds for one request


class Portal(HttpService):
    """What the portal knows. ``house`` and ``token`` say where it tells of dossiers filed with it."""

    def __init__(self, *, house: str = "", token: str = "") -> None:
        super().__init__()
        self.house, self.token = house, token
        self.illness: Illness | None = None
        self.healthy_for = 0  # requests, before it falls ill
        self.sessions: set[str] = set()
        self.dossiers: dict[str, dict[str, Any]] = {}
        self.progress: dict[str, list[dict[str, Any]]] = {}
        self.statistics: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.catalogue: dict[str, Any] = {}
        self.files: dict[str, bytes] = {}
        self.left_over: list[Any] = []
        self._lock = threading.Lock()

    def answer(self, method: str, call: Call) -> Reply:
        """What is answered to a request."""
        if method == "GET":
            content = self.files.get(call.path) if call.query.get("session") in self.sessions else None
            return Reply(content or b"", 404 if content is None else 200, "application/octet-stream")
        if call.path in _BY_TESTER:
            return Reply(_BY_TESTER[call.path](self, call.body))
        illness = self._illness_now()
        if illness is Illness.LINGERS:
            self.left_over.append(call.body)
            return Reply("", dropped=True)
        if (suffered := self._suffered(illness)) is not None:
            return suffered
        with self._lock:
            told = self._signed_in(call.body) if call.path == "/auth" else self._served(call.body, illness)
        if illness is Illness.LATE:
            self.stopped.wait(60)
        return Reply(told, dropped=illness in {Illness.LOSES_ANSWERS, Illness.LATE})

    def misbehave(self, asked: Mapping[str, Any]) -> Any:
        """Fail in a way from now on, or ``after`` some requests, or be healthy again."""
        self.illness = Illness(asked["how"]) if asked.get("how") else None
        self.healthy_for = asked.get("after", 0)
        return {"error_code": OK}

    def catch_up(self, asked: Mapping[str, Any]) -> Any:
        """Do what was asked while it lingered, though nobody waits for it any more."""
        with self._lock:
            while self.left_over:
                self._served(self.left_over.pop(0), None)
        return {"error_code": OK}

    def forget(self, asked: Mapping[str, Any]) -> Any:
        """Lose a dossier with its progress, or all of them."""
        for code in [asked["MaHoSo"]] if "MaHoSo" in asked else list(self.dossiers):
            self.dossiers.pop(code, None)
            self.progress.pop(code, None)
        return {"error_code": OK}

    def change(self, asked: Mapping[str, Any]) -> Any:
        """Have other values of a dossier than were told."""
        self.dossiers[asked["MaHoSo"]] |= asked
        return {"error_code": OK}

    def _signed_in(self, asked: Any) -> Any:
        if asked.get("username") != USER or asked.get("password") != PASSWORD:
            return {"error_code": "1", "message": "Sai tài khoản hoặc mật khẩu"}
        session = secrets.token_hex(16)
        self.sessions.add(session)
        return {"error_code": OK, "session": session}

    def _served(self, asked: Any, illness: Illness | None) -> Any:
        service, data = asked.get("service"), asked.get("data")
        if asked.get("session") not in self.sessions:
            return {"error_code": SESSION_ENDED, "message": "Phiên đã hết hạn"}
        if illness is Illness.FORGETS_SESSIONS:
            self.sessions.discard(asked["session"])
        if asked.get("madonvi") != UNIT:
            return {"error_code": WRONG_UNIT, "message": "Sai mã đơn vị"}
        handler = _SERVICES.get(service)
        if handler is None or not isinstance(data, list):
            return {"error_code": UNKNOWN_SERVICE, "message": "Không có dịch vụ này"}
        if illness is Illness.REFUSES:
            return {"error_code": ILL_FORMED, "message": "Từ chối theo yêu cầu kiểm thử"}
        return handler(self, data, asked)

    def take_dossiers(self, data: list[Any], asked: Mapping[str, Any]) -> Any:
        """``DongBoHoSoMC``."""
        if wrong := [fault for each in data for fault in faults(each, DOSSIER)]:
            return _ill_formed(wrong)
        for each in data:
            if asked.get("isUpdating") and each["MaHoSo"] not in self.dossiers:
                return {"error_code": "2", "message": f"Không có hồ sơ {each['MaHoSo']} để cập nhật"}
        self.dossiers |= {each["MaHoSo"]: each for each in data}
        return {"error_code": OK}

    def take_progress(self, data: list[Any], asked: Mapping[str, Any]) -> Any:
        """``CapNhatTienDoHoSoMC``: lines are appended as they come."""
        if wrong := [fault for each in data for fault in faults(each, PROGRESS)]:
            return _ill_formed(wrong)
        if unknown := [each["MaHoSo"] for each in data if each["MaHoSo"] not in self.dossiers]:
            return {"error_code": "2", "message": f"Không có hồ sơ {unknown[0]}"}
        for each in data:
            self.progress.setdefault(each["MaHoSo"], []).append(each)
        return {"error_code": OK}

    def take_statistics(self, data: list[Any], asked: Mapping[str, Any]) -> Any:
        """``DongBoThongKeHoSo``: the figures of a month of a unit replace those told before."""
        if wrong := [fault for each in data for fault in faults(each, STATISTICS)]:
            return _ill_formed(wrong)
        self.statistics |= {(each["Nam"], each["Thang"], each["Madonvi"]): each for each in data}
        return {"error_code": OK}

    def look_up(self, data: list[Any], asked: Mapping[str, Any]) -> Any:
        """``TraCuuHoSo``: those that the portal knows, with their progress."""
        codes = [each.get("MaHoSo") for each in data]
        known = [self.dossiers[code] for code in codes if code in self.dossiers]
        return {
            "error_code": OK,
            "data": [{**each, "DanhSachTienTrinh": self.progress.get(each["MaHoSo"], [])} for each in known],
        }

    def list_procedures(self, data: list[Any], asked: Mapping[str, Any]) -> Any:
        """``LayDanhSachTTHC``."""
        return {"error_code": OK, "data": [{"MaTTHC": code} for code in self.catalogue]}

    def tell_procedure(self, data: list[Any], asked: Mapping[str, Any]) -> Any:
        """``LayThuTuc``: the record as the national catalogue has it."""
        codes = [each.get("maTTHC") for each in data]
        if unknown := [code for code in codes if code not in self.catalogue]:
            return {"error_code": "2", "message": f"Không có thủ tục {unknown[0]}"}
        return {"error_code": OK, "data": [self.catalogue[code] for code in codes]}

    def publish(self, asked: Mapping[str, Any]) -> Any:
        """Have these procedures in the catalogue, by code."""
        self.catalogue = dict(asked)
        return {"error_code": OK}

    def file(self, dossier: dict[str, Any]) -> Any:
        """Somebody files a dossier with the portal: it keeps it and tells the house, as often as ``times`` says."""
        times, attached = dossier.pop("times", 1), dossier.pop("files", {})
        for name, text in attached.items():
            path = f"/files/{secrets.token_hex(8)}/{name}"
            self.files[path] = bytes.fromhex(text)
            told = {"TepDinhKemId": path, "TenTepDinhKem": name, "DuongDanTaiTepTin": path, "IsDeleted": "0"}
            dossier.setdefault("TaiLieuNop", []).append({**told, "MaThanhPhanHoSo": dossier.get("thanh_phan", "")})
        answers = []
        for _time in range(times):
            headers = {"Authorization": f"Bearer {self.token}"}
            answers.append(
                httpx.post(
                    f"{self.house}/api/v1/national-portal/dossiers",
                    json={"service": "DongBoHoSoMC", "data": [dossier]},
                    headers=headers,
                    trust_env=False,
                    timeout=30,
                ).json()
            )
        return {"error_code": OK, "data": answers}

    def _illness_now(self) -> Illness | None:
        with self._lock:
            if self.healthy_for:
                self.healthy_for -= 1
                return None
            return self.illness

    def _suffered(self, illness: Illness | None) -> Reply | None:
        """What befalls a request before it is looked at."""
        match illness:
            case Illness.DOWN:
                return Reply("Service Unavailable", 503, "text/plain")
            case Illness.GARBAGE:
                return Reply("<html>{", media_type="text/html")
            case Illness.SILENT:
                self.stopped.wait(60)
                return Reply("", dropped=True)
            case Illness.SLOW:
                time.sleep(0.3)
        return None


_SERVICES: Mapping[Any, Any] = {
    "DongBoHoSoMC": Portal.take_dossiers,
    "CapNhatTienDoHoSoMC": Portal.take_progress,
    "DongBoThongKeHoSo": Portal.take_statistics,
    "TraCuuHoSo": Portal.look_up,
    "LayDanhSachTTHC": Portal.list_procedures,
    "LayThuTuc": Portal.tell_procedure,
}


# Not of the portal: the handles of who tests with it.
_BY_TESTER: Mapping[str, Any] = {
    "/misbehave": Portal.misbehave,
    "/catch-up": Portal.catch_up,
    "/forget": Portal.forget,
    "/change": Portal.change,
    "/file": Portal.file,
    "/publish": Portal.publish,
}


def _ill_formed(fields: list[str]) -> dict[str, str]:
    return {"error_code": ILL_FORMED, "message": "Sai trường: " + ", ".join(sorted(set(fields)))}
