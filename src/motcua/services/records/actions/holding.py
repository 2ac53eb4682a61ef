"""Legal holds, and the retention that only ever grows. The database keeps both, whoever asks (migration 0002)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.editions.queries import in_force
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date
from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.services.records import rules
from motcua.services.records.actions.moving import Moving, person, written
from motcua.services.records.actions.pinning import pin
from motcua.services.records.models import Entry, Hold
from motcua.services.records.retention import SCHEDULE


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
def keep_back(key: UUID, *, until: date | None, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Have a unit keep a file whose transfer is due, with the consent of the agency's head (giữ lại hồ sơ đã đến hạn).

    The archive is told. Raises ``Refused`` for a file that stays with the unit anyway, and for a day that is not
    later, or beyond what the schedule allows (Decree 30/2020/NĐ-CP, article 30: two years).
    """
    moving = Moving.begin(key, "keep_back", by=by, at=at)
    why, file = written(reason, _("Say why the unit needs it for longer."), "reason"), moving.file
    if file.transfer_due is None:
        raise Refused(_("This file is not transferred: it stays with the unit."), code="stays")
    first, due = file.kept_back_from or file.transfer_due, file.transfer_due
    months = in_force(SCHEDULE, local_day(moving.at)).rules.keep_back_months
    if until is None or not rules.may_be_kept_back(
        first_due=first, now_due=file.transfer_due, until=until, months=months
    ):
        text = _("Choose a day after %(due)s, at the latest %(last)s.")
        last = local_date(rules.after_months(first, months))
        raise Refused(text % {"due": local_date(due), "last": last}, field="until", code="keep_back")
    file.kept_back_from, file.transfer_due, file.told_on = first, until, None
    moving.tell("kept_back", {"until": until.isoformat(), "from": first.isoformat(), "reason": why})


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
