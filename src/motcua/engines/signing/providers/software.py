"""The demonstration's provider: keys in files, signed at once without asking anybody."""

from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from motcua.engines.signing import authority
from motcua.engines.signing.keystore import KeyStore
from motcua.engines.signing.providers.interface import (
    Decline,
    Declined,
    Fault,
    Holder,
    Means,
    Outcome,
    ProvidedCertificate,
    Provider,
    Request,
    Signed,
)
from motcua.engines.signing.providers.registry import register

CODE = "software-key"
AUTHORITY = "authority"


def keystore() -> KeyStore:
    """The folder of this installation's demonstration keys."""
    return KeyStore(settings.HOME / "keys")


def authority_certificate(at: datetime) -> bytes:
    """The demonstration authority's certificate, made when there is none yet."""
    store = keystore()
    if store.certificate(AUTHORITY) is None:
        store.save(AUTHORITY, authority.new_authority(at))
    certificate = store.certificate(AUTHORITY)
    assert certificate is not None
    return certificate


def ensure_key(holder: Holder, *, common_name: str, at: datetime) -> None:
    """Give the holder a key and certificate unless there is one."""
    store = keystore()
    authority_certificate(at)
    parent = store.load(AUTHORITY)
    assert parent is not None
    if store.certificate(_name(holder)) is None:
        store.save(_name(holder), authority.issue(parent, common_name=common_name, at=at))


def _name(holder: Holder) -> str:
    return f"{holder.kind}-{holder.id}"


@register(CODE, standing=True)
class SoftwareKeys(Provider):
    """Signs with the files of :func:`keystore`. For demonstrations: every signature says so in its reason."""

    title = _("Demonstration key")
    demonstration = True
    immediate = True

    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        """The holder's one certificate, if it was made."""
        der = keystore().certificate(_name(means.holder))
        return [ProvidedCertificate(der, b"", _name(means.holder))] if der else []

    def start(self, request: Request) -> Outcome:
        """Sign at once."""
        kept = keystore().load(request.key_reference)
        if kept is None:
            detail = f"no key {request.key_reference} in {keystore().folder}"
            return Declined(Decline.FAILED, detail, Fault.NO_KEY)
        algorithm = ECDSA(Prehashed(hashes.SHA256()))
        return Signed(tuple(kept.key.sign(item.digest, algorithm) for item in request.items))

    def poll(self, request: Request, reference: str) -> Outcome:
        """Nothing ever waits here: a request that was not answered at once never reached the key."""
        return Declined(Decline.FAILED, f"no request {reference}", Fault.UNAVAILABLE)

    def cancel(self, request: Request, reference: str) -> None:
        """Nothing ever waits here."""
