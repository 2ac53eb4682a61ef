"""Keys of the sign server: asked for by the operator, certified by an authority."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction
from django.utils.translation import gettext as _
from pkcs11.exceptions import PKCS11Error

from motcua.engines.signing.actions.certificates import check_usage
from motcua.engines.signing.actions.holding import provider_of, refresh_certificates, register_means
from motcua.engines.signing.actions.recording import fingerprint, tell
from motcua.engines.signing.errors import Misconfigured
from motcua.engines.signing.models import SigningCertificate, SigningMeans
from motcua.engines.signing.providers import sign_server_keys
from motcua.engines.signing.providers.interface import Holder
from motcua.engines.signing.providers.sign_server import KEY, SignServer, usual_label
from motcua.engines.signing.providers.tokens import Busy
from motcua.kernel.errors import Refused

Answer = TypeVar("Answer")


def request_certificate(*, provider: str, holder: Holder, algorithm: str, subject: x509.Name, at: datetime) -> bytes:
    """Make a key for a holder in the HSM, unless one waits for its certificate, and return the request (PEM).

    Raises :class:`Refused` for a provider that is no sign server or an HSM that does not answer.
    """
    server, label = _sign_server(provider), usual_label(holder)
    request = _asked(lambda: sign_server_keys.certificate_request(server, label, algorithm=algorithm, subject=subject))
    with transaction.atomic():
        references: dict[str, object] = {"holder": str(holder.id), "provider": provider, "algorithm": algorithm}
        tell("signing.certificate_requested", f"holder:{holder.id}", None, at, references)
    return request


def import_certificate(*, provider: str, holder: Holder, certificate: bytes, at: datetime) -> SigningCertificate:
    """Put an issued certificate (PEM or DER) beside its key, and let the holder sign with it.

    Raises :class:`Refused` for what is no certificate or not meant for signing, belongs to no key of the holder, or
    was withdrawn.
    """
    server, label = _sign_server(provider), usual_label(holder)
    parsed = _parsed(certificate)
    check_usage(parsed.public_bytes(Encoding.DER))
    if not _asked(lambda: sign_server_keys.store_certificate(server, label, parsed)):
        text = _("This certificate belongs to no key that this holder has in the HSM.")
        raise Refused(text, field="certificate", code="other_key")
    known = SigningMeans.objects.filter(
        holder_kind=holder.kind, holder_id=holder.id, provider=provider, values={KEY: ""}, withdrawn_at=None
    ).first()
    if known is None:
        known = register_means(holder=holder, provider=provider, answers={}, by=None, at=at)
    else:
        refresh_certificates(means=known, by=None, at=at)
    rows = known.certificates.filter(fingerprint=fingerprint(parsed.public_bytes(Encoding.DER)), withdrawn_at=None)
    imported = rows.first()
    if imported is None:
        text = _("This certificate was withdrawn here. End its way of signing, then import it once more.")
        raise Refused(text, field="certificate", code="withdrawn")
    return imported


def _sign_server(provider: str) -> SignServer:
    server = provider_of(provider)
    if not isinstance(server, SignServer):
        raise Refused(_("%(provider)s is no sign server.") % {"provider": provider}, field="provider", code="provider")
    return server


def _asked(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    except (Busy, Misconfigured, PKCS11Error) as error:
        raise Refused(_("The signing service does not answer. Try again later."), code="unavailable") from error


def _parsed(certificate: bytes) -> x509.Certificate:
    load = x509.load_pem_x509_certificate if b"-----BEGIN" in certificate else x509.load_der_x509_certificate
    try:
        return load(certificate)
    except ValueError as error:
        raise Refused(_("This file is not a certificate."), field="certificate", code="not_a_certificate") from error
