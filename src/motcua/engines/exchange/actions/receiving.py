"""A message comes in: looked at, judged, kept. What is wrong with it is said at once."""

import hashlib
import logging
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.engines.exchange import edxml, rules
from motcua.engines.exchange.actions.recording import tell
from motcua.engines.exchange.edxml.contents import look_at
from motcua.engines.exchange.edxml.signatures import judge
from motcua.engines.exchange.envelopes import read_envelope
from motcua.engines.exchange.kinds import Form, MessageKind, kinds, of_form
from motcua.engines.exchange.models import Channel, Incoming, Partner, Refusal
from motcua.engines.signing.queries import kept_statements, trusted_authorities
from motcua.kernel.blobs.actions import keep as keep_files
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.errors import Conflict, Refused

log = logging.getLogger(__name__)
LIMITS = edxml.Limits()
_IN_MEMORY = 1024 * 1024


class TurnedAway(Refused):
    """A message that is not taken; sending it again would change nothing."""

    default_code = "message"


class NoRoom(Refused):
    """A message cannot be kept at the moment; it may be sent again."""

    status = 507
    default_code = "storage"


class TooLarge(TurnedAway):
    """A message beyond what is taken."""

    status = 413
    default_code = "too_large"


@dataclass(frozen=True)
class Receipt:
    """What the sender of a message is told, the same however often it sends it."""

    message_id: str
    digest: str


@dataclass(frozen=True)
class _Looked:
    """What a message says of itself."""

    kind: MessageKind
    sender: str
    about: str
    signatures: int


