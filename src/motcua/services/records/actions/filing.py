"""A work file is opened from the list, collects documents, and is closed: open – collect – close."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from motcua.engines.editions.actions import settle
from motcua.engines.editions.queries import in_force
from motcua.engines.signing.jobs import check_file
from motcua.kernel.blobs.actions import keep, release
from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.text.typed import bare, too_long
from motcua.people.officers.actors import Actor
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument
from motcua.services.correspondence.types import DOCUMENT_TYPES
from motcua.services.records import rules
from motcua.services.records.actions.moving import Moving, person, tell, written
from motcua.services.records.actions.pinning import pin
from motcua.services.records.models import Entry, ListedFile, PinnedFile, WorkFile
from motcua.services.records.retention import SCHEDULE

MOST_ENTRIES = 5000
LONGEST = {"type": 100, "notation": 80, "author": 200, "note": 300, "title": 500}
FILED_IN = ("registered", "proposed", "assigned", "done")
FILED_OUT = ("sealed", "issued")


@dataclass(frozen=True, kw_only=True)
class Described:
    """What an uploaded file says about itself."""

    title: str
    day: date | None
    type: str = ""
    notation: str = ""
    author: str = ""
    pages: int | None = None
    note: str = ""


@transaction.atomic
def open_file(line: UUID, *, rights: str = WorkFile.Rights.GENERAL, by: Actor, at: datetime | None = None) -> WorkFile:
    """Open a file of an approved line (mở hồ sơ). Raises ``Conflict`` for one that is open already or not approved.

    Whose keeper has left the unit since the line was written is kept by who opens it.
    """
    now = at or timezone.now()
    found = ListedFile.objects.select_for_update(of=("self",)).select_related("list").filter(pk=line).first()
    if found is None:
        raise NotFound(pgettext("file list", "There is no such line."))
    if found.approved_at is None:
        raise Conflict(_("This line of the list is not approved yet."), code="not_approved")
    if WorkFile.objects.filter(line=found).exists():
        raise Conflict(_("This file is open already."), code="there")
    if rights not in WorkFile.Rights.values:
        raise Refused(_("Choose the regime of use."), field="rights", code="required")
    made = WorkFile.objects.create(
        office_id=found.list.office_id, unit_id=found.list.unit_id, line=found, year=found.list.year,
        notation=found.notation, title=found.title, retention=found.retention, keeper_id=_keeper(found, by, now),
        rights=rights, starts_on=local_day(now), opened_at=now, opened_by_id=person(by),
    )  # fmt: skip
    tell(made.stream, "opened", by, now, made.office_id, {"notation": made.notation, "year": made.year})
    return made


def _keeper(line: ListedFile, by: Actor, at: datetime) -> UUID:
    there = Position.objects.on(local_day(at)).filter(office=line.list.unit_id, officer=line.keeper_id)
    return line.keeper_id if there.filter(officer__left_on=None).exists() else person(by)


@transaction.atomic
def edit(key: UUID, *, title: str, rights: str, starts_on: date | None, by: Actor, at: datetime | None = None) -> None:
    """Correct the description of an open file."""
    moving = Moving.begin(key, "edit", by=by, at=at)
    if rights not in WorkFile.Rights.values:
        raise Refused(_("Choose the regime of use."), field="rights", code="required")
    if starts_on is None or starts_on > local_day(moving.at):
        raise Refused(_("Choose the day on which the work began."), field="starts_on", code="day")
    moving.file.title = written(title, _("Write the title of the file."), "title")
    moving.file.rights, moving.file.starts_on = rights, starts_on
    moving.tell("edited", {"title": moving.file.title, "rights": rights})


@transaction.atomic
def add_document(
    key: UUID,
    *,
    incoming: UUID | None = None,
    outgoing: UUID | None = None,
    note: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Entry:
    """Put a document into a file, without a copy; the caller has it from ``correspondence.access``.

    Documents that came in are filed from their registration on, those that go out from their number on. Raises
    ``Conflict`` for others, and for one that is in the file already.
    """
    moving = Moving.begin(key, "add", by=by, at=at)
    if incoming is not None:
        described = _incoming(incoming, local_day(moving.at))
    else:
        assert outgoing is not None
        described = _outgoing(outgoing, local_day(moving.at))
    if Entry.objects.filter(file=moving.file, incoming=incoming, outgoing=outgoing).exists():
        raise Conflict(_("This document is in the file already."), code="there")
    return _added(moving, {**described, "note": written(note, field="note", longest=300)})


@transaction.atomic
def add_upload(key: UUID, described: Described, *, stored: UUID, by: Actor, at: datetime | None = None) -> Entry:
    """Put an uploaded file into a file. Raises ``Invalid`` by field."""
    moving = Moving.begin(key, "add", by=by, at=at)
    errors = too_long(vars(described), LONGEST)
    if not bare(described.title):
        errors["title"] = _("Write what the document is about.")
    if described.day is None or described.day > local_day(moving.at):
        errors["day"] = _("Choose the day of the document.")
    if described.pages is not None and not 1 <= described.pages <= 9999:
        errors["pages"] = _("Write the number of pages.")
    if errors:
        raise Invalid(_("Some answers need your attention."), errors=errors)
    keep([stored])
    check_file.defer(file=str(stored))
    given: dict[str, Any] = {name: bare(getattr(described, name)) for name in LONGEST}
    return _added(moving, {**given, "upload_id": stored, "day": described.day, "pages": described.pages})


@transaction.atomic
def remove_entry(key: UUID, entry: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Take a document out of an open file; the document itself stays where it is, an uploaded file goes."""
    moving = Moving.begin(key, "remove", by=by, at=at)
    why = written(reason, _("Say why it does not belong in this file."), "text")
    found = Entry.objects.filter(file=moving.file, pk=entry).first()
    if found is None:
        raise NotFound(_("There is no such document in the file."))
    upload, told = found.upload_id, _told(found)
    PinnedFile.objects.filter(entry=found).delete()
    found.delete()
    if upload:
        release([upload])
    _count(moving.file)
    moving.tell("removed", {**told, "reason": why})


