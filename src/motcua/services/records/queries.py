"""Reading files for pages: whose they are, what is due, their lists, where a document is filed."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.engines.editions.queries import in_force
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import Position
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import ancestor_ids
from motcua.services.correspondence.access import CLERK, Seat
from motcua.services.records import access
from motcua.services.records.models import (
    Appraisal,
    AppraisedFile,
    Ballot,
    Entry,
    FileList,
    Hold,
    ListedFile,
    PinnedFile,
    Share,
    Transfer,
    TransferredFile,
    WorkFile,
)
from motcua.services.records.retention import SCHEDULE

State = WorkFile.State
MOST, CHUNK = 300, 500


def own(desk: Desk) -> "QuerySet[WorkFile]":
    """The files that the officer keeps; order by ``-opened_at, -id``."""
    return _joined(WorkFile.objects.filter(keeper__in=sorted(Seat.of(desk).people)))


def shared(desk: Desk) -> "QuerySet[WorkFile]":
    """The files that are shared with the officer; order by ``-opened_at, -id``."""
    return _joined(WorkFile.objects.filter(access.shared_with(desk)))


def of_units(desk: Desk) -> "QuerySet[WorkFile]":
    """The files of the units that the officer leads; order by ``-opened_at, -id``."""
    return _joined(WorkFile.objects.filter(unit__in=sorted(Seat.of(desk).led)))


def due(desk: Desk, day: date) -> "QuerySet[WorkFile]":
    """Closed files that the officer keeps or leads, whose transfer is due soon or late; by ``transfer_due, id``."""
    seat = Seat.of(desk)
    soon = day + timedelta(days=in_force(SCHEDULE, day).rules.warn_days)
    mine = Q(keeper__in=sorted(seat.people)) | Q(unit__in=sorted(seat.led))
    return _joined(WorkFile.objects.filter(mine, state=State.CLOSED, transfer_due__lte=soon))


def kept_back(desk: Desk) -> "QuerySet[WorkFile]":
    """What units keep although its transfer was due, for who keeps or leads the archive; by ``transfer_due, id``."""
    offices = sorted(desk.offices_with(CLERK) | Seat.of(desk).registers)
    back = WorkFile.objects.filter(office__in=offices, state=State.CLOSED, kept_back_from__isnull=False)
    return _joined(back)


def to_confirm(desk: Desk) -> "QuerySet[Share]":
    """The changes of access rights that wait for the officer; order by ``asked_at, id``."""
    waiting = Share.objects.filter(state__in=[Share.State.ASKED, Share.State.ENDING])
    led = sorted(Seat.of(desk).led)
    found = waiting.filter(Q(file__unit__in=led) | Q(file__office__in=led)).exclude(asked_by=desk.account_id)
    return found.select_related("file", "officer", "office", "asked_by")


def _joined(found: "QuerySet[WorkFile]") -> "QuerySet[WorkFile]":
    return found.select_related("unit", "keeper")


def lists(desk: Desk, year: int) -> "QuerySet[FileList]":
    """The lists of a year; order by ``unit__name_fold, id``."""
    return FileList.objects.filter(access.lists_of(desk), year=year).select_related("unit", "office")


def lines_of(found: FileList) -> "QuerySet[ListedFile]":
    """The lines of a list with the files that are open; order by ``notation, id``."""
    return ListedFile.objects.filter(list=found).select_related("keeper", "file")


def agency_of(unit: UUID, day: date) -> Office | None:
    """The agency to which a unit belongs: the nearest office upwards that has a clerk; three statements."""
    above = Office.objects.filter(pk__in=ancestor_ids(unit)).order_by("id").in_bulk()
    clerks = Position.objects.on(day).filter(office__in=above, roles__contains=[CLERK])
    keep = set(clerks.values_list("office", flat=True))
    found = above.get(unit)
    while found is not None and found.pk not in keep:
        found = above.get(found.parent_id) if found.parent_id else None
    return found


def entries(file: WorkFile) -> "QuerySet[Entry]":
    """What a file holds; order by ``day, id``."""
    return Entry.objects.filter(file=file).select_related("upload__blob")


def files_of_agency(office: UUID, year: int) -> "QuerySet[WorkFile]":
    """All files of an agency and year; order by ``notation, id``."""
    return WorkFile.objects.filter(office=office, year=year)


def open_for(desk: Desk) -> list[WorkFile]:
    """The open files into which the officer may put documents, the newest first; one statement."""
    seat = Seat.of(desk)
    mine = Q(keeper__in=sorted(seat.people)) | Q(unit__in=sorted(seat.led))
    adds = Share.objects.filter(
        Q(officer__in=sorted(seat.people)) | Q(office__in=sorted(desk.office_ids)),
        level=Share.Level.ADD, state__in=access.IN_FORCE,
    )  # fmt: skip
    found = WorkFile.objects.filter(mine | Q(pk__in=adds.values("file")), state=State.OPEN)
    return list(found.order_by("-opened_at", "-id")[:MOST])


def holding(desk: Desk, *, incoming: UUID | None = None, outgoing: UUID | None = None) -> list[WorkFile]:
    """The files of the officer's sight in which a document is filed; one statement."""
    inside = Entry.objects.filter(incoming=incoming, outgoing=outgoing)
    found = WorkFile.objects.filter(access.visible_to(desk), pk__in=inside.values("file"))
    return list(found.order_by("notation", "id")[:50])


