"""The agency makes certified electronic copies of what it has issued: sao y, sao lục, trích sao.

Each bears a text seal (Decree 30/2020, annex I, II.8) given by the agency's key, in the same three transactions as
other signatures.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing.actions import DocumentToSign, ask_signer, begin_signing, collect_signed, discard_signed
from motcua.engines.signing.copies import with_copy_place
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.jobs import check_file
from motcua.engines.signing.levels.actions import await_level
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate, SigningTransaction
from motcua.engines.signing.models import TransactionState as Answer
from motcua.engines.signing.outcomes import not_signed_text
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.text_seals import CopyKind, copy_lines
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.services.dossiers.actions.results import PDF
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import ResultCopy, ResultDocument
from motcua.services.dossiers.moves import Move

# Stand in the signed file for ever, so they are Vietnamese whatever language the clerk's screen has.
_REASONS = {CopyKind.SAO_Y: "Sao y", CopyKind.SAO_LUC: "Sao lục", CopyKind.TRICH_SAO: "Trích sao"}
State = ResultCopy.State


@dataclass(frozen=True)
class Copying:
    """Which copy of a result is wanted: of the whole, of its certified copy ``source``, or of ``pages``.

    ``seen_version``: the version of the dossier that was looked at; none where nobody saw a page.
    """

    result: UUID
    kind: CopyKind
    pages: str = ""
    source: UUID | None = None
    seen_version: int | None = None


def copy_result(
    dossier: UUID, wanted: Copying, *, certificate: SigningCertificate, by: Actor, at: datetime | None = None
) -> ResultCopy:
    """Have a copy sealed, at once or when the signer has confirmed (state ``waiting``).

    Raises ``NotFound`` for a result that is not issued, ``NotAllowed`` for another's certificate, ``Refused`` for
    pages that are not there, ``Conflict`` while another copy of the same result waits, or when the dossier has moved
    since it was looked at.
    """
    at = at or timezone.now()
    copy = _begin(dossier, wanted, certificate, by, at)
    asked = ask_signer(copy.transaction, at=at)
    conclude_copies(asked, at=at)
    copy.refresh_from_db()
    if copy.state == State.VOID:
        raise Refused(copy.detail, code="not_signed")
    return copy


@transaction.atomic
def _begin(dossier: UUID, wanted: Copying, certificate: SigningCertificate, by: Actor, at: datetime) -> ResultCopy:
    assert by.account is not None
    move = Move.begin(dossier, by=by, at=at, seen_version=wanted.seen_version)
    issued = ResultDocument.objects.filter(dossier=dossier, state=ResultDocument.State.SEALED)
    result = issued.select_related("file", "office").filter(pk=wanted.result).first()
    if result is None:
        raise NotFound(_("There is no such issued result."))
    if (certificate.holder_kind, certificate.holder_id) != (HolderKind.OFFICE, result.office_id):
        raise NotAllowed(_("This certificate is not the agency's."), code="certificate")
    source = _source(result, wanted)
    file = source.file if source else result.file
    assert file is not None
    try:
        original = read_bytes(file)
        content, field = with_copy_place(original, wanted.kind, pages=wanted.pages)
    except Unsignable as error:
        text = _("This cannot be copied so: %(reason)s.") % {"reason": error}
        raise Refused(text, field="pages" if error.code == "pages" else "kind", code=error.code) from error
    lines = copy_lines(wanted.kind, agency=result.office.name, number="", at=at)
    document = DocumentToSign(
        content=content,
        subject=move.row.stream,
        title=f"{move.row.code} – {_REASONS[wanted.kind]}: {result.name}",
        stamp=Stamp(field, at, reason=_REASONS[wanted.kind], lines=lines),
        reference=str(result.pk),
    )
    if ResultCopy.objects.filter(result=result, state=State.WAITING).exists():
        raise Conflict(_("A copy of this document is being sealed already."), code="being_sealed")
    begun = begin_signing(
        certificate=certificate, documents=[document], by=by.account, at=at, level=DocumentLevel.COPY
    )
    return ResultCopy.objects.create(
        result=result,
        kind=wanted.kind,
        pages=wanted.pages[:60] if wanted.kind is CopyKind.TRICH_SAO else "",
        source=source,
        transaction=begun,
        asked_by_id=by.account,
        office_id=by.office or result.office_id,
        title=by.title,
        asked_at=at,
    )


def _source(result: ResultDocument, wanted: Copying) -> ResultCopy | None:
    """The certified copy that is copied further. Raises ``Refused`` without one."""
    if wanted.kind is not CopyKind.SAO_LUC:
        return None
    made = ResultCopy.objects.select_related("file").filter(result=result, kind=CopyKind.SAO_Y, state=State.DONE)
    source = made.filter(pk=wanted.source).first() if wanted.source else None
    if source is None:
        raise Refused(_("Choose the certified copy that is copied further."), field="source", code="source")
    return source


def conclude_copies(asked: SigningTransaction, *, at: datetime) -> None:
    """Keep the copy that a signer has sealed, or note why there is none; again does nothing."""
    if asked.state == Answer.WAITING:
        return
    waiting = ResultCopy.objects.filter(transaction=asked, state=State.WAITING)
    for key in list(waiting.values_list("pk", flat=True)):
        _conclude(asked, key, at)


@transaction.atomic
def _conclude(asked: SigningTransaction, key: UUID, at: datetime) -> None:
    locked = ResultCopy.objects.select_for_update(of=("self",)).select_related("result", "office")
    copy = locked.filter(pk=key, state=State.WAITING).first()
    if copy is None:
        return
    copy.ended_at = at
    if asked.state != Answer.SIGNED:
        copy.state, copy.detail = State.VOID, not_signed_text(asked)[:500]
        discard_signed(transaction_id=asked.pk, references=[str(copy.result_id)], at=at)
        copy.save()
        return
    (signed,) = collect_signed(transaction_id=asked.pk)
    copy.file = store_bytes(signed.content, name=_name(copy), media_type=PDF, by=copy.asked_by_id)
    keep([copy.file.pk])
    check_file.defer(file=str(copy.file.pk))
    copy.state = State.DONE
    copy.save()
    by = Actor(account=copy.asked_by_id, office=copy.office_id, office_name=copy.office.name, title=copy.title)
    move = Move.begin(copy.result.dossier_id, by=by, at=at)
    await_level(file=copy.file, subject=move.row.stream, at=at, of=[DocumentLevel.COPY])
    move.tell(
        "dossier.result_copied",
        result=copy.result_id,
        copy=copy.pk,
        file=copy.file.blob_id,
        form=copy.kind,
        pages=copy.pages,
        name=copy.result.name,
    )
    move.write()


def _name(copy: ResultCopy) -> str:
    return f"{copy.kind.replace('_', '-')}-{copy.result.template}.pdf"