@transaction.atomic
def close_file(key: UUID, *, ends_on: date | None, by: Actor, at: datetime | None = None) -> WorkFile:
    """Close a file (kết thúc hồ sơ): its contents are pinned, and how long it is kept follows from the schedule.

    ``ends_on``: the day on which the work ended. Raises ``Refused`` for an empty file, or a day that cannot be.
    """
    moving = Moving.begin(key, "close", by=by, at=at)
    file, today = moving.file, local_day(moving.at)
    if ends_on is None or not file.starts_on <= ends_on <= today:
        text = _("The work ended between the day on which it began and today.")
        raise Refused(text, field="ends_on", code="day")
    entries = list(Entry.objects.filter(file=file).select_related("upload__blob").order_by("day", "id"))
    if not entries:
        raise Refused(_("There is nothing in this file. Put in the documents first."), code="empty")
    edition = settle(SCHEDULE, ends_on, at=moving.at)
    found = edition.rules.find(file.retention)
    if found is None:
        text = _("The retention schedule of %(day)s does not know the period “%(code)s”.")
        raise Refused(text % {"day": ends_on.isoformat(), "code": file.retention}, code="retention")
    kept = rules.keeping(ends_on, found, edition.rules)
    pinned = pin(entries)
    file.state, file.closed_at, file.ends_on, file.edition = WorkFile.State.CLOSED, moving.at, ends_on, edition.number
    file.permanent, file.kept_until, file.transfer_due = kept.until is None, kept.until, kept.transfer_due
    moving.tell(
        "closed",
        {
            "documents": len(entries),
            "contents": sorted(row.digest for row in pinned)[:500],
            "kept_until": kept.until.isoformat() if kept.until else None,
        },
    )
    return file


def _added(moving: Moving, values: dict[str, Any]) -> Entry:
    if moving.file.documents >= MOST_ENTRIES:
        raise Refused(
            _("A file holds at most %(n)d documents: open another volume.") % {"n": MOST_ENTRIES}, code="full"
        )
    made = Entry.objects.create(file=moving.file, added_at=moving.at, added_by_id=person(moving.by), **values)
    moving.file.starts_on = min(moving.file.starts_on, made.day)
    _count(moving.file)
    moving.tell("added", _told(made))
    return made


def _count(file: WorkFile) -> None:
    pages = Entry.objects.filter(file=file).values_list("pages", flat=True).order_by("id")
    file.documents, file.pages = len(pages), sum(each or 0 for each in pages)


def _told(entry: Entry) -> dict[str, Any]:
    return {
        "entry": str(entry.pk),
        "incoming": str(entry.incoming_id) if entry.incoming_id else None,
        "outgoing": str(entry.outgoing_id) if entry.outgoing_id else None,
        "document": f"{entry.type} {entry.notation}".strip() or entry.title[:100],
    }


def _incoming(key: UUID, today: date) -> dict[str, Any]:
    found = IncomingDocument.objects.filter(pk=key).first()
    if found is None or found.state not in FILED_IN:
        raise Conflict(_("Only documents that are in the register are filed."), code="document_state")
    return {
        "incoming_id": found.pk,
        "day": found.document_date or local_day(found.arrived_at),
        "type": _type(found.type, today),
        "notation": found.notation,
        "title": found.subject,
        "author": found.sender,
        "pages": found.pages,
    }


def _outgoing(key: UUID, today: date) -> dict[str, Any]:
    found = OutgoingDocument.objects.select_related("office").filter(pk=key).first()
    if found is None or found.state not in FILED_OUT:
        raise Conflict(_("Only documents that have their number are filed."), code="document_state")
    return {
        "outgoing_id": found.pk,
        "day": found.document_date or today,
        "type": _type(found.type, today),
        "notation": found.notation,
        "title": found.subject,
        "author": found.office.name[:200],
        "pages": found.pages,
    }


def _type(code: str, day: date) -> str:
    found = in_force(DOCUMENT_TYPES, day).rules.find(code)
    return found.name if found else code
