"""Numbers of documents that go out: next, reserved, skipped, set free; each of a year stands on a document or here."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.editions.queries import in_force
from motcua.engines.registers.actions import next_number
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import written
from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.models import OutgoingDocument, ReservedNumber
from motcua.services.correspondence.rules import outgoing as rules
from motcua.services.correspondence.series import OUTGOING
from motcua.services.correspondence.types import DOCUMENT_TYPES

LONGEST_REASON = 300


def next_of(office: UUID, series: str, *, at: datetime) -> int:
    """The next number of an office's series of a year, in the caller's transaction."""
    return int(next_number(OUTGOING.code, facts={"office": str(office), "series": series}, at=at))


@transaction.atomic
def reserve_number(office: UUID, *, kind: str, reason: str, by: Actor, at: datetime | None = None) -> ReservedNumber:
    """Take the next number out of the row for a document to come (giữ số); it is used when that is sealed."""
    now = at or timezone.now()
    found = in_force(DOCUMENT_TYPES, local_day(now)).rules.find(kind)
    if found is None:
        raise Refused(_("Choose the type of the document."), field="type", code="type")
    why = written(reason, _("Say for what the number is reserved."), "reason", LONGEST_REASON)
    made = ReservedNumber.objects.create(
        office_id=office,
        series=found.series,
        year=local_day(now).year,
        number=next_of(office, found.series, at=now),
        reason=why,
        at=now,
        by_id=by.account,
    )
    tell_number(made, "number_reserved", by, now)
    return made


@transaction.atomic
def skip_number(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """A reserved number will not be used: it stays accounted for, with the reason."""
    now = at or timezone.now()
    found = ReservedNumber.objects.select_for_update().filter(ReservedNumber.FREE, pk=key).first()
    if found is None:
        raise Conflict(_("This number is not free any more."), code="reserved")
    why = written(reason, _("Write the reason."), "reason", LONGEST_REASON)
    found.reason = f"{found.reason} – {why}"
    found.skipped_at = now
    found.save()
    tell_number(found, "number_skipped", by, now)


def give_number(sending: Sending, reserved: UUID | None) -> None:
    """The document's number: the one it was given before in this year, a reserved one, else the next of its series."""
    document, year = sending.document, local_day(sending.at).year
    if document.number is not None and document.year == year:
        return
    if document.number is not None:
        _skip(sending)  # the year has turned since a seal was tried
    if reserved is not None:
        document.number = _take_reserved(document, reserved, year)
    else:
        document.number = next_of(document.office_id, document.series, at=sending.at)
    document.year = year
    document.notation = f"{rules.number_text(document.number)}/{document.mark}"
    document.document_date = local_day(sending.at)


def take_number_back(sending: Sending) -> None:
    """The number that a document was given and does not bear is reserved again, for this document or another one."""
    document = sending.document
    if document.number is None:
        return
    tell_number(_kept(sending, skipped=None), "number_set_free", sending.by, sending.at)
    document.number = document.year = document.document_date = None
    document.notation = ""


def _take_reserved(document: OutgoingDocument, key: UUID, year: int) -> int:
    free = ReservedNumber.objects.select_for_update().filter(
        ReservedNumber.FREE, pk=key, office=document.office_id, series=document.series, year=year
    )
    found = free.first()
    if found is None:
        raise Conflict(_("This number is not free any more."), field="reserved", code="reserved")
    found.used_by = document
    found.save(update_fields=["used_by"])
    return found.number


def skip_with(sending: Sending, why: str) -> None:
    """Account for the number of a document that is never issued as skipped; it stays on the document."""
    if sending.document.number is None:
        return
    row = _kept(sending, skipped=sending.at)
    row.reason = f"{row.reason} – {why}"
    row.save(update_fields=["reason"])
    tell_number(row, "number_skipped", sending.by, sending.at)


def _skip(sending: Sending) -> None:
    """A number of the old year that its document never used is accounted for."""
    tell_number(_kept(sending, skipped=sending.at), "number_skipped", sending.by, sending.at)


def _kept(sending: Sending, *, skipped: datetime | None) -> ReservedNumber:
    """The row that accounts for a document's number; made where it came straight from the series."""
    document = sending.document
    assert document.number is not None
    assert document.year is not None
    row, _made = ReservedNumber.objects.get_or_create(
        office_id=document.office_id,
        series=document.series,
        year=document.year,
        number=document.number,
        defaults={
            "reason": f"Không dùng: {document.subject}",
            "at": sending.at,
            "by_id": sending.by.account,
        },
    )
    row.used_by, row.skipped_at = None, skipped
    row.save(update_fields=["used_by", "skipped_at"])
    return row


def tell_number(reserved: ReservedNumber, kind: str, by: Actor, at: datetime) -> None:
    """Tell what became of a number."""
    record(
        stream=f"outgoing-numbers:{reserved.office_id}",
        kind=f"correspondence.{kind}",
        actor=by.account,
        agency=reserved.office_id,
        references={
            "series": reserved.series,
            "number": reserved.number,
            "year": reserved.year,
            "reason": reserved.reason,
            **by.references(),
        },
        at=at,
    )
