"""A service as it is seen over HTTP, simulated on this machine for tests and demonstrations.

A simulator subclasses :class:`HttpService` and registers handlers with :func:`route`.
"""

import json
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

MAX_BODY = 1024 * 1024


@dataclass(frozen=True)
class Call:
    """One HTTP request that a simulated service got."""

    path: str
    body: Any
    form: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    parts: tuple[str, ...] = ()
    content: bytes = b""

    @property
    def bearer(self) -> str:
        """The token that came with it."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Reply:
    """What is answered; ``location`` makes it a redirection, ``dropped`` ends the connection without an answer,
    ``after`` asks to come again in so many seconds.
    """

    content: Any
    status: int = 200
    media_type: str = "application/json"
    location: str = ""
    dropped: bool = False
    after: int = 0


Handler = Callable[[Any, Call], Reply]
Routes = list[tuple[str, re.Pattern[str], Handler]]


class HttpService:
    """A simulated service: ``routes`` answer, ``calls`` keeps what was asked, ``url`` is where it listens."""

    routes: ClassVar[Routes] = []
    most: ClassVar[int] = MAX_BODY

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.stopped = threading.Event()
        self.url = ""

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
        for wanted, pattern, handler in self.routes:
            found = pattern.fullmatch(call.path)
            if wanted == method and found:
                return self.handle(handler, Call(**{**vars(call), "parts": found.groups()}))
        return Reply({"error": "not_found"}, 404)

    def handle(self, handler: Handler, call: Call) -> Reply:
        """Let the handler of an address answer."""
        return handler(self, call)


def until_stopped() -> None:
    """Wait until this process is told to end (SIGINT, SIGTERM): what a program that simulates a service does."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_why: stopped.set())
    stopped.wait()


def route(routes: Routes, path: str, method: str = "POST") -> Callable[[Any], Any]:
    """Register a handler for a path (a regular expression)."""

    def keep(handler: Any) -> Any:
        routes.append((method, re.compile(path), handler))
        return handler

    return keep


def _bytes(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content)).encode()


def _handler(service: HttpService) -> type[BaseHTTPRequestHandler]:
    class Handling(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(service.answer("GET", self._call(b"")))

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), service.most)
            self._reply(service.answer("POST", self._call(self.rfile.read(length))))

        def _call(self, body: bytes) -> Call:
            parts = urlsplit(self.path)
            media_type = self.headers.get_content_type()
            is_form = media_type == "application/x-www-form-urlencoded"
            is_other = media_type.startswith("multipart/") or media_type.endswith("xml")
            return Call(
                path=parts.path,
                body=json.loads(body) if body and not is_form and not is_other else {},
                form=dict(parse_qsl(body.decode())) if is_form else {},
                query=dict(parse_qsl(parts.query)),
                headers={name.lower(): value for name, value in self.headers.items()},
                content=body,
            )

        def _reply(self, reply: Reply) -> None:
            if reply.dropped:
                return
            try:
                self.send_response(reply.status)
                if reply.location:
                    self.send_header("Location", reply.location)
                if reply.after:
                    self.send_header("Retry-After", str(reply.after))
                self.send_header("Content-Type", reply.media_type)
                self.end_headers()
                for part in reply.content if isinstance(reply.content, Iterator) else [_bytes(reply.content)]:
                    self.wfile.write(part)
            except ConnectionError:
                return  # whoever asked has gone

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    return Handling
