"""The sign server (máy chủ ký số tập trung): officers' central keys and offices' seals in an HSM, through PKCS #11.

A section of ``signing.toml``::

    [provincial-hsm]
    kind = "sign-server"
    module = "/usr/lib/softhsm/libsofthsm2.so"
    token_label = "mau-son"            # or token_serial
    pin_file = "/etc/motcua/hsm-pin"   # or pin_variable = "MOTCUA_HSM_PIN"
    chain = "/etc/motcua/issuers.pem"  # certificates between those of the holders and the authority, if any

Keys never leave the HSM: it is given 32 bytes and returns a signature.
"""

import logging
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext_lazy as _
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11 import exceptions as faults

from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.providers.interface import (
    Decline,
    Declined,
    Fault,
    Holder,
    Means,
    Outcome,
    ProvidedCertificate,
    Provider,
    Question,
    Request,
    Signed,
    Unavailable,
)
from motcua.engines.signing.providers.pins import Pin
from motcua.engines.signing.providers.registry import register
from motcua.engines.signing.providers.tokens import WRONG_PIN, Busy, Opened, Token

KIND = "sign-server"
KEY = "key"  # the question which key is the holder's
_BY_ID = "id:"
# DigestInfo of a SHA-256 digest (RFC 8017, 9.2 note 1), which CKM_RSA_PKCS pads and signs.
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")

log = logging.getLogger(__name__)


def usual_label(holder: Holder) -> str:
    """The CKA_LABEL of a holder's key unless another was named when the means was registered."""
    return f"{holder.kind}-{holder.id}"


def label_of(means: Means) -> str:
    """What marks the holder's key and certificate in the HSM: a CKA_LABEL, or ``id:`` and a CKA_ID in hex."""
    return means.values.get(KEY, "") or usual_label(means.holder)


@register(KIND)
class SignServer(Provider):
    """Signs at once with a key in an HSM. The PIN is the server's, so it is the house that asks the holder."""

    title = _("Sign server of the province")
    asks = (
        Question(
            KEY,
            _("Name of the key in the HSM"),
            _("The label of key and certificate, or id: and their number in hexadecimal. Empty: the usual label."),
            r"id:([0-9a-fA-F]{2}){1,64}|(?!id:)[^\x00-\x1f]{0,100}",
        ),
    )
    proof_first = True
    immediate = True

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        path = str(options.get("module", ""))
        label, serial = str(options.get("token_label", "")), str(options.get("token_serial", ""))
        if not path or not Path(path).is_file():
            raise Misconfigured(f"module = {path!r}: write the path of the HSM's PKCS #11 library.")
        if not (label or serial):
            raise Misconfigured("write token_label or token_serial: which token of the HSM holds the keys.")
        self.token = Token(path, label, serial, Pin.from_options(f"{path}#{label}#{serial}", options))
        self._chain = str(options.get("chain", ""))
        if self._chain:
            _issuers(self._chain)

    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        """The holder's certificates whose keys are in the HSM too, the longest valid first."""
        try:
            found = self.token.use(lambda opened: _certificates(opened, label_of(means)))
        except (Busy, Misconfigured, faults.PKCS11Error) as error:
            told = self._told(error)
            raise Unavailable(told.detail, fault=told.fault) from error
        found.sort(key=lambda pair: pair[0].not_valid_after_utc, reverse=True)
        return [
            ProvidedCertificate(certificate.public_bytes(Encoding.DER), self._chain_of(certificate), reference)
            for certificate, reference in found
        ]

    def start(self, request: Request) -> Outcome:
        """Sign at once."""
        digests = [item.digest for item in request.items]
        try:
            return Signed(tuple(self.signatures(request.key_reference, digests)))
        except (Busy, Misconfigured, faults.PKCS11Error) as error:
            return self._told(error)

    def poll(self, request: Request, reference: str) -> Outcome:
        """Nothing ever waits here: a request that was not answered at once never reached the key."""
        return Declined(Decline.FAILED, f"no request {reference}", Fault.UNAVAILABLE)

    def cancel(self, request: Request, reference: str) -> None:
        """Nothing ever waits here."""

    def signatures(self, reference: str, digests: list[bytes]) -> list[bytes]:
        """Signatures of a key over SHA-256 digests. Raises as :meth:`Token.use`."""
        return self.token.use(lambda opened: self._signatures(opened, reference, digests))

    def _signatures(self, opened: Opened, reference: str, digests: list[bytes]) -> list[bytes]:
        key = opened.private_key(*marked(reference))
        sign = _ecdsa if key.key_type is KeyType.EC else _rsa
        # A key may ask for the PIN at every signature (CKA_ALWAYS_AUTHENTICATE), as qualified seals often do.
        pin = self.token.pin.read() if opened.asks_each_time(key) else None
        return [sign(key, digest, pin) for digest in digests]

    def _told(self, error: Exception) -> Declined:
        """What the operator is told, in the log and on the transaction."""
        fault = next((fault for kinds, fault in _FAULTS if isinstance(error, kinds)), Fault.UNAVAILABLE)
        name = self.token.label or self.token.serial
        meaning = _MEANING.get(type(error).__name__, type(error).__name__)
        log.error(
            "sign_server_failed", extra={"token": name, "fault": fault.value, "meaning": meaning, "reason": error}
        )
        return Declined(Decline.FAILED, f"token {name!r}: {meaning} {error}".strip(), fault)

    def _chain_of(self, certificate: x509.Certificate) -> bytes:
        """The certificates above one, as far as they are known and below the self-signed root."""
        chain, child = b"", certificate
        issuers = _issuers(self._chain) if self._chain else {}
        while (parent := issuers.get(child.issuer.public_bytes())) and parent.issuer != parent.subject:
            chain += parent.public_bytes(Encoding.DER)
            child = parent
        return chain


