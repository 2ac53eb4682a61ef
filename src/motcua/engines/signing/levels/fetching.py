"""Asking time-stamp authorities, OCSP responders and list servers over HTTP: bounded in size and time."""

import httpx

from motcua.kernel.web.outgoing import client_context

TIMEOUT = httpx.Timeout(15.0, connect=5.0)
MAX_BYTES = 32 * 1024 * 1024


class Unreachable(Exception):
    """The server did not answer, or not with what was asked for; another time it may."""


def new_client() -> httpx.Client:
    """A client whose connections are kept for many questions; close it."""
    return httpx.Client(
        timeout=TIMEOUT, follow_redirects=True, max_redirects=3, trust_env=False, verify=client_context()
    )


def ask(client: httpx.Client, url: str, *, content: bytes | None = None, media_type: str = "") -> bytes:
    """GET, or POST of ``content``; the whole answer. Raises :class:`Unreachable`."""
    method, headers = ("GET", {}) if content is None else ("POST", {"Content-Type": media_type})
    try:
        with client.stream(method, url, content=content, headers=headers) as response:
            if response.status_code != httpx.codes.OK:
                raise Unreachable(f"{url}: HTTP {response.status_code}")
            answer = bytearray()
            for part in response.iter_bytes():
                answer += part
                if len(answer) > MAX_BYTES:
                    raise Unreachable(f"{url}: more than {MAX_BYTES} bytes")
            return bytes(answer)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(f"{url}: {type(error).__name__}") from error
