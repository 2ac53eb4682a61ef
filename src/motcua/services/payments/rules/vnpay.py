"""The messages of VNPay 2.1.0: parameters of a query, signed together. Pure.

HMAC-SHA-512 over the parameters in the order of their names, written as a query (spaces as ``+``), without the fields
of the signature itself. Sums are đồng × 100.
"""

import hmac
from collections.abc import Mapping
from urllib.parse import quote_plus

VERSION = "2.1.0"
SIGNATURE, SIGNATURE_TYPE = "vnp_SecureHash", "vnp_SecureHashType"
PAID = "00"


def query_of(told: Mapping[str, str]) -> str:
    """The parameters as they are signed and sent: in order, without empty ones and the signature's own."""
    signed = sorted((name, value) for name, value in told.items() if name not in (SIGNATURE, SIGNATURE_TYPE) and value)
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in signed)


def signature(told: Mapping[str, str], secret: bytes) -> str:
    """The signature of the parameters in hexadecimal digits."""
    return hmac.digest(secret, query_of(told).encode(), "sha512").hex()


def is_signed(told: Mapping[str, str], secret: bytes) -> bool:
    """Whether the parameters carry the signature made with this secret."""
    given = told.get(SIGNATURE, "").lower()
    return hmac.compare_digest(given.encode(), signature(told, secret).encode())


def address(page: str, told: Mapping[str, str], secret: bytes) -> str:
    """Where the payer is sent."""
    return f"{page}?{query_of(told)}&{SIGNATURE}={signature(told, secret)}"
