"""What a signer has answered is put into the document; or why there is none."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing import asice
from motcua.engines.signing.actions import collect_signed, discard_signed
from motcua.engines.signing.jobs import check_file
from motcua.engines.signing.levels.actions import await_level
from motcua.engines.signing.levels.queries import wanted_level
from motcua.engines.signing.models import SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import not_signed_text
from motcua.kernel.blobs.actions import keep, release, store_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, Refused
from motcua.people.accounts.models import Account
from motcua.people.officers.actors import Actor, require_delegation
from motcua.people.officers.models import Role
from motcua.people.officers.queries import desk_of
from motcua.services.correspondence.access import as_signer
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.delegating import MATTERS
from motcua.services.correspondence.models import DraftVersion, OutgoingAnnex, OutgoingDocument, OutgoingSigning

log = logging.getLogger(__name__)

# Wishes are sent, and answers put in, within minutes; what is older was left behind by a process that died.
LEFT_BEHIND = timedelta(minutes=10)
MOST_LEFT = 100
Act = OutgoingSigning.Act
State = OutgoingSigning.State
PDF = "application/pdf"
_ROLES = {Act.SIGN: Role.LEADER, Act.SEAL: Role.CLERK}


def conclude_signing(transaction_id: UUID, *, at: datetime | None = None, most: int | None = None) -> int:
    """Put what a signer has answered into its documents, each in a transaction of its own; again does nothing.

    ``most`` bounds how many. One that cannot be concluded holds up no other: it waits and is tried again. Returns how
    many were concluded.
    """
    at = at or timezone.now()
    asked = SigningTransaction.objects.get(pk=transaction_id)
    if asked.state == TransactionState.WAITING:
        return 0
    waiting = OutgoingSigning.objects.filter(transaction=asked, state=State.WAITING).order_by("id")
    keys = list(waiting.values_list("pk", flat=True)[:most])
    return sum(each_by_itself(key, partial(_conclude, asked, key, at)) for key in keys)


def _conclude(asked: SigningTransaction, key: UUID, at: datetime) -> None:
    try:
        if asked.state != TransactionState.SIGNED:
            raise Refused(not_signed_text(asked), code="not_signed")
        _put_in(asked, key, at)
    except Refused as refused:
        _void(asked, key, refused.message, at)


def _waiting(key: UUID) -> OutgoingSigning | None:
    rows = OutgoingSigning.objects.filter(pk=key, state=State.WAITING)
    return rows.select_related("office", "asked_by").select_for_update(of=("self",)).first()


@transaction.atomic
def _put_in(asked: SigningTransaction, key: UUID, at: datetime) -> None:
    """Raises ``Refused`` when the document has moved on meanwhile."""
    row = _waiting(key)
    if row is None:
        return
    by = Actor(row.asked_by_id, row.office_id, row.office.name if row.office else "", row.title, row.authority)
    sending = Sending.begin(row.document_id, row.act, by=by, at=at)
    document = sending.document
    if by.authority:
        assert asked.finished_at is not None
        _require_delegation(row, by, document, came=asked.finished_at)
    if document.file_id != row.file_id:
        raise Conflict(_("The document was changed while it was being signed. Look at it and sign it again."))
    annexes: list[StoredFile] = []
    for signed in collect_signed(transaction_id=asked.pk, subject=document.stream):
        if signed.reference == "document":
            name = f"{document.notation.replace('/', '-')}.pdf" if row.act == Act.SEAL else ""
            document.file = _kept(document.file, signed.content, row.asked_by_id, name=name)
        else:
            annex = OutgoingAnnex.objects.select_related("file").get(pk=signed.reference, document=document)
            annexes.append(_sealed(annex, signed.content, row.asked_by_id))
    row.state, row.ended_at = State.DONE, at
    row.save()
    _advance(sending, Act(row.act), annexes)


def _require_delegation(row: OutgoingSigning, by: Actor, document: OutgoingDocument, *, came: datetime) -> None:
    """When the signature came counts, not when it is put in: what was signed on the last day stays signed."""
    desk = desk_of(row.asked_by, came).about(MATTERS)
    if row.act == Act.SIGN:
        desk = as_signer(desk, document)
    require_delegation(desk, by, role=_ROLES.get(Act(row.act), ""))


def _sealed(annex: OutgoingAnnex, content: bytes, by: UUID) -> StoredFile:
    """Put a sealed annex in its place; a container beside the file that it holds, which everybody can open."""
    if annex.file.media_type in {PDF, asice.MEDIA_TYPE}:
        annex.file = _kept(annex.file, content, by)
        annex.save()
        return annex.file
    made = _stored(content, name=f"{annex.file.name}.asice", media_type=asice.MEDIA_TYPE, by=by)
    OutgoingAnnex.objects.create(document_id=annex.document_id, file=made, added_at=annex.added_at)
    return made


def _kept(before: StoredFile | None, content: bytes, by: UUID, *, name: str = "") -> StoredFile:
    """The signed file in place of the one that was sent, its signatures judged by a job; a version's file stays."""
    assert before is not None
    if not DraftVersion.objects.filter(file=before).exists():
        release([before.pk])
    return _stored(content, name=name or before.name, media_type=before.media_type, by=by)


