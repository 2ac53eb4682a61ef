"""Another agency's house asks one of our signers; the signer agrees or refuses, here and in person."""

import base64
import binascii
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from motcua.engines.signing import bare, rules
from motcua.engines.signing.actions.holding import is_usable, provider_of
from motcua.engines.signing.actions.recording import tell
from motcua.engines.signing.actions.signing import DocumentToSign, begin_signing
from motcua.engines.signing.errors import SigningError
from motcua.engines.signing.models import (
    DocumentLevel,
    HolderKind,
    PartnerDocument,
    PartnerRequest,
    SigningCertificate,
    SigningTransaction,
)
from motcua.engines.signing.pades import Stamp
from motcua.kernel.blobs.actions import release
from motcua.kernel.blobs.models import READABLE
from motcua.kernel.errors import Conflict, Refused

FORGOTTEN_AT_ONCE = 1000


class TooManyOpen(Refused):
    """A partner has as many requests unanswered as one may have; the first is over in ``retry_after`` seconds."""

    status = 429
    default_code = "too_many_open"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True)
class PartnerItem:
    """One thing to sign: signed attributes (base64), and what the signer is shown."""

    content: str
    text: str


@transaction.atomic
def receive_request(
    *, service: str, own_key: UUID, certificate: SigningCertificate, items: Sequence[PartnerItem], at: datetime
) -> PartnerRequest:
    """Lay a partner's request before the signer; the same again gives the first one.

    Who may ask for which certificate is asked before (``access``). Raises :class:`Refused` for what is not to be
    signed, :class:`Conflict` for another request under a known name, :class:`TooManyOpen`.
    """
    if not is_usable(certificate, at):
        raise Refused(
            _("This certificate is not valid now or was withdrawn."), field="certificate", code="certificate"
        )
    most = provider_of(certificate.provider).at_once
    if not 0 < len(items) <= most:
        message = _("This signer can be asked for between 1 and %(most)s signatures at once.") % {"most": most}
        raise Refused(message, field="items", code="batch_size")
    for item in items:
        _check(item, certificate)
    asked = [{"content": item.content, "text": item.text} for item in items]
    size = sum(len(item.content) + len(item.text.encode()) for item in items)
    known = PartnerRequest.objects.filter(service=service, own_key=own_key).exists()
    if not known:
        check_room(service, size, at, certificate=certificate)
    values = {
        "certificate": certificate,
        "items": asked,
        "size": size,
        "asked_at": at,
        "expires_at": at + rules.PATIENCE,
    }
    row, created = PartnerRequest.objects.get_or_create(service=service, own_key=own_key, defaults=values)
    if created:
        tell("signing.partner_asked", _stream(row), None, at, {"service": service, "documents": len(items)})
    elif row.items != values["items"] or row.certificate_id != certificate.pk:
        raise Conflict(_("There is another request under this name."), code="key_reused")
    return row


