"""Whom files tell what: keepers of due transfers, leaders of what waits for them, the archive, administrators; and who
asked for something, what became of it.
"""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import notify
from motcua.engines.messaging.kinds import Group, Kind, declare
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.kernel.text import local_date
from motcua.people.accounts.models import Account
from motcua.people.officers.models import Position
from motcua.people.officers.queries import holders, local_day
from motcua.services.records import queries
from motcua.services.records.actions.handing import HANDED
from motcua.services.records.models import Appraisal, FileList, Transfer, WorkFile

FILES = Group(code="records", label=_("Work files"), audience="officers")
AT_ONCE = 500

_DUE = declare(
    code="file.transfer_due",
    group=FILES,
    subject=_("A file is due in the archive"),
    body=_("{file}. It is to be transferred by {due}."),
)
_CONFIRM = declare(
    code="file.confirm",
    group=FILES,
    subject=_("A change of access rights waits for your confirmation"),
    body=_("{file}. {reason}"),
)
_SHARED = declare(code="file.shared", group=FILES, subject=_("A work file is shared with you"), body=_("{file}"))
_HANDED = declare(
    code="file.handed_over", group=FILES, subject=_("A work file was handed over to you"), body=_("{file}. {reason}")
)
_MOVED = declare(
    code="file.keeper_moved",
    group=FILES,
    subject=_("Who works in your unit no more still keeps its files"),
    body=_("{name} keeps {count} files of your unit. Hand them over to a colleague."),
)
_KEPT_BACK = declare(
    code="file.kept_back",
    group=FILES,
    subject=_("A unit keeps a file whose transfer was due"),
    body=_("{file}. {reason}"),
)
_APPROVE = declare(code="file.list", group=FILES, subject=_("A list of files waits for approval"), body=_("{file}"))
_READY = declare(
    code="file.transfer_ready",
    group=FILES,
    subject=_("Files are ready to be taken over by the archive"),
    body=_("{file}"),
)
_LIST_BACK = declare(
    code="file.list_given_back",
    group=FILES,
    subject=_("Your list of files was given back"),
    body=_("{file}. {reason}"),
)
_LIST_APPROVED = declare(
    code="file.list_approved", group=FILES, subject=_("Your list of files is approved"), body=_("{file}")
)
_NOT_SHARED = declare(
    code="file.share_declined",
    group=FILES,
    subject=_("A change of access rights was declined"),
    body=_("{file}. {reason}"),
)
_NOT_PACKED = declare(
    code="file.transfer_faulty",
    group=FILES,
    subject=_("Files could not be packed for the archive"),
    body=_("{file}. The page of the transfer says why."),
)
_TAKEN_OVER = declare(
    code="file.transfer_accepted", group=FILES, subject=_("The archive has taken your files over"), body=_("{file}")
)
_GIVEN_UP = declare(
    code="file.transfer_cancelled",
    group=FILES,
    subject=_("The transfer of your files was given up"),
    body=_("{file}. {reason}"),
)
_SPEAK = declare(
    code="file.appraisal",
    group=FILES,
    subject=_("A list of files waits for your opinion in the council"),
    body=_("{file}"),
)
_DECIDE = declare(
    code="file.appraisal_decision", group=FILES, subject=_("An appraisal waits for a decision"), body=_("{file}")
)
_CARRY_OUT = declare(
    code="file.appraisal_decided",
    group=FILES,
    subject=_("An appraisal is decided: it is to be carried out"),
    body=_("{file}. It is to be carried out by {due}."),
)
_OFFER = declare(
    code="file.appraisal_kept",
    group=FILES,
    subject=_("A file is kept for longer after its appraisal"),
    body=_("{file}"),
)
_FAULT = declare(
    code="file.fixity",
    group=FILES,
    subject=_("A stored file is not what it was"),
    body=_("SHA-256 {file}: look at the list of faults and restore it from the backup."),
)


@subscriber("records.notices", kinds=("records.*",), from_now=True)
def tell(batch: list[Event]) -> None:
    """Tell people of what waits for them or has come to them."""
    for event in batch:
        if event.kind in _TOLD:
            _TOLD[event.kind](event)


def _say(kind: Kind, event: Event, who: set[UUID], url: str, **facts: str) -> None:
    told = {"file": "", "due": "", "reason": "", **facts}
    recipients = {each for each in who if each != event.actor}
    notify(kind, recipients=recipients, facts=told, key=f"{event.stream}:{event.version}:{kind.code}", url=url)


def _file(event: Event) -> WorkFile | None:
    return WorkFile.objects.filter(pk=event.stream.removeprefix("workfile:")).first()


def _about(kind: Kind, event: Event, who: Callable[[Event, WorkFile], set[UUID]]) -> None:
    file = _file(event)
    if file is not None:
        url = reverse("records:file", args=[file.pk])
        _say(kind, event, who(event, file), url, file=str(file)[:150], reason=event.references.get("reason", ""))


def _competent(event: Event, file: WorkFile) -> set[UUID]:
    """The head of the unit; where it is the head who asks, the leaders of the agency."""
    heads = holders(file.unit_id, event.at, "head", "leader") - {event.actor}
    return heads or holders(file.office_id, event.at, "leader", "head")


def _sharers(event: Event, file: WorkFile) -> set[UUID]:
    told = event.references
    if told["with_officer"]:
        return {UUID(told["with_officer"]), UUID(told["asked_by"])}
    return holders(UUID(told["with_office"]), event.at, "head", "leader") | {UUID(told["asked_by"])}


def _asker(event: Event, file: WorkFile) -> set[UUID]:
    return {UUID(event.references["asked_by"])}


