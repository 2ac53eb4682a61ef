"""Legal holds, and the retention that only ever grows. The database keeps both, whoever asks (migration 0002)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotFound, Refused
from motcua.people.officers.actors import Actor
from motcua.services.records import rules
from motcua.services.records.actions.moving import Moving, person, written
from motcua.services.records.actions.pinning import pin
from motcua.services.records.models import Entry, Hold


@transaction.atomic
def place_hold(key: UUID, *, reason: str, basis: str, by: Actor, at: datetime | None = None) -> Hold:
    """Put a file under legal hold (giữ nguyên trạng): what it holds is pinned, nothing changes until the lift."""
    moving = Moving.begin(key, "hold", by=by, at=at)
    why = written(reason, _("Say why it is held."), "reason")
    document = written(basis, _("Name the document that asks for the hold."), "basis", longest=200)
    if not Hold.objects.filter(file=moving.file, lifted_at=None).exists():
        pin(list(Entry.objects.filter(file=moving.file).select_related("upload__blob").order_by("day", "id")))
    made = Hold.objects.create(
        file=moving.file, reason=why, basis=document, placed_by_id=person(by), placed_at=moving.at
    )
    moving.tell("hold_placed", {"hold": str(made.pk), "reason": why, "basis": document})
    return made


@transaction.atomic
def lift(key: UUID, hold: UUID, *, basis: str, by: Actor, at: datetime | None = None) -> None:
    """Lift a hold by a document. The event comes first: the database lifts no hold of which none tells."""
    moving = Moving.begin(key, "lift", by=by, at=at)
    document = written(basis, _("Name the document by which the hold ends."), "basis", longest=200)
    found = Hold.objects.filter(file=moving.file, pk=hold, lifted_at=None).first()
    if found is None:
        raise NotFound(_("This hold is lifted already."))
    moving.tell("hold_lifted", {"hold": str(found.pk), "basis": document})
    found.lifted_at, found.lifted_by_id, found.lift_basis = moving.at, by.account, document
    found.save()


@transaction.atomic
def extend(
    key: UUID, *, until: date | None, permanent: bool, reason: str, by: Actor, at: datetime | None = None
) -> None:
    """Keep a closed file for longer. Raises ``Refused`` for a day that is not later."""
    moving = Moving.begin(key, "extend", by=by, at=at)
    why, file = written(reason, _("Say why it is kept for longer."), "reason"), moving.file
    new_until = None if permanent else until
    longer = rules.is_longer(
        until=file.kept_until, permanent=file.permanent, new_until=new_until, new_permanent=permanent
    )
    if not longer:
        raise Refused(
            _("Choose a later day: the retention of a closed file only grows."), field="until", code="shorter"
        )
    file.permanent, file.kept_until = permanent, new_until
    moving.tell("extended", {"kept_until": new_until.isoformat() if new_until else None, "reason": why})
