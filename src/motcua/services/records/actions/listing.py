"""The yearly list of files: prepared by a unit, approved for the agency, copied into the next year."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from motcua.engines.editions.queries import in_force
from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.text.typed import bare, too_long
from motcua.people.officers.actors import Actor
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.services.records import rules
from motcua.services.records.actions.moving import person, tell, written
from motcua.services.records.models import FileList, ListedFile
from motcua.services.records.retention import SCHEDULE

State = FileList.State
MOST_LINES = 1000
LONGEST = {"heading": 200, "title": 500, "note": 300}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A file to be kept, as the list says it."""

    notation: str
    title: str
    retention: str
    keeper: UUID
    heading: str = ""
    note: str = ""


@transaction.atomic
def start_list(*, office: UUID, unit: UUID, year: int, by: Actor, at: datetime | None = None) -> FileList:
    """Begin the unit's list of a year. Raises ``Refused`` for a year that is none, ``Conflict`` where there is one."""
    now = at or timezone.now()
    if not 0 <= year - local_day(now).year + 1 <= 2:
        raise Refused(_("A list is of last year, this year or the next one."), field="year", code="year")
    if FileList.objects.filter(office=office, unit=unit, year=year).exists():
        raise Conflict(_("The unit has a list of this year already."), field="year", code="there")
    made = FileList.objects.create(office_id=office, unit_id=unit, year=year, made_by_id=person(by), made_at=now)
    tell(made.stream, "list_begun", by, now, office, {"year": year, "unit": str(unit)})
    return made


@transaction.atomic
def copy_list(key: UUID, *, by: Actor, at: datetime | None = None) -> FileList:
    """Begin next year's list with the lines of an approved one; whoever left is replaced by who copies."""
    found = _locked(key, State.APPROVED)
    made = start_list(office=found.office_id, unit=found.unit_id, year=found.year + 1, by=by, at=at)
    day = local_day(made.made_at)
    there = set(Position.objects.on(day).filter(office=found.unit_id).values_list("officer", flat=True))
    lines = [
        ListedFile(
            list=made, notation=line.notation, heading=line.heading, title=line.title, retention=line.retention,
            keeper_id=line.keeper_id if line.keeper_id in there else person(by), note=line.note,
        )
        for line in found.lines.filter(approved_at__isnull=False).order_by("notation", "id")[:MOST_LINES]
    ]  # fmt: skip
    ListedFile.objects.bulk_create(lines)
    return made


@transaction.atomic
def add_line(key: UUID, line: Line, *, by: Actor, at: datetime | None = None) -> ListedFile:
    """Add a file to the list; in an approved list it waits for approval. Raises ``Invalid`` by field."""
    found, now = _locked(key, State.DRAFT, State.APPROVED), at or timezone.now()
    if errors := _faults(found, line, now):
        raise Invalid(_("Some answers need your attention."), errors=errors)
    if found.lines.count() >= MOST_LINES:
        raise Refused(_("A list has at most %(n)d files.") % {"n": MOST_LINES}, code="too_many")
    made = ListedFile.objects.create(
        list=found,
        notation=line.notation.strip(),
        heading=bare(line.heading),
        title=bare(line.title),
        retention=line.retention,
        keeper_id=line.keeper,
        note=bare(line.note),
    )
    tell(found.stream, "line_added", by, now, found.office_id, {"line": str(made.pk), "notation": made.notation})
    return made


@transaction.atomic
def remove_line(key: UUID, line: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """Take a line out that was not approved yet. Raises ``Conflict`` for one that was."""
    found, now = _locked(key, State.DRAFT, State.APPROVED), at or timezone.now()
    row = ListedFile.objects.filter(list=found, pk=line).first()
    if row is None:
        raise NotFound(pgettext("file list", "There is no such line."))
    if row.approved_at is not None:
        raise Conflict(_("This line is approved. It stays in the list."), code="approved")
    row.delete()
    tell(found.stream, "line_removed", by, now, found.office_id, {"line": str(line), "notation": row.notation})


@transaction.atomic
def submit_list(key: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """Hand the list in for approval. Raises ``Refused`` where nothing in it waits for that."""
    found, now = _locked(key, State.DRAFT, State.APPROVED), at or timezone.now()
    waiting = found.lines.filter(approved_at=None).count()
    if not waiting:
        raise Refused(_("There is nothing to approve in this list."), code="empty")
    found.state, found.submitted_at, found.remark = State.SUBMITTED, now, ""
    _move(found, "list_submitted", by, now, {"lines": waiting})


@transaction.atomic
def approve_list(key: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """Approve all that waits in the list: its files may be opened."""
    found, now = _locked(key, State.SUBMITTED), at or timezone.now()
    found.state, found.approved_at, found.approved_by_id = State.APPROVED, now, by.account
    lines = found.lines.filter(approved_at=None).update(approved_at=now)
    _move(found, "list_approved", by, now, {"lines": lines})


@transaction.atomic
def give_back_list(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Give the list back to the unit, with the reason; what was approved before stays approved."""
    found, now = _locked(key, State.SUBMITTED), at or timezone.now()
    found.remark = written(reason, _("Say what is to be changed."), "text")
    found.state = State.APPROVED if found.approved_at else State.DRAFT
    _move(found, "list_given_back", by, now, {"reason": found.remark})


def _locked(key: UUID, *states: str) -> FileList:
    found = FileList.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such list."))
    if found.state not in states:
        raise Conflict(_("The list has changed meanwhile. Please look at it again."), code="state")
    return found


def _move(found: FileList, kind: str, by: Actor, at: datetime, references: dict[str, object]) -> None:
    found.save()
    tell(found.stream, kind, by, at, found.office_id, references)


def _faults(found: FileList, line: Line, at: datetime) -> dict[str, str]:
    errors, day = dict[str, str](), local_day(at)
    notation = line.notation.strip()
    there = ListedFile.objects.filter(list__office=found.office_id, list__year=found.year, notation=notation)
    if not rules.is_notation(notation):
        errors["notation"] = _("A notation is a number and the mark of the unit, such as 01.TCCB.")
    elif there.exists():
        errors["notation"] = _("The agency has a file of this notation this year.")
    if not bare(line.title):
        errors["title"] = _("Write the title of the file.")
    if in_force(SCHEDULE, day).rules.find(line.retention) is None:
        errors["retention"] = _("Choose for how long it is kept.")
    if not Position.objects.on(day).filter(office=found.unit_id, officer=line.keeper).exists():
        errors["keeper"] = _("Choose an officer of the unit.")
    return errors | too_long(vars(line), LONGEST)
