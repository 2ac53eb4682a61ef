"""The keys and certificates of a simulated service: an authority of its own, one key for all of its signers."""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from motcua.engines.signing.authority import usage

AUTHORITY_NAME = "motcua - Chứng thư mô phỏng"
DAYS = 3650


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Identity:
    """Keys of an authority, of its signers and of somebody else; certificates begin at ``since``.

    A certificate follows from keys, moment, name and number alone: started again with the same keys, a service has the
    same.
    """

    since: datetime
    authority_key: rsa.RSAPrivateKey = field(default_factory=_new_key)
    key: rsa.RSAPrivateKey = field(default_factory=_new_key)
    other_key: rsa.RSAPrivateKey = field(default_factory=_new_key)

    @classmethod
    def kept(cls, folder: Path, *, now: datetime) -> "Identity":
        """The identity of a folder (0700), made at the first start; its keys are not encrypted."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        since = folder / "since"
        if not since.exists():
            made = cls(now)
            for name in ("authority_key", "key", "other_key"):
                write_privately(folder / f"{name}.pem", _pem(getattr(made, name)))
            write_privately(since, now.isoformat().encode())
        keys = {name: _loaded(folder / f"{name}.pem") for name in ("authority_key", "key", "other_key")}
        return cls(datetime.fromisoformat(since.read_text()), **keys)

    @property
    def authority(self) -> bytes:
        """The authority's own certificate (DER)."""
        return self._issue(AUTHORITY_NAME, self.authority_key, authority=True)

    def certificate(self, name: str, *, number: str = "", other: bool = False) -> bytes:
        """The certificate (DER) of a signer, with its ``number`` (``CCCD:…``, ``MST:…``) if any; ``other`` is one of
        the same name with another key.
        """
        return self._issue(name, self.other_key if other else self.key, authority=False, number=number)

    def sign(self, digest: bytes, *, wrong: bool = False) -> bytes:
        """A signature (PKCS #1 v1.5) over a SHA-256 digest; ``wrong`` is one over something else."""
        signed = hashlib.sha256(digest).digest() if wrong else digest
        return self.key.sign(signed, PKCS1v15(), Prehashed(hashes.SHA256()))

    def _issue(self, name: str, key: rsa.RSAPrivateKey, *, authority: bool, number: str = "") -> bytes:
        granted = ("key_cert_sign", "crl_sign") if authority else ("digital_signature", "content_commitment")
        may = usage(**dict.fromkeys(granted, True))
        subject = _named(name, number)
        serial = hashlib.sha256(f"{name}\0{key.public_key().public_numbers().n}".encode()).digest()[:16]
        builder = x509.CertificateBuilder(
            issuer_name=_named(AUTHORITY_NAME),
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=int.from_bytes(serial, "big") >> 1,
            not_valid_before=self.since - timedelta(minutes=5),
            not_valid_after=self.since + timedelta(days=DAYS),
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        builder = builder.add_extension(may, critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.authority_key.public_key())
        builder = builder.add_extension(issuer, critical=False)
        return builder.sign(self.authority_key, hashes.SHA256()).public_bytes(Encoding.DER)


def _named(name: str, number: str = "") -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "motcua - mô phỏng")
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")
    held = [x509.NameAttribute(NameOID.USER_ID, number)] if number else []
    return x509.Name([country, organisation, x509.NameAttribute(NameOID.COMMON_NAME, name), *held])


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _loaded(path: Path) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def write_privately(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
