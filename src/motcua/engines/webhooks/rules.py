"""Pure rules of webhooks: which kinds are offered, what a message holds, how it is signed, where it may go."""

import base64
import hmac
import ipaddress
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

SECRET_PREFIX = "whsec_"  # noqa: S105 - a mark, not a secret
# People write these: a sentence may hold a name, and a message to another system holds nothing personal.
WRITTEN = frozenset({"note", "reason", "items"})
FAMILIES = ("dossier", "procedure")


def unknown_kinds(kinds: Iterable[str]) -> list[str]:
    """Those that are offered to nobody. A kind is ``dossier.accepted``, or ``dossier.*`` for its family."""
    return [kind for kind in kinds if kind.partition(".")[0] not in FAMILIES or not _well_formed(kind)]


def _well_formed(kind: str) -> bool:
    name = kind.partition(".")[2]
    return name == "*" or (name.isascii() and name.replace("_", "").isalpha())


def wants(kinds: Collection[str], kind: str) -> bool:
    """Whether a subscription to ``kinds`` hears of ``kind``."""
    return kind in kinds or f"{kind.partition('.')[0]}.*" in kinds


def told(references: Mapping[str, Any]) -> dict[str, Any]:
    """The references without what people have written."""
    return {name: value for name, value in references.items() if name not in WRITTEN}


def signature(secret: bytes, *, message_id: str, timestamp: int, body: bytes) -> str:
    """``v1,BASE64`` as Standard Webhooks 1.0 has it: HMAC-SHA-256 over ``id.timestamp.body``."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()


def as_text(secret: bytes) -> str:
    """The secret as it is handed over, once."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def is_web_address(url: str) -> bool:
    """Whether a URL is absolute, http or https, and carries no user name, password or fragment."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return False
    plain = parts.username is None and parts.password is None and not parts.fragment
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain and url.isascii() and url.isprintable()


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not this machine, not the inner network."""
    known: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return known.is_global and not known.is_multicast
