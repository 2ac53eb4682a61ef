"""What ``editing.toml`` says of the editor (``docs/operator/editing.md``)."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from motcua.engines.editing.errors import Misconfigured
from motcua.kernel.web.outgoing import client_context, is_safe

# Option: least, default, most.
_NUMBERS = {"token_minutes": (5, 240, 720), "version_minutes": (1, 30, 480), "most_mb": (1, 20, 100)}
_TEXTS = {"url": "", "discovery": "/hosting/discovery", "here": "", "ca_file": ""}


@dataclass(frozen=True)
class Settings:
    """``url``: where browsers and this program reach the editor; ``here``: where it reaches this house."""

    url: str
    discovery: str
    here: str
    ca_file: str
    token_life: timedelta
    version_every: timedelta
    most_bytes: int

    @property
    def origin(self) -> str:
        """The editor's scheme, host and port, as a content security policy names them."""
        return origin_of(self.url)

    def trusts(self) -> ssl.SSLContext:
        """The authorities of the editor's certificate. Raises :class:`Misconfigured`."""
        try:
            return client_context(self.ca_file)
        except OSError as error:
            raise Misconfigured(f"ca_file cannot be used: {error}") from error


def configured() -> Settings | None:
    """The editor of this installation; None where files are edited elsewhere. Raises :class:`Misconfigured`."""
    return read(settings.EDITING) if settings.EDITING else None


def read(options: Mapping[str, Any]) -> Settings:
    """The options of ``editing.toml``. Raises :class:`Misconfigured`, which names the option."""
    if unknown := sorted(options.keys() - _NUMBERS.keys() - _TEXTS.keys()):
        raise Misconfigured(f"{unknown[0]} is none of {', '.join([*_TEXTS, *_NUMBERS])}")
    texts = {name: _text(options, name) for name in _TEXTS}
    numbers = {name: _number(options, name) for name in _NUMBERS}
    here = texts["here"] or settings.PUBLIC_URL
    for name, address in (("url", texts["url"]), ("here", here)):
        if not is_safe(address) or urlsplit(address).query or "@" in urlsplit(address).netloc:
            raise Misconfigured(f"{name} = {address!r}: write an https:// address (http:// only on this machine)")
    if not texts["discovery"].startswith("/"):
        raise Misconfigured(f"discovery = {texts['discovery']!r}: write the path, beginning with /")
    return Settings(
        url=texts["url"].rstrip("/"),
        discovery=texts["discovery"],
        here=here.rstrip("/"),
        ca_file=texts["ca_file"],
        token_life=timedelta(minutes=numbers["token_minutes"]),
        version_every=timedelta(minutes=numbers["version_minutes"]),
        most_bytes=numbers["most_mb"] * 1024 * 1024,
    )


def _text(options: Mapping[str, Any], name: str) -> str:
    value = options.get(name, _TEXTS[name])
    if not isinstance(value, str):
        raise Misconfigured(f"{name} = {value!r}: write a text")
    return value.strip()


def _number(options: Mapping[str, Any], name: str) -> int:
    least, default, most = _NUMBERS[name]
    value = options.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Misconfigured(f"{name} = {value!r}: write a number from {least} to {most}")
    return value


def origin_of(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