_FAULTS: tuple[tuple[Any, Fault], ...] = (
    (faults.PinLocked, Fault.PIN_BLOCKED),
    (WRONG_PIN, Fault.PIN_WRONG),
    ((faults.NoSuchKey, faults.MultipleObjectsReturned), Fault.NO_KEY),
    ((Misconfigured, faults.MechanismInvalid, faults.KeyTypeInconsistent), Fault.MISCONFIGURED),
    (Busy, Fault.BUSY),
)
_MEANING = {
    "PinIncorrect": "the PIN is wrong.",
    "PinLocked": "the PIN is locked.",
    "NoSuchKey": "it holds no such key.",
    "NoSuchToken": "it is not there.",
    "MultipleObjectsReturned": "it holds several keys of one name.",
    "MultipleTokensReturned": "there are several of this name; write token_serial.",
    "Misconfigured": "",
    "Busy": "other requests kept it too long.",
}


def marked(reference: str) -> tuple[Attribute, bytes | str]:
    """The attribute and value that a label or ``id:…`` stands for. Raises ``ValueError`` for a wrong number."""
    if reference.startswith(_BY_ID):
        return Attribute.ID, bytes.fromhex(reference[len(_BY_ID) :])
    return Attribute.LABEL, reference


def _certificates(opened: Opened, label: str) -> list[tuple[x509.Certificate, str]]:
    attribute, value = marked(label)
    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, attribute: value}
    found = []
    for each in list(opened.session.get_objects(wanted)):
        reference = f"{_BY_ID}{each[Attribute.ID].hex()}" if each[Attribute.ID] else each[Attribute.LABEL]
        try:
            opened.private_key(*marked(reference))
        except faults.NoSuchKey:
            continue
        found.append((x509.load_der_x509_certificate(each[Attribute.VALUE]), reference))
    return found


def _rsa(key: Any, digest: bytes, pin: str | None) -> bytes:
    signature: bytes = key.sign(_SHA256_INFO + digest, mechanism=Mechanism.RSA_PKCS, pin=pin)
    return signature


def _ecdsa(key: Any, digest: bytes, pin: str | None) -> bytes:
    # Raw CKM_ECDSA: not every module digests too (SoftHSM has no CKM_ECDSA_SHA256).
    raw = key.sign(digest, mechanism=Mechanism.ECDSA, pin=pin)
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


@lru_cache(maxsize=16)
def _issuers(path: str) -> dict[bytes, x509.Certificate]:
    """The certificates of a PEM file by their subject. Raises :class:`Misconfigured`."""
    try:
        found = x509.load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise Misconfigured(f"chain = {path!r} is no file of PEM certificates: {error}") from error
    return {each.subject.public_bytes(): each for each in found}
