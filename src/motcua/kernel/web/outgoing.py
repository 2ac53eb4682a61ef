"""What the house itself asks of others: which addresses it calls, and whom it believes there."""

import ipaddress
import ssl
from functools import lru_cache
from urllib.parse import urlsplit


def is_safe(url: str) -> bool:
    """Whether an address is HTTPS, or HTTP to this machine itself."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    if parts.scheme != "http":
        return False
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"


@lru_cache(maxsize=64)
def client_context(authorities: str = "", certificate: str = "", key: str = "") -> ssl.SSLContext:
    """The context of a client, made once for the same files: reading whom a system trusts takes longer than asking.

    All three are paths of PEM files: the authorities to trust instead of the system's, a certificate to show, and its
    key where that stands in a file of its own. Files that change count when the program starts anew.
    Raises ``OSError`` where one cannot be used (``ssl.SSLError`` is one).
    """
    context = ssl.create_default_context(cafile=authorities or None)
    if certificate:
        context.load_cert_chain(certificate, key or None)
    return context
