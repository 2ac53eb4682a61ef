"""Keys in files, encrypted, in ``MOTCUA_HOME/keys``: good enough to show the system, never to sign in earnest."""

import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from motcua.engines.signing.authority import Issued


@dataclass(frozen=True)
class KeyStore:
    """A folder (0700) of encrypted keys and their certificates; the passphrase is made at first use (0600)."""

    folder: Path

    def load(self, name: str) -> Issued | None:
        """The key and certificate kept under ``name``, if any."""
        kept = self._read(name)
        return Issued(_decrypted(kept[0], self._passphrase()), kept[1]) if kept else None

    def certificate(self, name: str) -> bytes | None:
        """The certificate (DER) kept under ``name``, without touching the key."""
        kept = self._read(name)
        return kept[1] if kept else None

    def save(self, name: str, issued: Issued) -> None:
        """Keep a key and its certificate, unless another process was faster: one file, so that they always match."""
        encryption = BestAvailableEncryption(self._passphrase())
        pem = issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
        certificate = x509.load_der_x509_certificate(issued.certificate).public_bytes(Encoding.PEM)
        _write(self.folder / f"{name}.pem", pem + certificate)

    def _read(self, name: str) -> tuple[bytes, bytes] | None:
        path = self.folder / f"{name}.pem"
        if not path.exists():
            return None
        key, mark, certificate = path.read_bytes().partition(b"-----BEGIN CERTIFICATE-----")
        return key, x509.load_pem_x509_certificate(mark + certificate).public_bytes(Encoding.DER)

    def _passphrase(self) -> bytes:
        path = self.folder / "passphrase"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, secrets.token_urlsafe(32).encode())
        return path.read_bytes()


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads; the first writer wins."""
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    try:
        os.link(scratch, path)
    except FileExistsError:
        pass
    finally:
        scratch.unlink()


@lru_cache(maxsize=256)
def _decrypted(pem: bytes, passphrase: bytes) -> EllipticCurvePrivateKey:
    # Decrypting and checking a key costs some 100 ms; which certificate may be used is asked anew each time.
    key = load_pem_private_key(pem, passphrase)
    assert isinstance(key, EllipticCurvePrivateKey)
    return key