def _list(kind: Kind, who: Callable[[FileList, Event], set[UUID]]) -> Callable[[Event], None]:
    def told(event: Event) -> None:
        found = FileList.objects.filter(pk=event.stream.removeprefix("filelist:")).select_related("unit").first()
        if found is not None:
            url, reason = reverse("records:list", args=[found.pk]), event.references.get("reason", "")
            _say(kind, event, who(found, event), url, file=f"{found.unit.name}, {found.year}", reason=reason)

    return told


def _preparers(found: FileList, event: Event) -> set[UUID]:
    return {found.made_by_id} | holders(found.unit_id, event.at, "head", "leader")


def _transfer(kind: Kind, who: Callable[[Transfer, Event], set[UUID]]) -> Callable[[Event], None]:
    def told(event: Event) -> None:
        found = Transfer.objects.filter(pk=event.stream.removeprefix("transfer:")).select_related("unit").first()
        if found is not None:
            url, reason = reverse("records:transfer", args=[found.pk]), event.references.get("reason", "")
            _say(kind, event, who(found, event), url, file=found.unit.name, reason=reason)

    return told


def _fixity_fault(event: Event) -> None:
    administrators = Account.objects.filter(is_administrator=True, is_active=True)
    who = set(administrators.values_list("pk", flat=True))
    _say(_FAULT, event, who, reverse("records:fixity"), file=event.references["sha256"])


def _appraisal(kind: Kind, who: Callable[[Appraisal, Event], set[UUID]]) -> Callable[[Event], None]:
    def told(event: Event) -> None:
        found = Appraisal.objects.filter(pk=event.stream.removeprefix("appraisal:")).first()
        if found is not None:
            url, due = reverse("records:appraisal", args=[found.pk]), local_date(found.destroy_by)
            _say(kind, event, who(found, event), url, file=found.title, due=due)

    return told


def _council(found: Appraisal, event: Event) -> set[UUID]:
    return set(found.members.values_list("officer", flat=True))


def _leaders(found: Appraisal, event: Event) -> set[UUID]:
    return holders(found.office_id, event.at, "leader", "head") - {found.made_by_id}


def _archive(found: Appraisal | Transfer, event: Event) -> set[UUID]:
    return holders(found.office_id, event.at, "clerk")


_TOLD: dict[str, Callable[[Event], None]] = {
    "records.share_asked": lambda event: _about(_CONFIRM, event, _competent),
    "records.share_end_asked": lambda event: _about(_CONFIRM, event, _competent),
    "records.shared": lambda event: _about(_SHARED, event, _sharers),
    "records.handed_over": lambda event: _about(_HANDED, event, lambda event, file: {file.keeper_id}),
    "records.share_declined": lambda event: _about(_NOT_SHARED, event, _asker),
    "records.share_end_declined": lambda event: _about(_NOT_SHARED, event, _asker),
    "records.list_submitted": _list(
        _APPROVE, lambda found, event: holders(found.office_id, event.at, "leader", "head")
    ),
    "records.list_given_back": _list(_LIST_BACK, _preparers),
    "records.list_approved": _list(_LIST_APPROVED, _preparers),
    "records.transfer_ready": _transfer(_READY, _archive),
    "records.transfer_faulty": _transfer(_NOT_PACKED, lambda found, event: {found.prepared_by_id}),
    "records.transfer_accepted": _transfer(_TAKEN_OVER, lambda found, event: {found.prepared_by_id}),
    "records.transfer_cancelled": _transfer(_GIVEN_UP, lambda found, event: {found.prepared_by_id}),
    "records.appraisal_convened": _appraisal(_SPEAK, _council),
    "records.appraisal_concluded": _appraisal(_DECIDE, _leaders),
    "records.appraisal_approved": _appraisal(_CARRY_OUT, _archive),
    "records.appraisal_kept": lambda event: _about(_OFFER, event, lambda event, file: {file.keeper_id}),
    "records.kept_back": lambda event: _about(
        _KEPT_BACK, event, lambda event, file: holders(file.office_id, event.at, "clerk")
    ),
    "records.fixity_fault": _fixity_fault,
}


def warn_of_transfers(*, at: datetime) -> int:
    """Warn keepers of files whose transfer is due within the days that the schedule sets; returns how many files."""
    today, count = local_day(at), 0
    # At the end of a year a province's files are due together: who is told a day later is told too late.
    while found := queries.due_for_transfer(today, most=AT_ONCE):
        for file in found:
            _warn(file, today, at)
        count += len(found)
    return count


def tell_of_move(*, officer: UUID, office: UUID, at: datetime) -> int:
    """Tell the heads of a unit how many of its files are kept by an officer who works there no more; returns it."""
    day = local_day(at)
    if Position.objects.on(day).filter(officer=officer, office=office).exists():
        return 0
    kept = WorkFile.objects.filter(keeper=officer, unit=office, state__in=HANDED).count()
    if kept:
        name = Account.objects.values_list("display_name", flat=True).get(pk=officer)
        facts = {"name": name, "count": str(kept)}
        key, url = f"records:moved:{officer}:{office}:{day}", f"{reverse('records:files')}?filter=units"
        notify(_MOVED, recipients=holders(office, at, "head", "leader"), facts=facts, key=key, url=url, at=at)
    return kept


def _warn(file: WorkFile, today: date, at: datetime) -> None:
    facts = {"file": str(file)[:150], "due": local_date(file.transfer_due), "reason": ""}
    key, url = f"{file.stream}:due:{file.transfer_due}", reverse("records:file", args=[file.pk])
    notify(_DUE, recipients={file.keeper_id}, facts=facts, key=key, url=url, at=at)
    WorkFile.objects.filter(pk=file.pk).update(told_on=today)
