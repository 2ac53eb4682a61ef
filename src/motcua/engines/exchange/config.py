"""What ``exchange.toml`` says: the folder of secrets, and the key with which this house signs its messages.

Secrets never stand in the database: a line names a file of the folder.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from django.conf import settings

from motcua.engines.exchange.secret_files import SecretFolder
from motcua.engines.signing.authority import issue
from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.providers.software import AUTHORITY, authority_certificate, keystore

_HOUSE = "exchange"


@dataclass(frozen=True)
class HouseSigner:
    """The certificate of this house for messages (DER), its intermediate ones, and what signs a SHA-256 digest."""

    certificate: bytes
    chain: bytes
    sign: Callable[[bytes], bytes]


def secrets() -> SecretFolder:
    """Where secrets stand (``secrets`` of ``exchange.toml``, default ``MOTCUA_HOME/exchange``)."""
    return SecretFolder(Path(settings.EXCHANGE.get("secrets", settings.HOME / "exchange")))


def house_signer(at: datetime) -> HouseSigner:
    """The key of ``exchange.toml`` (``certificate_file`` with its chain, ``key_file``); else that of a demonstration.

    Raises :class:`Misconfigured`.
    """
    options = settings.EXCHANGE
    if "certificate_file" in options or "key_file" in options:
        files = [Path(str(options.get(name, ""))) for name in ("certificate_file", "key_file")]
        try:
            return _from_files(*(file.read_bytes() for file in files))
        except (OSError, ValueError, TypeError) as error:
            raise Misconfigured(f"exchange.toml: certificate_file or key_file cannot be used: {error}") from error
    if not settings.DEMONSTRATION_KEYS:
        raise Misconfigured("exchange.toml names no certificate_file and key_file: messages cannot be signed")
    return _demonstration(at)


def own_fingerprint(at: datetime) -> str:
    """The SHA-256 of the certificate with which this house signs; empty where none is set up."""
    try:
        return hashlib.sha256(house_signer(at).certificate).hexdigest()
    except Misconfigured:
        return ""


def _demonstration(at: datetime) -> HouseSigner:
    store = keystore()
    authority_certificate(at)
    kept = store.load(_HOUSE)
    if kept is None:
        parent = store.load(AUTHORITY)
        assert parent is not None
        store.save(_HOUSE, issue(parent, common_name=settings.INSTALLATION_NAME[:64], at=at))
        kept = store.load(_HOUSE)  # of whoever was faster
    assert kept is not None
    return HouseSigner(kept.certificate, b"", _signing(kept.key))


@lru_cache(maxsize=4)
def _from_files(certificates: bytes, key_pem: bytes) -> HouseSigner:
    found = [each.public_bytes(Encoding.DER) for each in x509.load_pem_x509_certificates(certificates)]
    key = load_pem_private_key(key_pem, None)
    own = x509.load_der_x509_certificate(found[0]).public_key()
    if own != key.public_key():
        raise ValueError("the key is not that of the certificate")
    return HouseSigner(found[0], b"".join(found[1:]), _signing(key))


def _signing(key: object) -> Callable[[bytes], bytes]:
    algorithm = Prehashed(hashes.SHA256())
    if isinstance(key, rsa.RSAPrivateKey):
        return lambda digest: key.sign(digest, padding.PKCS1v15(), algorithm)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return lambda digest: key.sign(digest, ec.ECDSA(algorithm))
    raise ValueError("the key is neither RSA nor ECDSA")
