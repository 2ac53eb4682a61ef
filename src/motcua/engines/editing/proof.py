"""Proof that a request comes from the configured editor: WOPI proof keys, RSA over token, address and time."""

import base64
import binascii
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

AGE = timedelta(minutes=20)
AHEAD = timedelta(minutes=5)  # clocks of two machines
LEAST_BITS = 2048
_FIRST = datetime(1, 1, 1, tzinfo=UTC)  # of the ticks of 100 nanoseconds in which the time is told
_MOST_DIGITS = 19


@dataclass(frozen=True)
class Keys:
    """The editor's public keys: the present one, and the one before it where there was one."""

    current: RSAPublicKey
    old: RSAPublicKey | None = None


@dataclass(frozen=True)
class Proof:
    """What came with a request: token, address, and the headers ``X-WOPI-TimeStamp``, ``-Proof`` and ``-ProofOld``.

    ``address`` is the one that the editor called, with the query as it was sent.
    """

    token: str
    address: str
    ticks: str
    signature: str
    old_signature: str = ""


def holds(proof: Proof, keys: Keys, *, at: datetime) -> bool:
    """Whether the request is signed by the editor, and not older than twenty minutes.

    The editor signs with its present key and with the one before; while keys change, either side may know the newer
    one first. So the present signature may be of either key, the old one only of the present key.
    """
    if not (proof.ticks.isascii() and proof.ticks.isdecimal() and len(proof.ticks) <= _MOST_DIGITS):
        return False
    ticks = int(proof.ticks)
    if ticks >= 2**63 or not _is_fresh(ticks, at):
        return False
    what = signed_bytes(proof.token, proof.address, ticks)
    return any(_verifies(key, signature, what) for key, signature in _pairs(proof, keys))


def _pairs(proof: Proof, keys: Keys) -> Iterator[tuple[RSAPublicKey, str]]:
    yield keys.current, proof.signature
    yield keys.current, proof.old_signature
    if keys.old is not None:
        yield keys.old, proof.signature


def signed_bytes(token: str, address: str, ticks: int) -> bytes:
    """What the editor signs: token, address in capitals and time, each after its length."""
    parts = (token.encode(), address.upper().encode(), struct.pack(">q", ticks))
    return b"".join(struct.pack(">i", len(part)) + part for part in parts)


def ticks_of(at: datetime) -> int:
    """A moment in ticks."""
    since = at - _FIRST
    return (since.days * 86400 + since.seconds) * 10_000_000 + since.microseconds * 10


def _is_fresh(ticks: int, at: datetime) -> bool:
    return ticks_of(at - AGE) <= ticks <= ticks_of(at + AHEAD)


def _verifies(key: RSAPublicKey, signature: str, what: bytes) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), what, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def key_of(modulus: str, exponent: str) -> RSAPublicKey:
    """A key as published: modulus and exponent in base64. Raises ``ValueError``, also for a short one."""
    try:
        number, power = (int.from_bytes(base64.b64decode(text, validate=True)) for text in (modulus, exponent))
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if number.bit_length() < LEAST_BITS:
        raise ValueError(f"a key of {number.bit_length()} bits")
    return RSAPublicNumbers(power, number).public_key()
