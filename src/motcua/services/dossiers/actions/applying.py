"""Who applies signs the application with a certificate of their own, before it is sent.

As with results (``actions.signing``) these are three transactions: the wish is written down, the signer is asked with
nothing open, what came is put in. What was typed stays in the draft whatever the signer answers.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing.actions import (
    DocumentToSign,
    ask_signer,
    begin_signing,
    cancel_signing,
    collect_signed,
    discard_signed,
)
from motcua.engines.signing.models import DocumentLevel, SigningCertificate, SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import not_signed_text
from motcua.engines.signing.pades import Stamp
from motcua.kernel.blobs.actions import keep, release, store_bytes
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.text import local_datetime
from motcua.people.accounts.models import Account
from motcua.services.dossiers.access import invitations_of
from motcua.services.dossiers.actions.joining import own_invitation
from motcua.services.dossiers.actions.unsigning import give_up
from motcua.services.dossiers.applications import application_of
from motcua.services.dossiers.applying import FIELD, PAPER_NAME, Signature, page_to_sign
from motcua.services.dossiers.models import ApplicationSigning, Channel, Draft, Paper

PDF = "application/pdf"
# Stands in the signed file for ever, so it is Vietnamese whatever language the signer's screen has.
REASON = "Ký đơn đề nghị"
MOST_ORPHANED = 500
State = ApplicationSigning.State


def sign_application(
    draft: UUID, *, by: Account, certificate: SigningCertificate, seen: str, at: datetime | None = None
) -> ApplicationSigning:
    """Have the content with the digest ``seen`` signed by who files it, or in the name of the company that applies; at
    once, or later.

    Raises ``Invalid`` while it is not complete, ``NotAllowed`` for another's certificate, ``Conflict`` when it has
    changed since it was shown or is being signed already, ``Refused`` where the procedure asks for no signature or the
    signer cannot be asked.
    """
    now = at or timezone.now()
    with transaction.atomic():
        row, document = _send(Signature(application_of(_locked(draft, by)), by, now), certificate, seen)
    return _ask(row, document, certificate, now)


def sign_together(
    person: UUID, *, by: Account, certificate: SigningCertificate, seen: str, at: datetime | None = None
) -> ApplicationSigning:
    """Have the application signed by one who applies, too, on a page of their own. Raises as above, and ``NotFound``
    for another's invitation.
    """
    now = at or timezone.now()
    with transaction.atomic():
        _mine, together = own_invitation(person, by)
        row, document = _send(Signature(together.application, by, now, together=True), certificate, seen)
    return _ask(row, document, certificate, now)


def _ask(
    row: ApplicationSigning, document: DocumentToSign, certificate: SigningCertificate, at: datetime
) -> ApplicationSigning:
    try:
        begun = begin_signing(
            certificate=certificate, documents=[document], by=row.asked_by_id, at=at, level=DocumentLevel.APPLICANT
        )
    except Refused as refused:
        _end([row], State.VOID, at, detail=refused.message)
        raise
    ApplicationSigning.objects.filter(pk=row.pk).update(transaction=begun)
    ask_signer(begun, at=at)
    conclude_application(begun.pk, at=at)
    row.refresh_from_db()
    return row


def _send(
    signature: Signature, certificate: SigningCertificate, seen: str
) -> tuple[ApplicationSigning, DocumentToSign]:
    draft, by, at = signature.application.draft, signature.account, signature.at
    if not signature.asked:
        raise Refused(_("This procedure asks for no digital signature."), code="not_asked")
    if seen != signature.digest:
        raise Conflict(_("The application has changed since. Please read it again."), code="changed")
    signature.application.require_complete()
    if certificate.pk not in {each.pk for each in signature.certificates}:
        raise NotAllowed(_("This certificate is not the signer's."), code="certificate")
    if ApplicationSigning.objects.filter(application=draft.pk, asked_by=by, state=State.WAITING).exists():
        raise Conflict(_("This application is being signed already."), code="being_signed")
    signer = signature.signer
    row = ApplicationSigning.objects.create(
        application=draft.pk, digest=signature.digest, signer=signer, asked_by=by, asked_at=at
    )
    lines = (f"Ký bởi: {certificate.subject}", f"Ngày ký: {local_datetime(at)}")
    document = DocumentToSign(
        content=page_to_sign(signature.application, signer, digest=signature.digest, at=at),
        subject=_stream(draft.pk),
        title=_("Application: %(name)s") % {"name": draft.procedure_version.name},
        stamp=Stamp(FIELD, at, reason=REASON, lines=lines),
        reference=str(row.pk),
    )
    return row, document


def _locked(draft: UUID, by: Account) -> Draft:
    rows = Draft.objects.select_for_update(of=("self",)).filter(pk=draft, account=by, channel=Channel.ONLINE)
    found = rows.select_related("procedure_version__procedure", "case", "applicant", "account__party").first()
    if found is None:
        raise NotFound(_("There is no such application. It may have been sent or deleted already."))
    return found


@transaction.atomic
def conclude_application(asked: UUID, *, at: datetime) -> None:
    """Keep the application that a signer has signed, or note why it is not; while the signer is awaited, nothing.

    Again does nothing. What comes after the draft was sent or deleted, or from who was taken out, is thrown away.
    """
    ended = SigningTransaction.objects.get(pk=asked)
    if ended.state == TransactionState.WAITING:
        return
    rows = ApplicationSigning.objects.select_for_update(of=("self",)).filter(transaction=ended, state=State.WAITING)
    row = rows.first()
    if row is None:
        return
    draft = Draft.objects.select_for_update(of=("self",)).filter(pk=row.application).first()
    if ended.state != TransactionState.SIGNED:
        _end([row], State.VOID, at, detail=not_signed_text(ended))
    elif draft is None:
        discard_signed(transaction_id=ended.pk, at=at)
        _end([row], State.VOID, at, detail=_("The application was sent or deleted meanwhile."))
    elif not _applies(row.asked_by, draft):
        discard_signed(transaction_id=ended.pk, at=at)
        _end([row], State.VOID, at, detail=_("Who signed was not among those who apply any more."))
    else:
        _put_in(row, ended, draft, at)


def _applies(account: Account, draft: Draft) -> bool:
    """Whether somebody writes the application or is invited into it; who was taken out meanwhile is not."""
    return account.pk == draft.account_id or draft.co_applicants.filter(invitations_of(account)).exists()


def _put_in(row: ApplicationSigning, ended: SigningTransaction, draft: Draft, at: datetime) -> None:
    give_up(draft, of=row.asked_by_id, at=at)
    (signed,) = collect_signed(transaction_id=ended.pk)
    row.file = store_bytes(signed.content, name=f"{PAPER_NAME}.pdf", media_type=PDF, by=row.asked_by_id)
    keep([row.file.pk])
    row.state, row.ended_at = State.DONE, at
    row.save(update_fields=["file", "state", "ended_at"])
    record(
        stream=_stream(draft.pk),
        kind="application.signed",
        actor=row.asked_by_id,
        agency=None,
        at=at,
        person=row.signer_id,
        references={
            "certificate": ended.certificate.fingerprint,
            "content": row.digest,
            "file": row.file.blob_id,
            "signing": str(ended.pk),
        },
    )


@transaction.atomic
def forget_orphaned(*, most: int = MOST_ORPHANED) -> int:
    """Let go of the signed applications whose drafts are gone; returns how many.

    What was sent is a paper of its dossier, which has the file from then on. Of another no dossier will ever hear: the
    draft was sent with another content, without a signature, or went with the account, the person or the version that
    it belonged to. Its file is given up.
    """
    left = ApplicationSigning.objects.select_for_update(of=("self",), skip_locked=True)
    signed = left.filter(state=State.DONE, file__isnull=False)
    orphaned = signed.exclude(Exists(Draft.objects.filter(pk=OuterRef("application"))))
    rows = list(orphaned.order_by("asked_at", "id")[:most])
    files = {row.file_id for row in rows if row.file_id is not None}
    release(files - set(Paper.objects.filter(file__in=files).order_by("id").values_list("file_id", flat=True)))
    ApplicationSigning.objects.filter(pk__in=[row.pk for row in rows]).update(file=None)
    return len(rows)


def cancel_application_signing(draft: UUID, *, by: Account, at: datetime | None = None) -> None:
    """Withdraw the request that waits for the signer, if one does: the application can be changed, or signed anew."""
    now = at or timezone.now()
    waiting = ApplicationSigning.objects.filter(application=draft, asked_by=by, state=State.WAITING).first()
    if waiting is None or waiting.transaction_id is None:
        return
    with suppress(Conflict):  # it has ended in the same moment: its answer counts
        cancel_signing(transaction_id=waiting.transaction_id, by=by.pk, at=now)
    conclude_application(waiting.transaction_id, at=now)


def _end(rows: Iterable[ApplicationSigning], state: State, at: datetime, *, detail: str) -> None:
    keys = [row.pk for row in rows]
    ApplicationSigning.objects.filter(pk__in=keys).update(state=state, detail=detail[:500], ended_at=at)


def _stream(draft: UUID) -> str:
    return f"application:{draft}"
