"""What another agency's house lays before our signer to read: the very files whose signatures it asks for."""

import base64
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.signing import bare, rules
from motcua.engines.signing.actions.partners import check_room, open_request
from motcua.engines.signing.models import PartnerDocument, PartnerRequest
from motcua.kernel.blobs.actions import keep, store
from motcua.kernel.errors import NotFound, Refused

if TYPE_CHECKING:
    from django.core.files.base import File


def take_document(*, request: PartnerRequest, position: int, uploaded: "File[bytes]", at: datetime) -> None:
    """Lay a document of a request before its signer; a second one changes nothing.

    Whose request it is is asked before (``access``). Raises :class:`NotFound` for a position that the request does not
    have, :class:`Conflict` when the request has ended, :class:`TooManyOpen`, and :class:`Refused` for a file that is
    not the one to be signed, is too large, or is refused as any upload is (``blobs.actions.store``).
    """
    if not 0 <= position < len(request.items):
        raise NotFound(_("There is no such document."))
    if _is_there(request, position):
        return
    _check(uploaded, request.items[position])
    with transaction.atomic():  # what has no room, or no request any more, never reaches the disk
        check_room(open_request(request.pk, at).service, uploaded.size, at)
    stored = store(uploaded, name=f"van-ban-{position + 1}.pdf", by=None)
    from motcua.engines.signing.jobs import check_file  # which calls the actions of this package

    with transaction.atomic():
        row = open_request(request.pk, at)
        if _is_there(row, position):
            return
        check_room(row.service, stored.size, at)
        PartnerDocument.objects.create(request=row, position=position, file=stored)
        keep([stored.pk])
        check_file.defer(file=str(stored.pk))
        row.size += stored.size
        row.save(update_fields=["size"])


def _is_there(request: PartnerRequest, position: int) -> bool:
    return request.documents.filter(position=position).exists()


def _check(uploaded: "File[bytes]", item: dict[str, str]) -> None:
    if uploaded.size > rules.PARTNER_DOCUMENT_BYTES:
        message = _("“%(title)s” is larger than %(megabytes)s MB.")
        told = {"title": item["text"], "megabytes": rules.PARTNER_DOCUMENT_BYTES // 2**20}
        raise Refused(message % told, field="file", code="too_large")
    if not bare.belongs(uploaded.read(), base64.b64decode(item["content"])):
        message = _("The file is not the document “%(title)s” for which a signature is asked.")
        raise Refused(message % {"title": item["text"]}, field="file", code="document")