def check_room(service: str, size: int, at: datetime, *, certificate: SigningCertificate | None = None) -> None:
    """Raise :class:`TooManyOpen` when so much of a partner's lies unanswered; what it sends is taken one at a time.

    ``certificate``: what comes is a request to its holder, else a document of one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"signing-partner:{service}"])
    rows = PartnerRequest.objects.filter(service=service, size__gt=0, ended_at=None, transaction=None)
    found = rows.filter(expires_at__gt=at).aggregate(
        all=Count("pk"),
        here=Count("pk", filter=Q(certificate=certificate)),
        bytes=Coalesce(Sum("size"), 0),
        first=Coalesce(Min("expires_at"), at + rules.PATIENCE),
    )
    wait = math.ceil((found["first"] - at).total_seconds())
    if certificate is not None and found["here"] >= rules.PARTNER_OPEN_WITH_ONE:
        message = _(
            "%(most)s requests wait at this signer unanswered. Wait until some are answered, or withdraw some."
        )
        raise TooManyOpen(message % {"most": rules.PARTNER_OPEN_WITH_ONE}, retry_after=wait)
    one_more = certificate is not None and found["all"] >= rules.PARTNER_OPEN
    if one_more or found["bytes"] + size > rules.PARTNER_OPEN_BYTES:
        message = _(
            "Not more than %(most)s requests of together %(megabytes)s MB may wait unanswered in this house. Wait"
            " until some are answered, or withdraw some."
        )
        told = {"most": rules.PARTNER_OPEN, "megabytes": rules.PARTNER_OPEN_BYTES // 2**20}
        raise TooManyOpen(message % told, retry_after=wait)


@transaction.atomic
def forget_requests(*, at: datetime, most: int = FORGOTTEN_AT_ONCE) -> int:
    """Forget texts and documents of requests whose time was over some days ago; returns of how many. The rows stay."""
    old = PartnerRequest.objects.filter(size__gt=0, expires_at__lt=at - rules.PARTNER_KEPT)
    keys = list(old.order_by("expires_at", "id").values_list("pk", flat=True)[:most])
    _forget_documents(keys)
    return PartnerRequest.objects.filter(pk__in=keys).update(items=[], size=0)


def _forget_documents(requests: Sequence[UUID]) -> None:
    documents = PartnerDocument.objects.filter(request__in=requests)
    files = list(documents.order_by("id").values_list("file_id", flat=True))
    documents.delete()
    release(files)


def _check(item: PartnerItem, certificate: SigningCertificate) -> None:
    try:
        content = base64.b64decode(item.content, validate=True)
        bare.prepare(content, certificate=bytes(certificate.der), stamp=Stamp("", certificate.valid_from))
    except (SigningError, binascii.Error, ValueError) as error:
        message = _("“%(title)s” cannot be signed: it is no document's signature with this certificate.")
        raise Refused(message % {"title": item.text}, field="items", code="document") from error


@transaction.atomic
def agree_to_request(*, request_id: UUID, by: UUID, at: datetime) -> SigningTransaction:
    """Begin to sign what a partner asks for; then :func:`ask_signer`, with no transaction open.

    Who may is asked before (``access``). Nothing is signed that the signer could not open. Raises :class:`Conflict`
    when it has ended, :class:`Refused` while a document is not there, and as :func:`begin_signing`.
    """
    row = open_request(request_id, at)
    if not all_can_be_opened(row):
        message = _("Not every document of this request can be opened yet. Nothing is signed that you could not read.")
        raise Refused(message, code="not_here")
    stamp = Stamp("", at)
    documents = [
        DocumentToSign(base64.b64decode(item["content"]), _stream(row), item["text"], stamp, format="bare")
        for item in row.items
    ]
    is_seal = row.certificate.holder_kind == HolderKind.OFFICE
    level = DocumentLevel.SEAL if is_seal else DocumentLevel.DECISION
    row.transaction = begin_signing(certificate=row.certificate, documents=documents, by=by, at=at, level=level)
    row.save(update_fields=["transaction"])
    return row.transaction


@transaction.atomic
def refuse_request(*, request_id: UUID, by: UUID | None, at: datetime) -> None:
    """Refuse what a partner asks for; ``by`` none is the partner, who withdraws it. Raises :class:`Conflict`.

    What is withdrawn is given up, so that whoever asks and withdraws again and again does not fill the house: the
    texts at once, the files with the sweep of the night, once they are two days old (``blobs.actions.sweep``).
    """
    row = open_request(request_id, at)
    row.ended_at, row.withdrawn = at, by is None
    if row.withdrawn:
        _forget_documents([row.pk])
        row.items, row.size = [], 0
    row.save(update_fields=["ended_at", "withdrawn", "items", "size"])
    kind = "signing.partner_withdrew" if row.withdrawn else "signing.partner_refused"
    tell(kind, _stream(row), by, at, {"service": row.service})


def all_can_be_opened(row: PartnerRequest) -> bool:
    """Whether each document of a request is here, and neither held by the virus scanner nor found infected."""
    return row.documents.filter(file__blob__scan_state__in=READABLE).count() == len(row.items)


def open_request(request_id: UUID, at: datetime) -> PartnerRequest:
    """A request that waits for its signer, locked. Raises :class:`Conflict` for one that has ended."""
    rows = PartnerRequest.objects.select_related("certificate__means").select_for_update(of=("self",))
    row = rows.filter(pk=request_id, ended_at=None, transaction=None, expires_at__gt=at).first()
    if row is None:
        raise Conflict(_("This request has already ended."))
    return row


def _stream(row: PartnerRequest) -> str:
    return f"signing-request:{row.pk}"
