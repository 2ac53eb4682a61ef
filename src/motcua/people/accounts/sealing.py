"""Secrets at rest: what must be read again is encrypted, what must only be recognised is a keyed digest."""

import base64
import hashlib
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import salted_hmac

__all__ = ["InvalidToken", "digest_of", "identity_hash", "keyed_digest", "seal", "unseal"]


@cache
def _box(secret: str) -> Fernet:
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"motcua.accounts.sealing").derive(
        secret.encode()
    )
    return Fernet(base64.urlsafe_b64encode(key))


def seal(data: bytes) -> bytes:
    """Encrypt under the installation's secret key."""
    return _box(settings.SECRET_KEY).encrypt(data)


def unseal(data: bytes | memoryview) -> bytes:
    """Decrypt what :func:`seal` made. Raises :class:`InvalidToken` for anything else."""
    return _box(settings.SECRET_KEY).decrypt(bytes(data))


def digest_of(key: str) -> str:
    """SHA-256 of a long random key, as stored in place of the key."""
    return hashlib.sha256(key.encode()).hexdigest()


def keyed_digest(value: str, *, purpose: str) -> str:
    """HMAC-SHA-256 under the secret key, for values so short that a plain digest could be guessed back."""
    return salted_hmac(f"motcua.accounts.{purpose}", value, algorithm="sha256").hexdigest()


def identity_hash(identity_number: str) -> str:
    """How an identity number (số định danh) is recognised where the number itself must not be stored."""
    return keyed_digest(identity_number.strip(), purpose="identity")
