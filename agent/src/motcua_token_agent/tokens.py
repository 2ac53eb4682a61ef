"""The tokens that are plugged in, through PKCS #11: which certificates they hold, and signatures under one PIN."""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11 import exceptions as faults

from motcua_token_agent import modules
from motcua_token_agent.errors import Code, Problem
from motcua_token_agent.questions import Tries

# DigestInfo of SHA-256 (RFC 8017, 9.2 note 1): CKM_RSA_PKCS pads, but does not say which digest it is given.
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
REMOVED = (
    faults.DeviceRemoved,
    faults.TokenNotPresent,
    faults.DeviceError,
    faults.SessionHandleInvalid,
    faults.SessionClosed,
    faults.SlotIDInvalid,
)
WRONG_PIN = (faults.PinIncorrect, faults.PinLenRange, faults.PinInvalid)


class WrongPin(Exception):
    """The token did not take the PIN."""


@dataclass(frozen=True)
class Held:
    """A certificate (DER) on a token; ``others`` are the authorities' certificates beside it."""

    token: Any
    der: bytes
    id: bytes
    others: tuple[bytes, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex), by which a request names it."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def parsed(self) -> x509.Certificate:
        """The certificate, read."""
        return x509.load_der_x509_certificate(self.der)

    @property
    def label(self) -> str:
        """The token's own name."""
        return str(self.token.label).strip()

    @property
    def has_pin_pad(self) -> bool:
        """Whether the PIN is typed on the token itself."""
        return bool(self.token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH)


class Tokens:
    """All tokens of all libraries. Looks anew at each question, for a token may have come or gone."""

    def __init__(self, configured: tuple[str, ...]) -> None:
        self._configured = configured

    def certificates(self) -> list[Held]:
        """Every certificate that is not an authority's. Raises :class:`Problem` when nothing is there to ask."""
        found = self._held(anew=False) or self._held(anew=True)
        if not found:
            raise Problem(Code.NO_CERTIFICATE if self._tokens() else Code.NO_TOKEN)
        return found

    def holding(self, fingerprint: str) -> Held:
        """The certificate of a fingerprint. Raises :class:`Problem` when no token that is plugged in has it."""
        for anew in (False, True):
            for held in self._held(anew=anew):
                if held.fingerprint == fingerprint:
                    return held
        raise Problem(Code.NO_CERTIFICATE if self._tokens() else Code.NO_TOKEN)

    def _held(self, *, anew: bool) -> list[Held]:
        return [held for token in self._tokens(anew=anew) for held in _certificates_on(token)]

    def _tokens(self, *, anew: bool = False) -> list[Any]:
        found = modules.installed(self._configured)
        if not found:
            raise Problem(Code.NO_MODULE, "no PKCS #11 library of a token is installed")
        return [token for module in found for token in _tokens_of(module, anew=anew)]


def tries_left(token: Any) -> Tries:
    """What the token says of its PIN now."""
    flags = token.slot.get_token().flags
    if flags & TokenFlag.USER_PIN_LOCKED:
        return Tries.NONE
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        return Tries.LAST
    return Tries.FEW if flags & TokenFlag.USER_PIN_COUNT_LOW else Tries.ENOUGH


def sign(held: Held, pin: str | None, digests: Sequence[bytes]) -> list[bytes]:
    """One signature for each SHA-256 digest (RSA PKCS #1 v1.5, ECDSA as DER), under one log-in that ends here.

    No PIN: the token has a pad of its own. Raises :class:`WrongPin`, or :class:`Problem` for everything else.
    """
    try:
        with _signed_in(held.token, pin) as session:
            key = _key_of(session, held)
            # A key that wants its PIN for every signature (CKA_ALWAYS_AUTHENTICATE) gets the one of this batch.
            again = {"pin": pin} if pin is not None and _wants_pin_each_time(key) else {}
            return [_signature(key, held, digest, again) for digest in digests]
    except WRONG_PIN as error:
        raise WrongPin from error
    except faults.PinLocked as error:
        raise Problem(Code.PIN_BLOCKED) from error
    except (faults.PinExpired, faults.UserPinNotInitialized) as error:
        raise Problem(Code.PIN_BLOCKED, type(error).__name__) from error
    except faults.FunctionCancelled as error:
        raise Problem(Code.USER_CANCELLED) from error
    except REMOVED as error:
        raise Problem(Code.TOKEN_REMOVED, type(error).__name__) from error
    except faults.PKCS11Error as error:
        raise Problem(Code.FAILED, type(error).__name__) from error


