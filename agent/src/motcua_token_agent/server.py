"""The agent on the loopback interface, for browsers without the extension: HTTPS with a certificate of this machine.

Plain HTTP is for development and tests. Who is not at this machine cannot connect; who asks under another name than
the machine's own (DNS rebinding) is refused; which pages may ask is decided by ``trust``.
"""

import contextlib
import json
import socket
import ssl
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from motcua_token_agent.agent import Agent, Answer, failed, version
from motcua_token_agent.errors import Code, Problem
from motcua_token_agent.requests import LARGEST

COMMANDS = {"/getsigner": "certificates", "/sign": "sign"}
IDLE = 30  # seconds that a connection may keep a thread without saying anything


class LoopbackServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 only."""

    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, agent: Agent, port: int, context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.agent = agent
        self._context = context

    @property
    def address(self) -> str:
        """Where it can be reached."""
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.server_port}"

    def get_request(self) -> tuple[socket.socket, Any]:
        """The handshake is left to the connection's own thread: a silent client must not keep others waiting."""
        connection, address = super().get_request()
        connection.settimeout(IDLE)
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that leaves, or does not know our certificate, is no news."""


class Handler(BaseHTTPRequestHandler):
    """``GET /version``, ``POST /getsigner``, ``POST /sign`` with ``{"request": "…"}``."""

    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    timeout = IDLE

    def do_OPTIONS(self) -> None:
        """What a browser asks before it lets a page ask."""
        if not self._is_for_us() or not self.server.agent.trust.admits(self._origin):
            self._send(HTTPStatus.FORBIDDEN, failed(Problem(Code.ORIGIN_UNKNOWN)))
            return
        self.send_response(HTTPStatus.NO_CONTENT)
        self._allow_origin()
        self.send_header("Access-Control-Allow-Methods", "GET, POST")
        self.send_header("Access-Control-Allow-Headers", "Content-Type")
        self.send_header("Access-Control-Max-Age", "600")
        if self.headers.get("Access-Control-Request-Private-Network") == "true":
            self.send_header("Access-Control-Allow-Private-Network", "true")
        if self.headers.get("Access-Control-Request-Local-Network") == "true":
            self.send_header("Access-Control-Allow-Local-Network", "true")
        self.end_headers()

    def do_GET(self) -> None:
        """The version."""
        if not self._is_for_us():
            self._send(HTTPStatus.FORBIDDEN, failed(Problem(Code.ORIGIN_UNKNOWN)))
        elif self.path == "/version":
            self._send(HTTPStatus.OK, version())
        else:
            self._send(HTTPStatus.NOT_FOUND, failed(Problem(Code.REQUEST_INVALID)))

    def do_POST(self) -> None:
        """Certificates and signatures."""
        command = COMMANDS.get(self.path)
        if not self._is_for_us() or not self.server.agent.trust.admits(self._origin):
            self.close_connection = True
            self._send(HTTPStatus.FORBIDDEN, failed(Problem(Code.ORIGIN_UNKNOWN)))
            return
        try:
            request = self._request()
        except ValueError as error:
            self.close_connection = True
            self._send(HTTPStatus.BAD_REQUEST, failed(Problem(Code.REQUEST_INVALID, str(error)[:200])))
            return
        if command is None:
            self._send(HTTPStatus.NOT_FOUND, failed(Problem(Code.REQUEST_INVALID)))
            return
        self._send(HTTPStatus.OK, self.server.agent.answer(command, origin=self._origin, request=request))

    @property
    def _origin(self) -> str:
        return self.headers.get("Origin", "")

    def _is_for_us(self) -> bool:
        port = self.server.server_port
        return self.headers.get("Host", "") in {f"127.0.0.1:{port}", f"localhost:{port}"}

    def _request(self) -> object:
        # Only this type makes the browser ask first (CORS), so that a form of another site cannot get here.
        if self.headers.get_content_type() != "application/json":
            raise ValueError("send application/json")
        length = int(self.headers.get("Content-Length", ""))
        if not 0 <= length <= LARGEST:
            raise ValueError("too large")
        message = json.loads(self.rfile.read(length))
        if not isinstance(message, dict):
            raise ValueError("not an object")
        return message.get("request")

    def _allow_origin(self) -> None:
        if self.server.agent.trust.admits(self._origin):
            self.send_header("Access-Control-Allow-Origin", self._origin)
        self.send_header("Vary", "Origin")

    def _send(self, status: HTTPStatus, answer: Answer) -> None:
        data = json.dumps(answer).encode()
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self._allow_origin()
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Nothing is written of who signs what."""


def listen(agent: Agent, ports: tuple[int, ...], context: ssl.SSLContext | None) -> LoopbackServer:
    """A server on the first free port. Raises ``OSError`` when all are taken."""
    taken: OSError | None = None
    for port in ports:
        try:
            return LoopbackServer(agent, port, context)
        except OSError as error:
            taken = error
    raise taken or OSError("no port")


def tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS with the certificate made by ``install``."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context
