"""One request and its answer within a bound of time: who answers a byte a minute is not waited for.

The time-outs of HTTP libraries begin anew with every byte, so that a request is given up as a whole.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from motcua.engines.exchange import config
from motcua.engines.exchange.models import Channel
from motcua.engines.exchange.transports.interface import NotReached
from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.providers.http import client_options
from motcua.kernel.web.outgoing import client_context, is_safe

MAX_ANSWER = 1024 * 1024
# Shorter than any server keeps a silent connection: no question meets one that is just being closed.
KEPT = httpx.Limits(keepalive_expiry=1.0)
# The other side has seen nothing of a request that failed so.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


@dataclass(frozen=True)
class Said:
    """What came back: HTTP status, media type without parameters, body, and the header ``Retry-After``."""

    status: int
    media_type: str
    body: bytes
    later: str = ""


def ask(
    method: str,
    url: str,
    *,
    options: Mapping[str, Any],
    seconds: float,
    most: int,
    headers: Mapping[str, str],
    **content: Any,
) -> Said:
    """Send a request, and have the whole answer within ``seconds`` and ``most`` bytes. Raises :class:`NotReached`.

    A redirection is not followed: who is asked is who was set up.
    """
    return _ask_alone(method, url, options, _Bounds(seconds, most), headers, content)


@dataclass(frozen=True)
class _Bounds:
    """Of an answer: seconds and bytes."""

    seconds: float
    most: int


def _ask_alone(
    method: str,
    url: str,
    options: Mapping[str, Any],
    bounds: _Bounds,
    headers: Mapping[str, str],
    content: Mapping[str, Any],
) -> Said:
    async def asked() -> Said:
        async with httpx.AsyncClient(**options) as client:
            return await _asked(client, method, url, bounds, headers, content)

    return asyncio.run(asked())


async def _asked(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    bounds: _Bounds,
    headers: Mapping[str, str],
    content: Mapping[str, Any],
) -> Said:
    try:
        async with (
            asyncio.timeout(bounds.seconds),
            client.stream(method, url, headers=dict(headers), **content) as response,
        ):
            body = await _body_of(response, bounds.most)
            media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            return Said(response.status_code, media_type, body, response.headers.get("retry-after", ""))
    except TimeoutError as error:
        raise NotReached(f"no whole answer within {bounds.seconds:g} s", unsure=True) from error
    except (httpx.HTTPError, OSError) as error:
        # A certificate that the other side refuses comes as a bare fault of TLS, after the request was written.
        # The class says enough: the text may hold an address with what is secret in it.
        raise NotReached(type(error).__name__, unsure=not isinstance(error, _NOT_SENT)) from error


async def _body_of(response: httpx.Response, most: int) -> bytes:
    if response.is_redirect:
        raise NotReached("the other side redirects elsewhere", unsure=False)
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > most:
            raise NotReached("the answer is too large", unsure=True)
    return bytes(body)


@dataclass(frozen=True)
class Answer:
    """HTTP status and JSON of an answer; an empty object where there was none."""

    status: int
    content: Any

    def __getitem__(self, name: str) -> Any:
        """A value of the answer, None when it is not there."""
        return self.content.get(name) if isinstance(self.content, dict) else None


@dataclass(frozen=True)
class _Open:
    """A client, and the thread in which its connections live."""

    client: httpx.AsyncClient
    portal: BlockingPortal


class Line:
    """The other side of a line over HTTP."""

    def __init__(self, channel: Channel) -> None:
        if not is_safe(channel.url):
            raise Misconfigured(f"{channel.url!r}: write an https:// address (http:// only on this machine)")
        self.url = channel.url.rstrip("/")
        self.seconds = channel.timeout
        self._options = _options(channel)
        self._open: _Open | None = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep connections from one question to the next while the block runs; questions may overlap then."""
        client = httpx.AsyncClient(**self._options | {"limits": KEPT})
        with start_blocking_portal() as portal, portal.wrap_async_context_manager(client):
            self._open = _Open(client, portal)
            try:
                yield
            finally:
                self._open = None

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        most: int = MAX_ANSWER,
        **content: Any,
    ) -> Answer:
        """Send a request. Raises :class:`NotReached`."""
        url, bounds, there = f"{self.url}/{path}", _Bounds(self.seconds, most), self._open
        if there is None:
            return _answer(_ask_alone(method, url, self._options, bounds, headers, content))
        return _answer(there.portal.call(_asked, there.client, method, url, bounds, headers, content))

    def start(
        self,
        understand: Callable[[Answer], str],
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        most: int = MAX_ANSWER,
        **content: Any,
    ) -> "Future[str]":
        """Begin a request, within :meth:`kept`: the result is what ``understand`` makes of its answer."""
        there = self._open
        assert there is not None

        async def asked() -> str:
            url, bounds = f"{self.url}/{path}", _Bounds(self.seconds, most)
            return understand(_answer(await _asked(there.client, method, url, bounds, headers, content)))

        return there.portal.start_task_soon(asked)


def _answer(said: Said) -> Answer:
    return Answer(said.status, _json_of(said))


def _json_of(said: Said) -> Any:
    try:
        return json.loads(said.body) if said.body else {}
    except (ValueError, RecursionError) as error:
        if said.status >= 400:
            return {}
        raise NotReached(f"HTTP {said.status}, and no JSON", unsure=True) from error


def _options(channel: Channel) -> dict[str, Any]:
    certificate = str(config.secrets().path_of(channel.client_certificate)) if channel.client_certificate else ""
    authorities = str(config.secrets().path_of(channel.authorities)) if channel.authorities else ""
    return options_of(channel.timeout, certificate=certificate, authorities=authorities)


def options_of(timeout: float, *, certificate: str = "", authorities: str = "") -> dict[str, Any]:
    """How a client is made; both are paths of PEM files. Raises :class:`Misconfigured`."""
    try:
        tls = client_context(authorities, certificate)
    except OSError as error:
        raise Misconfigured(f"the certificates of this line cannot be used: {error}") from error
    return {**client_options({"timeout": timeout}), "verify": tls}