@contextlib.contextmanager
def _signed_in(token: Any, pin: str | None) -> Iterator[Any]:
    session = token.open(user_pin=pkcs11.PROTECTED_AUTH if pin is None else pin)
    try:
        yield session
    finally:
        # A token that is gone cannot be logged out of; whatever went wrong before is what is told.
        with contextlib.suppress(faults.PKCS11Error):
            session.close()


def _tokens_of(module: str, *, anew: bool) -> list[Any]:
    try:
        library = pkcs11.lib(module)
        if anew:
            library.reinitialize()
        slots = library.get_slots(token_present=True)
        tokens = [token for slot in slots if (token := _token_in(slot)) is not None]
    except (faults.PKCS11Error, RuntimeError, OSError):
        return []  # another vendor's library that does not work must not hide the tokens of the others
    return tokens


def _token_in(slot: Any) -> Any | None:
    try:
        token = slot.get_token()
    except faults.PKCS11Error:
        return None
    return token if token.flags & TokenFlag.TOKEN_INITIALIZED else None


def _certificates_on(token: Any) -> list[Held]:
    try:
        with token.open() as session:
            rows = session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
            stored = [(bytes(row[Attribute.VALUE]), bytes(row[Attribute.ID])) for row in rows]
    except faults.PKCS11Error:
        return []
    read = [(der, key, parsed) for der, key in stored if (parsed := _parsed(der)) is not None]
    authorities = tuple(der for der, _key, parsed in read if _is_authority(parsed))
    return [Held(token, der, key, authorities) for der, key, parsed in read if not _is_authority(parsed)]


def _parsed(der: bytes) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        return None


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def check_validity(held: Held, at: float) -> None:
    """Raises :class:`Problem` for a certificate that is not valid now."""
    when = datetime.fromtimestamp(at, UTC)
    if not held.parsed.not_valid_before_utc <= when < held.parsed.not_valid_after_utc:
        raise Problem(Code.CERTIFICATE_EXPIRED)


def _key_of(session: Any, held: Held) -> Any:
    kind = KeyType.RSA if isinstance(held.parsed.public_key(), rsa.RSAPublicKey) else KeyType.EC
    wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.KEY_TYPE: kind}
    keys = list(session.get_objects({**wanted, Attribute.ID: held.id} if held.id else wanted))
    if len(keys) != 1:
        raise Problem(Code.NO_KEY, f"{len(keys)} keys for this certificate")
    return keys[0]


def _signature(key: Any, held: Held, digest: bytes, again: dict[str, str]) -> bytes:
    public = held.parsed.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        signature = bytes(key.sign(SHA256_INFO + digest, mechanism=Mechanism.RSA_PKCS, **again))
    elif isinstance(public, ec.EllipticCurvePublicKey):
        raw = bytes(key.sign(digest, mechanism=Mechanism.ECDSA, **again))
        half = len(raw) // 2
        signature = encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
    else:
        raise Problem(Code.NO_KEY, "neither RSA nor elliptic curve")
    _check(public, signature, digest)
    return signature


def _wants_pin_each_time(key: Any) -> bool:
    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except faults.PKCS11Error:
        return False


def _check(public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, signature: bytes, digest: bytes) -> None:
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        else:
            public.verify(signature, digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    except InvalidSignature as error:
        raise Problem(Code.NO_KEY, "the key does not belong to the certificate") from error
