"""A simulated SMS gateway and Zalo service: they keep what they were given, and misbehave for some numbers."""

import secrets
from typing import Any

from motcua.kernel.web.simulated import Call, HttpService, Reply

SMS_TOKEN, ZALO_KEY, ZALO_REFRESH = "sms-mo-phong", "khoa-mo-phong", "lam-moi-mo-phong"
# How a number ends that makes the carrier misbehave.
FAILS, UNKNOWN, SILENT, NO_QUOTA, LOSES_ANSWERS = "901", "902", "903", "904", "905"
_OK, _UNKNOWN, _TOKEN, _QUOTA = 0, -118, -124, -115


class Carriers(HttpService):
    """Both services. ``sent`` holds each message once, by its key."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, dict[str, Any]] = {}
        self.refresh = ZALO_REFRESH
        self.access: set[str] = set()

    def answer(self, method: str, call: Call) -> Reply:
        """What is answered to a request."""
        if method == "GET":
            return Reply(list(self.sent.values()))
        if call.path == "/zalo/access_token":
            return Reply(self._token(call))
        phone = str(call.body.get("phone", ""))
        if phone.endswith(FAILS):
            return Reply({}, 500)
        if phone.endswith(SILENT):
            self.stopped.wait(60)
            return Reply("", dropped=True)
        told = self._sms(call, phone) if call.path == "/sms" else self._zalo(call, phone)
        return Reply(told, dropped=phone.endswith(LOSES_ANSWERS))

    def _sms(self, call: Call, phone: str) -> Any:
        if call.bearer != SMS_TOKEN:
            return {"status": "rejected", "reason": "token"}
        if phone.endswith(UNKNOWN):
            return {"status": "rejected", "reason": "unknown number"}
        if phone.endswith(NO_QUOTA):
            return {"status": "busy", "reason": "no quota"}
        return {"status": "accepted", "id": self._keep("sms", call.body["reference"], call.body)}

    def _zalo(self, call: Call, phone: str) -> Any:
        if call.headers.get("access_token") not in self.access:
            return {"error": _TOKEN, "message": "Access token invalid"}
        if phone.endswith(UNKNOWN):
            return {"error": _UNKNOWN, "message": "Zalo account not existed"}
        if phone.endswith(NO_QUOTA):
            return {"error": _QUOTA, "message": "Out of quota"}
        kept = self._keep("zalo", call.body["tracking_id"], call.body)
        return {"error": _OK, "message": "Success", "data": {"msg_id": kept}}

    def _token(self, call: Call) -> Any:
        """A new pair of tokens for the one refresh token that counts now."""
        if call.headers.get("secret_key") != ZALO_KEY or call.form.get("refresh_token") != self.refresh:
            return {"error_name": "Invalid refresh token", "error": -14014}
        access, self.refresh = secrets.token_hex(8), secrets.token_hex(8)
        self.access = {access}
        return {"access_token": access, "refresh_token": self.refresh, "expires_in": "90000"}

    def _keep(self, carrier: str, key: str, told: Any) -> str:
        self.sent.setdefault(key, {"carrier": carrier, "id": secrets.token_hex(8), "told": told, "times": 0})
        self.sent[key]["times"] += 1
        return str(self.sent[key]["id"])