def to_offer(desk: Desk) -> "QuerySet[WorkFile]":
    """Closed files without a hold that the officer may offer to the archive; order by ``notation, id``."""
    seat = Seat.of(desk)
    mine = Q(keeper__in=sorted(seat.people)) | Q(unit__in=sorted(seat.led))
    held = Hold.objects.filter(file=OuterRef("pk"), lifted_at=None)
    return _joined(WorkFile.objects.filter(mine, ~Exists(held), state=State.CLOSED))


def transfers(desk: Desk) -> "QuerySet[Transfer]":
    """Transfers of the officer's sight; order by ``-prepared_at, -id``."""
    return Transfer.objects.filter(access.transfers_of(desk)).select_related("unit", "office")


def due_for_transfer(day: date, *, most: int) -> list[WorkFile]:
    """Closed files whose transfer is due within the days of warning, of which nobody was told yet."""
    soon = day + timedelta(days=in_force(SCHEDULE, day).rules.warn_days)
    found = WorkFile.objects.filter(state=State.CLOSED, transfer_due__lte=soon, told_on=None)
    return list(found.order_by("transfer_due", "id")[:most])


def expired(office: UUID, day: date) -> "QuerySet[WorkFile]":
    """Files of an agency whose retention is over, without a hold and in no appraisal; order by ``kept_until, id``."""
    held = Hold.objects.filter(file=OuterRef("pk"), lifted_at=None)
    listed = AppraisedFile.objects.filter(file=OuterRef("pk"), ended_at=None)
    over = WorkFile.objects.filter(
        office=office, state__in=[State.CLOSED, State.ARCHIVED], permanent=False, kept_until__lt=day
    )
    return _joined(over.filter(~Exists(held), ~Exists(listed)))


def appraisals(desk: Desk) -> "QuerySet[Appraisal]":
    """The appraisals of the officer's sight; order by ``-made_at, -id``."""
    return Appraisal.objects.filter(access.appraisals_of(desk)).select_related("office")


def drafts(office: UUID) -> list[Appraisal]:
    """The lists of an agency that are being prepared, the newest first; one statement."""
    found = Appraisal.objects.filter(office=office, state=Appraisal.State.DRAFT)
    return list(found.order_by("-made_at", "-id")[:20])


def appraised(found: Appraisal) -> "QuerySet[AppraisedFile]":
    """The files of an appraisal; order by ``file__year, file__notation, id``."""
    return AppraisedFile.objects.filter(appraisal=found).select_related("file__unit")


def ballots_of(rows: Collection[AppraisedFile]) -> dict[UUID, list[Ballot]]:
    """What members have said of files, by the key of the row; one statement."""
    found: dict[UUID, list[Ballot]] = {each.pk: [] for each in rows}
    for each in Ballot.objects.filter(row__in=rows).select_related("member").order_by("member", "id"):
        found[each.row_id].append(each)
    return found


def unfinished_destructions() -> list[UUID]:
    """The appraisals that are being carried out; one statement."""
    found = Appraisal.objects.filter(state=Appraisal.State.DESTROYING)
    return list(found.order_by("id").values_list("pk", flat=True)[:MOST])


def digests_destroyed(appraisal: UUID) -> Iterator[list[str]]:
    """The contents and packages of the files that an appraisal has destroyed, so many at a time."""
    gone = AppraisedFile.objects.filter(appraisal=appraisal, result=AppraisedFile.Result.DESTROYED).values("file")
    pinned = PinnedFile.objects.filter(entry__file__in=gone).values_list("digest", flat=True)
    packed = TransferredFile.objects.filter(file__in=gone).exclude(digest="").values_list("digest", flat=True)
    known = sorted({*pinned.order_by("digest").iterator(CHUNK), *packed.order_by("digest")})
    for first in range(0, len(known), CHUNK):
        yield known[first : first + CHUNK]
