"""A simulated SMS gateway and Zalo service: they keep what they were given, and misbehave for some numbers."""

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

SMS_TOKEN, ZALO_KEY, ZALO_REFRESH = "sms-mo-phong", "khoa-mo-phong", "lam-moi-mo-phong"
# How a number ends that makes the carrier misbehave.
FAILS, UNKNOWN, SILENT, NO_QUOTA, LOSES_ANSWERS = "901", "902", "903", "904", "905"
_OK, _UNKNOWN, _TOKEN, _QUOTA = 0, -118, -124, -115


class Carriers:
    """Both services. ``sent`` holds each message once, by its key."""

    def __init__(self) -> None:
        self.sent: dict[str, dict[str, Any]] = {}
        self.refresh = ZALO_REFRESH
        self.access: set[str] = set()
        self._stopped = threading.Event()

    def sms(self, told: Any, headers: Any) -> tuple[int, Any]:
        """The SMS gateway."""
        if headers.get("Authorization") != f"Bearer {SMS_TOKEN}":
            return 401, {"status": "rejected", "reason": "token"}
        if told["phone"].endswith(UNKNOWN):
            return 200, {"status": "rejected", "reason": "unknown number"}
        if told["phone"].endswith(NO_QUOTA):
            return 200, {"status": "busy", "reason": "no quota"}
        return 200, {"status": "accepted", "id": self._keep("sms", told["reference"], told)}

    def zalo(self, told: Any, headers: Any) -> tuple[int, Any]:
        """The Zalo Notification Service."""
        if headers.get("access_token") not in self.access:
            return 200, {"error": _TOKEN, "message": "Access token invalid"}
        if told["phone"].endswith(UNKNOWN):
            return 200, {"error": _UNKNOWN, "message": "Zalo account not existed"}
        if told["phone"].endswith(NO_QUOTA):
            return 200, {"error": _QUOTA, "message": "Out of quota"}
        kept = self._keep("zalo", told["tracking_id"], told)
        return 200, {"error": _OK, "message": "Success", "data": {"msg_id": kept}}

    def token(self, told: dict[str, list[str]], headers: Any) -> tuple[int, Any]:
        """A new pair of tokens for the one refresh token that counts now."""
        if headers.get("secret_key") != ZALO_KEY or told.get("refresh_token") != [self.refresh]:
            return 200, {"error_name": "Invalid refresh token", "error": -14014}
        access, self.refresh = secrets.token_hex(8), secrets.token_hex(8)
        self.access = {access}
        return 200, {"access_token": access, "refresh_token": self.refresh, "expires_in": "90000"}

    def _keep(self, carrier: str, key: str, told: Any) -> str:
        self.sent.setdefault(key, {"carrier": carrier, "id": secrets.token_hex(8), "told": told, "times": 0})
        self.sent[key]["times"] += 1
        return str(self.sent[key]["id"])

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        """Serve on this machine; gives the address. Port 0 takes a free one."""
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            self._stopped.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def wait(self) -> None:
        """Say nothing, until the server stops."""
        self._stopped.wait(60)


def _handler(carriers: Carriers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond(200, list(carriers.sent.values()))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            if self.path == "/zalo/access_token":
                self._respond(*carriers.token(parse_qs(body), self.headers))
                return
            told = json.loads(body)
            phone = str(told.get("phone", ""))
            if phone.endswith(SILENT):
                carriers.wait()
            elif phone.endswith(FAILS):
                self._respond(500, {})
            else:
                answer = (carriers.sms if self.path == "/sms" else carriers.zalo)(told, self.headers)
                if not phone.endswith(LOSES_ANSWERS):
                    self._respond(*answer)

        def _respond(self, status: int, content: Any) -> None:
            told = json.dumps(content, ensure_ascii=False).encode()
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            """Say nothing."""

    return Handler