def _stored(content: bytes, *, name: str, media_type: str, by: UUID) -> StoredFile:
    """Keep a signed file; its signatures are judged by a job."""
    made = store_bytes(content, name=name, media_type=media_type, by=by)
    keep([made.pk])
    check_file.defer(file=str(made.pk))
    return made


def _advance(sending: Sending, act: Act, annexes: Sequence[StoredFile]) -> None:
    document = sending.document
    assert document.file is not None
    told = {"file": document.file.blob_id}
    if act == Act.INITIAL:
        sending.tell("initialled", told)
    elif act == Act.SIGN:
        assert sending.by.account is not None
        name = Account.objects.values_list("display_name", flat=True).get(pk=sending.by.account)
        document.state, document.signed_at = OutgoingDocument.State.SIGNED, sending.at
        document.signer_competence = sending.by.authority.partition(" ")[0]
        document.signer_position, document.signer_name = sending.by.title[:100], name[:50]
        sending.tell("signed", told)
    else:
        document.state = OutgoingDocument.State.SEALED
        wanted = wanted_level(sending.at)
        for file in (document.file, *annexes):
            await_level(file=file, subject=document.stream, at=sending.at, wanted=wanted)
        sending.tell(
            "sealed", {**told, "number": document.number, "year": document.year, "notation": document.notation}
        )


@transaction.atomic
def _void(asked: SigningTransaction, key: UUID, why: str, at: datetime) -> None:
    """Note that nothing came of it; the document can be signed again."""
    row = _waiting(key)
    if row is None:
        return
    discard_signed(transaction_id=asked.pk, subject=row.document.stream, at=at)
    row.state, row.detail, row.ended_at = State.VOID, why[:500], at
    row.save()


def conclude_left(*, at: datetime) -> int:
    """Conclude what a signer answered a while ago and nobody put in, because a process died; how many."""
    left = OutgoingSigning.objects.filter(state=State.WAITING, transaction__finished_at__lt=at - LEFT_BEHIND)
    found = left.order_by("transaction_id").values_list("transaction_id", flat=True).distinct()[:MOST_LEFT]
    concluded = [conclude_signing(key, at=at) for key in found if key]
    return sum(concluded)


def each_by_itself(key: UUID, conclude: Callable[[], object]) -> bool:
    """Conclude one signing of several; whether nothing went wrong."""
    try:
        conclude()
    except Exception as error:  # noqa: BLE001 - told to the operator; it waits, and holds up no other
        log.error("conclude_failed", extra={"id": str(key), "error": type(error).__name__})
        return False
    return True


@transaction.atomic
def forget_unsent(*, at: datetime) -> int:
    """Free the documents whose wish never reached a signer because a process died; how many."""
    left = OutgoingSigning.objects.filter(state=State.WAITING, transaction=None, asked_at__lt=at - LEFT_BEHIND)
    return left.update(state=State.VOID, detail=_("The request did not reach the signer."), ended_at=at)
