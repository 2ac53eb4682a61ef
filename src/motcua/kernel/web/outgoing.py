"""Addresses that the house itself calls."""

import ipaddress
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
