"""Who may look after the exchange: administrators of the province; who may speak for the other side of a line."""

import hashlib
from urllib.parse import unquote
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.engines.exchange.models import Channel, Incoming, Outgoing, Partner, Refusal
from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.accounts.access import administrator
from motcua.people.accounts.models import Account
from motcua.people.accounts.principals import Principal

SCOPE = "exchange"


def caretaker(request: HttpRequest) -> Account:
    """The administrator who asks. Raises ``NotAllowed``."""
    return administrator(request)


def line_of(request: HttpRequest, asks: Principal) -> Channel:
    """The line over which the other side speaks: that of the token's service. Raises ``NotAllowed``.

    Where the line names a client certificate, the other side must have shown it to the proxy in front of this house.
    """
    channel = None
    if asks.account is None:
        direct = Channel.objects.filter(kind=Channel.Kind.DIRECT, is_active=True)
        channel = direct.filter(service=asks.service).first()
    if channel is None:
        raise NotAllowed(_("No line is set up for this token."), code="line")
    if channel.fingerprint and channel.fingerprint != shown_fingerprint(request):
        raise NotAllowed(_("This line wants its client certificate."), code="client_certificate")
    return channel


def line_of_certificate(request: HttpRequest) -> Channel | None:
    """The line whose client certificate was shown, for one that needs no token beside it."""
    shown = shown_fingerprint(request)
    if not shown:
        return None
    return Channel.objects.filter(kind=Channel.Kind.DIRECT, is_active=True, fingerprint=shown, service="").first()


def shown_fingerprint(request: HttpRequest) -> str:
    """The SHA-256 of the client certificate that the proxy has verified, empty when there is none.

    ``client_certificate_header`` of ``exchange.toml`` names the header in which the proxy passes it, as a fingerprint
    or as a PEM file with escapes (nginx: ``$ssl_client_escaped_cert``). Without that nothing is believed.
    """
    name = settings.EXCHANGE.get("client_certificate_header", "")
    value = request.headers.get(name, "").strip() if name else ""
    if "BEGIN" in value:
        try:
            der = x509.load_pem_x509_certificate(unquote(value).encode()).public_bytes(Encoding.DER)
        except ValueError:
            return ""
        return hashlib.sha256(der).hexdigest()
    plain = value.lower().replace(":", "")
    return plain if len(plain) == 64 else ""


def channel_for(code: str) -> Channel:
    """A line by its code, for who may look after it. Raises ``NotFound``."""
    found = Channel.objects.filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no such line."))
    return found


def partner_for(code: str) -> Partner:
    """A partner by its code, for who may look after it. Raises ``NotFound``."""
    found = Partner.objects.select_related("channel").filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no such partner."))
    return found


def letter_for(letter: UUID) -> Outgoing | Incoming:
    """A message to or from a partner, for who may look after it. Raises ``NotFound``."""
    for kept in (Outgoing.objects, Incoming.objects):
        found = kept.select_related("partner", "file__blob").filter(pk=letter).first()
        if found is not None:
            return found
    raise NotFound(_("No such message was exchanged."))


def refusal_for(refusal: UUID) -> Refusal:
    """A message that was turned away, for who may look after it. Raises ``NotFound``."""
    found = Refusal.objects.select_related("channel").filter(pk=refusal).first()
    if found is None:
        raise NotFound(_("No such message was turned away."))
    return found
