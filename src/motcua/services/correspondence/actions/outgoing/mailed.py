"""What became of documents that the house sends to recipients by e-mail."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from motcua.kernel.events.actions import record
from motcua.kernel.writing import update
from motcua.services.correspondence import jobs
from motcua.services.correspondence.models import OutgoingDocument, Recipient

Mailing = Recipient.Mailing


def queue_mails(document: OutgoingDocument, recipients: Sequence[Recipient]) -> None:
    """Have a document sent to those of some recipients who get it by e-mail, by a job, in the caller's transaction.
    Without a mail server the clerk sends it, as to whom a draft of an earlier version names by another address.
    """
    by_mail = [each for each in recipients if each.way == Recipient.Way.MAIL and each.sent_at is None]
    by_mail = [each for each in by_mail if is_mail_address(each.address)]
    if not by_mail or not settings.EMAIL_HOST:
        return
    for each in by_mail:
        each.mailing = Mailing.QUEUED
    update(by_mail, ["mailing"])
    jobs.mail_out.defer(document=str(document.pk))


def is_mail_address(text: str) -> bool:
    """Whether this is one e-mail address, without a name."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def waiting(document: UUID) -> list[UUID]:
    """The recipients to whom an issued document is still to be sent by e-mail; one statement."""
    return list(_waiting().filter(document=document).order_by("id").values_list("pk", flat=True))


def still_waiting(recipient: UUID) -> Recipient | None:
    """A recipient to whom an issued document is still to be sent by e-mail; one statement."""
    return _waiting().filter(pk=recipient).first()


def _waiting() -> "QuerySet[Recipient]":
    return Recipient.objects.filter(mailing=Mailing.QUEUED, document__state=OutgoingDocument.State.ISSUED)


@transaction.atomic
def note_mailed(recipient: UUID, *, at: datetime) -> None:
    """The mail server has taken a document for a recipient; again does nothing."""
    if (found := _queued(recipient)) is not None:
        found.mailing, found.sent_at = Mailing.SENT, at
        found.save(update_fields=["mailing", "sent_at"])
        _tell(found, "sent", {"way": found.way}, at)


@transaction.atomic
def note_unmailed(recipient: UUID, *, why: str, at: datetime) -> None:
    """A recipient does not get a document by e-mail, and why: the clerk sends it another way; again does nothing."""
    if (found := _queued(recipient)) is not None:
        found.mailing, found.fault = Mailing.FAILED, why[:300]
        found.save(update_fields=["mailing", "fault"])
        _tell(found, "unsent", {"reason": found.fault}, at)


def give_up(alive: Collection[str], *, at: datetime) -> int:
    """Leave to the clerk what no job sends any more: the mail server was away for too long; how many.

    What was recalled before it was sent is just not sent.
    """
    left = Recipient.objects.filter(mailing=Mailing.QUEUED).exclude(document__in=[UUID(key) for key in alive])
    left.exclude(document__state=OutgoingDocument.State.ISSUED).update(mailing=Mailing.NONE)
    keys = list(left.order_by("id").values_list("pk", flat=True)[:1000])
    for key in keys:
        note_unmailed(key, why=_("the mail server did not take it"), at=at)
    return len(keys)


def _queued(recipient: UUID) -> Recipient | None:
    rows = Recipient.objects.select_for_update(of=("self",)).select_related("document")
    return rows.filter(pk=recipient, mailing=Mailing.QUEUED).first()


def _tell(found: Recipient, kind: str, told: dict[str, str], at: datetime) -> None:
    document = found.document
    record(
        stream=document.stream,
        kind=f"correspondence.{kind}",
        actor=None,
        agency=document.office_id,
        references={"state": document.state, "recipient": found.name, **told},
        at=at,
    )