def content_of(chunks: Iterable[bytes]) -> bytes:
    """A message on its way in. Raises :class:`TooLarge` beyond what is taken, without reading further."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > LIMITS.message:
            raise TooLarge(_("The message is larger than %(n)d MB.") % {"n": LIMITS.message // 2**20})
    return bytes(content)


def receive(channel: Channel, content: bytes, *, message_id: str, at: datetime, kind: str = "") -> Receipt:
    """Take a message from a line; the same again gives the same receipt.

    ``kind`` is what the line says it is, if it does. Call it with no transaction open. Raises :class:`TurnedAway` for
    what is not taken (and notes that), :class:`Conflict` for another content under a known name, :class:`NoRoom`.
    """
    digest = hashlib.sha256(content).hexdigest()
    try:
        looked = _look(content, kind)
        partner = _sender(channel, looked)
        known = _known(partner, looked.kind.code, message_id, digest)
        if known is not None:
            return known
        signature = _judged(partner, content, looked, at)
        return _keep(partner, looked, content, Receipt(message_id, digest), signature, at)
    except (TurnedAway, Conflict) as refused:
        _note(channel, message_id, digest, len(content), refused, at)
        raise
    except OSError as error:
        log.exception("exchange_storage_failed")
        raise NoRoom(_("The message cannot be kept at the moment. Please send it again later.")) from error


def _look(content: bytes, kind: str) -> _Looked:
    try:
        if kind and (known := kinds.get(kind)) is not None and known.form is Form.JSON:
            envelope = read_envelope(content)
            if envelope.kind != kind:
                raise TurnedAway(_("The message is of another kind than its address says."), code="kind")
            return _Looked(known, envelope.sender, envelope.about, envelope.signatures)
        return _look_at_edxml(content, kind)
    except edxml.Malformed as malformed:
        text = _("The message cannot be read: %(why)s") % {"why": malformed}
        raise TurnedAway(text, code=malformed.fault.value) from malformed


def _look_at_edxml(content: bytes, kind: str) -> _Looked:
    with ExitStack() as kept:

        def keep() -> IO[bytes]:
            return kept.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))

        parsed = edxml.parse(BytesIO(content), limits=LIMITS, keep=keep)
        message = parsed.message
        form = Form.DOCUMENT if isinstance(message, edxml.Document) else Form.STATUS
        found = of_form(form)
        if found is None or found.code != (kind or found.code):
            raise TurnedAway(_("Messages of this kind are not taken here."), code="kind")
        if isinstance(message, edxml.Document):
            _check_attachments(message, parsed.contents)
    return _Looked(found, message.sender.id, about(message), parsed.signatures)


def about(message: edxml.Message) -> str:
    """The document of which a message speaks, by its ``DocumentId``."""
    if isinstance(message, edxml.Status):
        return message.response_for.document_id or message.response_for.code
    if message.business.kind is edxml.BusinessKind.NEW:
        return message.document_id
    replaced = [each.document_id for each in message.business.replaced]
    # What changes a document may be the answer to one of ours, too.
    own = ("", message.sender.id)
    answered = [each.document_id for each in message.response_for if each.document_id and each.organ_id in own]
    return next(iter([*replaced, *answered, message.business.document_id]), "") or message.document_id


def _check_attachments(message: edxml.Document, contents: tuple[IO[bytes] | None, ...]) -> None:
    looks = ((each, look_at(each, content)) for each, content in zip(message.attachments, contents, strict=True))
    wrong = [f"{each.name}: {look.fault}" for each, look in looks if look.is_refused]
    if wrong:
        text = _("Attachments are not what they say, or cannot be opened safely: %(files)s")
        raise TurnedAway(text % {"files": "; ".join(wrong)[:300]}, code="attachment")


def _sender(channel: Channel, looked: _Looked) -> Partner:
    partner = Partner.objects.filter(code=looked.sender, channel=channel, is_active=True).first()
    if partner is None:
        text = _("“%(code)s” is no partner on this line.") % {"code": looked.sender[:40]}
        raise TurnedAway(text, code="unknown_partner")
    if looked.kind.code not in channel.kinds:
        raise TurnedAway(_("Messages of this kind are not taken here."), code="kind")
    return partner


def _known(partner: Partner, kind: str, message_id: str, digest: str) -> Receipt | None:
    """The receipt of a message that came before, under this name or another."""
    rows = Incoming.objects.filter(partner=partner, kind=kind)
    named = rows.filter(message_id=message_id).values_list("digest", flat=True).first()
    if named is not None and named != digest:
        raise Conflict(_("Another message came under this name."), code="name_reused")
    if named is not None or rows.filter(digest=digest).exists():
        return Receipt(message_id, digest)
    return None


def _judged(partner: Partner, content: bytes, looked: _Looked, at: datetime) -> dict[str, Any]:
    anchors = trusted_authorities()
    signed = judge(content, signatures=looked.signatures, anchors=anchors, at=at, kept=kept_statements)
    if not rules.is_accepted(signed, partner.demands, partner.signers):
        text = _("The signature of the message is not accepted: %(state)s.")
        raise TurnedAway(text % {"state": signed.state}, code="signature")
    return asdict(signed)


def _keep(
    partner: Partner, looked: _Looked, content: bytes, receipt: Receipt, signature: dict[str, Any], at: datetime
) -> Receipt:
    file = store_bytes(content, name="message.xml", media_type="application/xml", by=None)
    try:
        with transaction.atomic():
            keep_files([file.pk])
            row = Incoming.objects.create(
                partner=partner,
                kind=looked.kind.code,
                message_id=receipt.message_id,
                about=looked.about[:200],
                digest=receipt.digest,
                file=file,
                signature=signature,
                next_at=at,
                received_at=at,
            )
            told: dict[str, Any] = {
                "message": row.pk,
                "named": receipt.message_id,
                "message_kind": row.kind,
                "about": row.about,
            }
            told |= {"message_kind": row.kind, "sha256": receipt.digest, "signature": signature["state"]}
            tell(partner.code, "received", at=at, **told)
    except IntegrityError:
        # The same message at the same moment: whoever was first has kept it.
        known = _known(partner, looked.kind.code, receipt.message_id, receipt.digest)
        if known is None:
            raise
        return known
    return receipt


@transaction.atomic
def _note(channel: Channel, message_id: str, digest: str, size: int, refused: Refused, at: datetime) -> None:
    noted = {"code": refused.code, "detail": str(refused)[:500], "size": size, "at": at}
    Refusal.objects.get_or_create(channel=channel, message_id=message_id[:100], digest=digest, defaults=noted)
