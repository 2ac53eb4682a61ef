"""Tokens of SoftHSM: what a USB token or an HSM holds, behind the same PKCS #11 module for every test of a run.

Keys are made here and imported, in a process of its own: a process that has the module loaded does not see tokens that
come later until it loads it anew, and a test's own sessions must not be closed by another's set-up. So ask for all the
tokens a test needs before the module is loaded.
"""

import base64
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.engines.signing import filling
from tests.programs import needed

ROOT = Path(__file__).parents[3]
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True)
class TokenKey:
    """A key on a token: key pair and certificate (DER, issued by ``factories.demo_authority``) share label and id."""

    label: str
    id: bytes
    certificate: bytes


@dataclass(frozen=True)
class Token:
    """An initialised token with its PINs and keys."""

    label: str
    pin: str
    so_pin: str
    keys: tuple[TokenKey, ...]

    def key(self, label: str) -> TokenKey:
        return next(key for key in self.keys if key.label == label)


class SoftHSM:
    """The module and the folder of its tokens. ``environment`` makes another process see them."""

    def __init__(self, module: Path, folder: Path) -> None:
        self.module = module
        self.configuration = folder / "softhsm2.conf"
        (folder / "tokens").mkdir()
        lines = [f"directories.tokendir = {folder}/tokens", "objectstore.backend = file", "log.level = ERROR"]
        self.configuration.write_text("\n".join(lines) + "\n")
        self._numbers = itertools.count(1)

    @property
    def environment(self) -> dict[str, str]:
        return {"SOFTHSM2_CONF": str(self.configuration)}

    def new_token(
        self,
        holder: str,
        *,
        at: datetime,
        kinds: tuple[str, ...] = ("rsa", "ec"),
        days: int = 1095,
        label: str = "",
        pin: str = "246810",
        user_ids: Sequence[str] = (),
    ) -> Token:
        """A further token with a key and certificate of each kind (RSA-2048, P-256), labelled by its kind.

        ``user_ids`` as in :func:`issued`.
        """
        label = label or f"token-{next(self._numbers)}"
        token = Token(label, pin, so_pin="13579135", keys=())
        self._run("softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", token.so_pin)
        made = [_made(kind, number, holder, at, days, user_ids) for number, kind in enumerate(kinds, 1)]
        objects = [
            {
                "label": key.label,
                "id": key.id.hex(),
                "key": base64.b64encode(
                    private.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
                ).decode(),
                "certificate": base64.b64encode(key.certificate).decode(),
            }
            for private, key in made
        ]
        task = {"module": str(self.module), "label": label, "pin": pin, "objects": objects}
        self._run(sys.executable, "-m", filling.__name__, stdin=json.dumps(task))
        return Token(label, pin, token.so_pin, tuple(key for _private, key in made))

    def remove(self, token: Token) -> None:
        """Pull the token out for good."""
        self._run("softhsm2-util", "--delete-token", "--token", token.label)

    def _run(self, *command: str, stdin: str = "") -> None:
        environment = os.environ | self.environment
        done = subprocess.run(
            command, input=stdin, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def _made(
    kind: str, number: int, holder: str, at: datetime, days: int, user_ids: Sequence[str]
) -> tuple[PrivateKey, TokenKey]:
    private: PrivateKey = (
        rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    )
    return private, TokenKey(
        kind, bytes([number]), issued(private.public_key(), holder, at=at, days=days, user_ids=user_ids)
    )


def issued(key: PublicKey, common_name: str, *, at: datetime, days: int, user_ids: Sequence[str] = ()) -> bytes:
    """A certificate (DER) of the demonstration authority for a key of either kind, for signing documents.

    ``user_ids`` are attributes UID of its subject, such as ``CCCD:001099000001``.
    """
    from tests.engines.signing.factories import demo_authority

    authority = demo_authority()
    parent = x509.load_der_x509_certificate(authority.certificate)
    flags = ["key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"]
    usage = dict.fromkeys([*flags, "encipher_only", "decipher_only"], False)
    names = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    names += [x509.NameAttribute(NameOID.USER_ID, each) for each in user_ids]
    builder = (
        x509.CertificateBuilder()
        .issuer_name(parent.subject)
        .subject_name(x509.Name(names))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHSM]:
    """SoftHSM with no token yet; this process sees its tokens too."""
    module = next((Path(name) for name in MODULES if Path(name).exists()), None)
    needed("softhsm2-util", "softhsm2")
    assert module is not None, "SoftHSM is installed without its module"
    hsm = SoftHSM(module, tmp_path_factory.mktemp("softhsm"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in hsm.environment.items():
            patch.setenv(name, value)
        yield hsm
