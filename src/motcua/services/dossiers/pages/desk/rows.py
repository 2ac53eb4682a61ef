"""Rows of lists, with dates written and states in words before a template sees them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from motcua.kernel.text import local_datetime
from motcua.kernel.time.queries import book
from motcua.kernel.web.addresses import address
from motcua.services.dossiers.lines import DossierLine, WorkLine
from motcua.services.dossiers.models import Channel, Dossier, State
from motcua.services.dossiers.models.dossier import CLOCK_STOPPED
from motcua.services.dossiers.pages.desk.shared import Deadline, deadline

UNDATED = Deadline("none", "–", "")


class WorkRow(NamedTuple):
    """A step as a list shows it. ``documents`` are for those that sign."""

    id: UUID
    number: str
    url: str
    key: UUID
    version: int
    step: str
    procedure: str
    applicant: str
    office: str
    assignee: str
    deadline: Deadline
    documents: Sequence[dict[str, Any]] = ()


class DossierRow(NamedTuple):
    """A dossier as a list shows it."""

    number: str
    url: str
    procedure: str
    applicant: str
    state: str
    state_text: str
    channel: str
    office: str
    submitted: str
    decided: str
    completed: str
    deadline: Deadline
    owed: str = ""  # what is still to be paid, in lists that say so
    next_url: str = ""  # what is done with it next, in lists that lead there


def work_rows(lines: Iterable[WorkLine], at: datetime) -> list[WorkRow]:
    """Open steps, with the working time that is left of each."""
    listed = list(lines)
    if not listed:
        return []
    calendars = book(listed[0].calendars)
    return [
        WorkRow(
            id=line.id,
            number=line.number,
            url=address("dossiers:desk-dossier", line.number),
            key=line.dossier,
            version=line.version,
            step=line.step,
            procedure=line.procedure,
            applicant=line.applicant,
            office=line.office,
            assignee=line.assignee or "–",
            deadline=deadline(
                line.due_at,
                at,
                paused=line.paused,
                calendar=calendars.calendar(line.office_id),
                brief=True,
            )
            or UNDATED,
        )
        for line in listed
    ]


def dossier_rows(lines: Iterable[DossierLine], at: datetime) -> list[DossierRow]:
    """Dossiers of a list, with the working time that is left of each."""
    listed = list(lines)
    if not listed:
        return []
    calendars = book(listed[0].calendars)
    texts, channels = ({code: str(text) for code, text in each.choices} for each in (State, Channel))
    return [
        DossierRow(
            number=line.number,
            url=address("dossiers:desk-dossier", line.number),
            procedure=line.procedure,
            applicant=line.applicant,
            state=line.state,
            state_text=texts[line.state],
            channel=channels[line.channel],
            office=line.office,
            submitted=local_datetime(line.submitted_at),
            decided=local_datetime(line.decided_at),
            completed=local_datetime(line.completed_at) or "–",
            deadline=deadline(
                line.due_at,
                at,
                paused=line.state in CLOCK_STOPPED,
                done=line.decided_at is not None or not line.is_open,
                calendar=calendars.calendar(line.office_id),
                brief=True,
            )
            or UNDATED,
        )
        for line in listed
    ]


def addresses_of(streams: Collection[str]) -> dict[str, str]:
    """The desk's pages of dossiers by their streams, for rooms that know no more of a dossier; one statement."""
    keys = [UUID(stream.partition(":")[2]) for stream in streams]
    found = Dossier.objects.filter(pk__in=keys).only("code", "submission_number")
    return {dossier.stream: address("dossiers:desk-dossier", dossier.number) for dossier in found}
