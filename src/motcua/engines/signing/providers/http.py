"""How the house speaks to a remote signing service: JSON over HTTPS, bounded, following nobody elsewhere.

A section of ``signing.toml`` names the service (``url``) and may set ``timeout`` (seconds, 20), ``ca_file`` (trust
these authorities for TLS), ``client_certificate`` and ``client_key`` (files, for services that want to see one) and
``proxy``. Secrets stand in files of their own: ``client_secret_file`` names one.
"""

import base64
import binascii
import json
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from django.utils import timezone

from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.providers.interface import Fault, Overloaded, Provider, Unanswered, Unavailable
from motcua.kernel.web.outgoing import client_context, is_safe

MAX_ANSWER = 4 * 1024 * 1024  # 200 signatures with their certificates are some 500 KB
MAX_NAME = 200
TOO_MANY = 429
TIMEOUT = 20.0
# The service has seen nothing of a request that failed so.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
_HEADERS = {"User-Agent": "motcua", "Accept": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What a service said: HTTP status, its JSON (an empty object when there was none), and when to come again."""

    status: int
    content: Any
    after: timedelta | None = None

    def __getitem__(self, name: str) -> Any:
        """A value of the answer, None when it is not there."""
        return self.content.get(name) if isinstance(self.content, dict) else None

    @property
    def ok(self) -> bool:
        """Whether the status says success."""
        return 200 <= self.status < 300


class Service:
    """One remote service. Raises :class:`Misconfigured` for an address that is neither HTTPS nor on this machine."""

    def __init__(self, options: Mapping[str, Any], *, option: str = "url") -> None:
        self.url = required(options, option).rstrip("/")
        if not is_safe(self.url):
            raise Misconfigured(f"{option} = {self.url!r}: write an https:// address (http:// only on this machine)")
        # Requests are rare and far apart: no connection is kept between them, only the TLS set-up, which is dear.
        self.client = httpx.Client(**client_options(options))

    def post(self, path: str, body: Any, *, bearer: str = "") -> Answer:
        """POST JSON. Raises :class:`Unavailable` when there is no answer that can be read, :class:`Unanswered` when
        the service may have done what was asked all the same.
        """
        return self._send("POST", path, bearer, json=body)

    def form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """POST a form, as OAuth does. Raises as :meth:`post`."""
        return self._send("POST", path, "", data=dict(fields))

    def upload(self, path: str, content: bytes, *, media_type: str, name: str, bearer: str = "") -> Answer:
        """POST a file as the form field ``file``. Raises as :meth:`post`."""
        return self._send("POST", path, bearer, files={"file": (name, content, media_type)})

    def get(self, path: str, *, bearer: str = "", **query: str) -> Answer:
        """GET JSON. Raises as :meth:`post`."""
        return self._send("GET", path, bearer, params=query)

    def delete(self, path: str, *, bearer: str = "") -> Answer:
        """DELETE. Raises as :meth:`post`."""
        return self._send("DELETE", path, bearer)

    def _send(self, method: str, path: str, bearer: str, **content: Any) -> Answer:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        try:
            with self.client.stream(method, f"{self.url}/{path}", headers=headers, **content) as response:
                return Answer(response.status_code, _json_of(response), retry_after(response.headers))
        except httpx.HTTPError as error:
            # The class says enough: the text may hold an address with what is personal in it.
            kind = Unavailable if isinstance(error, _NOT_SENT) else Unanswered
            raise kind(type(error).__name__) from error


class Contracted(Provider):
    """A remote service, and how many documents its contract lets one request hold (option ``most``)."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.service = Service(options)
        self.most = most_of(options, super().at_once)

    @property
    def at_once(self) -> int:
        """What the contract allows."""
        return self.most


def _json_of(response: httpx.Response) -> Any:
    if response.is_redirect:
        raise Unavailable("the service redirects elsewhere")
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER:
            raise Unanswered("the answer is too large", status=response.status_code)
    try:
        return json.loads(bytes(body)) if body else {}
    except (ValueError, RecursionError) as error:
        if response.is_client_error:
            return {}
        raise Unanswered(f"HTTP {response.status_code}, and no JSON", status=response.status_code) from error


def client_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """How any HTTP client of a section is made. Raises :class:`Misconfigured`."""
    timeout = options.get("timeout", TIMEOUT)
    if not isinstance(timeout, int | float) or not 0 < timeout <= 120:
        raise Misconfigured(f"timeout = {timeout!r}: write seconds, at most 120")
    return {
        "timeout": httpx.Timeout(timeout),
        "headers": _HEADERS,
        "follow_redirects": False,
        "trust_env": False,
        "proxy": options.get("proxy"),
        "limits": httpx.Limits(max_keepalive_connections=0),
        "verify": _tls(options),
    }


def _tls(options: Mapping[str, Any]) -> ssl.SSLContext:
    try:
        return client_context(*(options.get(name, "") for name in ("ca_file", "client_certificate", "client_key")))
    except OSError as error:
        raise Misconfigured(f"ca_file, client_certificate or client_key cannot be used: {error}") from error


def required(options: Mapping[str, Any], name: str) -> str:
    """An option that must be there. Raises :class:`Misconfigured`."""
    value = options.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Misconfigured(f"{name} is missing")
    return value.strip()


def most_of(options: Mapping[str, Any], default: int) -> int:
    """How many documents one request may hold, as the contract says (``most``). Raises :class:`Misconfigured`."""
    most = options.get("most", default)
    if not isinstance(most, int) or not 1 <= most <= default:
        raise Misconfigured(f"most = {most!r}: write how many documents one request may hold, at most {default}")
    return most


def chosen(options: Mapping[str, Any], option: str, choices: Mapping[Any, Any], default: Any) -> Any:
    """What an option stands for that is one of a few words, or true or false. Raises :class:`Misconfigured`."""
    value = options.get(option, default)
    if not isinstance(value, str | bool) or value not in choices:
        raise Misconfigured(f"{option} = {value!r}: write one of {', '.join(map(str, choices))}")
    return choices[value]


def secret(options: Mapping[str, Any], name: str) -> str:
    """A secret from the file that ``NAME_file`` names. Raises :class:`Misconfigured`, also for one written openly."""
    if name in options:
        raise Misconfigured(f"write {name} into a file that only the program reads, and name it: {name}_file")
    path = Path(required(options, f"{name}_file"))
    try:
        if path.stat().st_mode & 0o007:
            raise Misconfigured(f"{name}_file: everybody may read {path}: chmod 600 it")
        return path.read_text().strip()
    except OSError as error:
        raise Misconfigured(f"{name}_file: {error.strerror}: {path}") from error


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long a service wants to be left alone (``Retry-After``, seconds or a date; RFC 9110, 10.2.3)."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdecimal() and len(said) < 8:
        return timedelta(seconds=int(said))
    with suppress(ValueError):
        when = parsedate_to_datetime(said)
        return max(when - timezone.now(), timedelta()) if when.tzinfo else None
    return None


def refused(answer: Answer, what: str) -> Unavailable:
    """What to raise for an answer that says nothing of the signer: a refusal, or one that leaves it open."""
    told = f"{what}: HTTP {answer.status}"
    if answer.status == TOO_MANY:
        return Overloaded(told, after=answer.after)
    if not 300 <= answer.status < 500:
        return Unanswered(told, status=answer.status)
    ours = answer.status in {400, 401, 403, 404, 405, 422}
    return Unavailable(told, fault=Fault.MISCONFIGURED if ours else Fault.UNAVAILABLE)


def listed(value: object) -> list[Any]:
    """A list that a service sent; an empty one for anything else."""
    return value if isinstance(value, list) else []


def name(value: object) -> str:
    """A name that a service gave to something, as the house can keep it; empty for anything else."""
    return value if isinstance(value, str) and len(value) <= MAX_NAME else ""


def quoted(reference: str) -> str:
    """A reference as one part of an address."""
    return quote(reference, safe="")


def from_base64(text: object) -> bytes:
    """The bytes of base64, line breaks allowed; empty for anything else."""
    if not isinstance(text, str):
        return b""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def to_base64(content: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(content).decode()
