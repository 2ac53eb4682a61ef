"""A message as it goes out: built by its room and signed once, and kept from then on."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.exchange import config, envelopes
from motcua.engines.exchange.actions.receiving import LIMITS
from motcua.engines.exchange.edxml.signatures import put_signature
from motcua.engines.exchange.kinds import Form, MessageKind, Wanted, kinds
from motcua.engines.exchange.models import Outgoing
from motcua.engines.exchange.transports import Letter
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Refused

SIGNATURE = 64 * 1024  # bytes that are left for it, with its certificates


class Unbuilt(Exception):
    """A message that its room cannot make."""


def letter_of(row: Outgoing) -> Letter:
    """What is carried. Raises :class:`Unbuilt`, ``Refused``, ``NothingToSend``, ``Misconfigured``, ``OSError``."""
    kind = kinds.get(row.kind)
    if kind is None:
        raise Unbuilt(f"no room knows messages of the kind {row.kind}")
    return Letter(str(row.pk), row.kind, kind.form is Form.STATUS, row.sender, _content(row, kind))


def _content(row: Outgoing, kind: MessageKind) -> bytes:
    """The signed message: as it was kept, else built now."""
    if row.file is not None:
        return read_bytes(row.file)
    if kind.build is None:
        raise Unbuilt(f"messages of the kind {kind.code} are not sent by this house")
    signer, now = config.house_signer(timezone.now()), timezone.now()
    built, parent = kind.build(_wanted(row)), "edXMLHeader"
    if kind.form is Form.JSON:
        built, parent = envelopes.write(_envelope(row, built)), ""
    if len(built) > LIMITS.message - SIGNATURE:
        raise Refused(_("The message is larger than %(n)d MB.") % {"n": LIMITS.message // 2**20})
    content = put_signature(
        built, certificate=signer.certificate, chain=signer.chain, sign=signer.sign, at=now, parent=parent
    )
    file = store_bytes(content, name="message.xml", media_type="application/xml", by=None)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        keep([file.pk])
        Outgoing.objects.filter(pk=row.pk).update(file=file, digest=digest)
    row.file, row.digest = file, digest
    return content


def _wanted(row: Outgoing) -> Wanted:
    return Wanted(partner=row.partner.code, kind=row.kind, about=row.about, key=row.key, sender=row.sender)


def _envelope(row: Outgoing, payload: bytes) -> envelopes.Envelope:
    return envelopes.Envelope(row.kind, row.about, row.sender, row.partner.code, payload)
