"""Signed-in people who ask for pages: in process through the WSGI application, or over HTTP from a server."""

import http.client
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from motcua.people.accounts.middleware import ASSURANCE
from motcua.people.accounts.models import Account
from motcua.people.accounts.sessions import SessionStore
from motcua.people.officers.models import Position
from motcua.services.dossiers.models import WorkItem

CSRF = "m" * 32
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    length: int
    location: str = ""


def sign_in(account: Account) -> str:
    """The cookies of a new session with both factors."""
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session[ASSURANCE] = "full"
    session.create()
    return f"motcua_session={session.session_key}; motcua_csrf={CSRF}"


def officer_with(role: str) -> Account:
    """The account that holds a role in the large office."""
    large = WorkItem.objects.filter(assignee__isnull=False).order_by("id").values("office")[:1]
    return Position.objects.filter(office__in=large, roles__contains=[role])[:1].get().officer.account


@dataclass(frozen=True)
class Visitor:
    """Asks the WSGI application of this process; the whole stack of middleware runs."""

    cookies: str

    def get(self, path: str) -> Answer:
        """One page."""
        return self._ask("GET", path, b"")

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """One form."""
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": CSRF}).encode())

    def _ask(self, method: str, path: str, body: bytes) -> Answer:
        bare, _mark, query = path.partition("?")
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            told[:] = [int(status.split()[0]), dict(headers)]
            return lambda data: None

        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": bare, "QUERY_STRING": query, "SERVER_NAME": HOST,
            "SERVER_PORT": "80", "HTTP_HOST": HOST, "HTTP_COOKIE": self.cookies, "REMOTE_ADDR": HOST,
            "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http", "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "HTTP_USER_AGENT": "motcua benchmarks",
        }  # fmt: skip
        response = _application()(environ, start)
        length = sum(map(len, response))
        if hasattr(response, "close"):
            response.close()
        return Answer(told[0], length, told[1].get("Location", ""))


@cache
def _application() -> Callable[..., Any]:
    from motcua.site.wsgi import application  # the settings are ready by now

    return application


class HttpVisitor:
    """Asks a server over one kept connection."""

    def __init__(self, cookies: str, port: int) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.headers = {"Cookie": cookies, "User-Agent": "motcua benchmarks"}

    def get(self, path: str) -> Answer:
        """One page."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """One form."""
        body = urlencode({**fields, "csrfmiddlewaretoken": CSRF})
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        self.connection.request(method, path, body=body, headers=self.headers | headers)
        response = self.connection.getresponse()
        length = 0
        while part := response.read(1 << 20):
            length += len(part)
        return Answer(response.status, length, response.headers.get("Location", ""))
