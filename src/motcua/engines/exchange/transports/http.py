"""One request and its answer within a bound of time: who answers a byte a minute is not waited for.

The time-outs of HTTP libraries begin anew with every byte, so that a request is given up as a whole.
"""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx

from motcua.engines.exchange import config
from motcua.engines.exchange.models import Channel
from motcua.engines.exchange.transports.interface import NotReached
from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.providers.http import client_options
from motcua.kernel.web.outgoing import is_safe

MAX_ANSWER = 1024 * 1024
# The other side has seen nothing of a request that failed so.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


@dataclass(frozen=True)
class Answer:
    """HTTP status and JSON of an answer; an empty object where there was none."""

    status: int
    content: Any

    def __getitem__(self, name: str) -> Any:
        """A value of the answer, None when it is not there."""
        return self.content.get(name) if isinstance(self.content, dict) else None


class Line:
    """The other side of a line over HTTP."""

    def __init__(self, channel: Channel) -> None:
        if not is_safe(channel.url):
            raise Misconfigured(f"{channel.url!r}: write an https:// address (http:// only on this machine)")
        self.url = channel.url.rstrip("/")
        self.seconds = channel.timeout
        self._options = _options(channel)

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
        return asyncio.run(self._ask(method, f"{self.url}/{path}", dict(headers), most, content))

    async def _ask(self, method: str, url: str, headers: dict[str, str], most: int, content: dict[str, Any]) -> Answer:
        try:
            async with (
                asyncio.timeout(self.seconds),
                httpx.AsyncClient(**self._options) as client,
                client.stream(method, url, headers=headers, **content) as response,
            ):
                return Answer(response.status_code, await _json_of(response, most))
        except TimeoutError as error:
            raise NotReached(f"no whole answer within {self.seconds} s", unsure=True) from error
        except httpx.HTTPError as error:
            # The class says enough: the text may hold an address with what is secret in it.
            raise NotReached(type(error).__name__, unsure=not isinstance(error, _NOT_SENT)) from error


async def _json_of(response: httpx.Response, most: int) -> Any:
    if response.is_redirect:
        raise NotReached("the other side redirects elsewhere", unsure=False)
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > most:
            raise NotReached("the answer is too large", unsure=True)
    try:
        return json.loads(bytes(body)) if body else {}
    except (ValueError, RecursionError) as error:
        if response.is_error:
            return {}
        raise NotReached(f"HTTP {response.status_code}, and no JSON", unsure=True) from error


def _options(channel: Channel) -> dict[str, Any]:
    certificate = str(config.path_of(channel.client_certificate)) if channel.client_certificate else ""
    authorities = str(config.path_of(channel.authorities)) if channel.authorities else ""
    options = client_options({"timeout": channel.timeout})
    return {**options, "verify": _tls(certificate, authorities)}


@lru_cache(maxsize=64)
def _tls(certificate: str, authorities: str) -> ssl.SSLContext:
    """What TLS needs is dear to set up, so it is kept until the program starts anew."""
    try:
        context = ssl.create_default_context(cafile=authorities or None)
        if certificate:
            context.load_cert_chain(certificate)
    except OSError as error:
        raise Misconfigured(f"the certificates of this line cannot be used: {error}") from error
    return context
