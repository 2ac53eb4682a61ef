"""Dossiers as the interface gives them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.time.queries import Book, book
from motcua.kernel.time.rules import remaining
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import codes_of
from motcua.services.dossiers.access import Accessed, results_for
from motcua.services.dossiers.api.schemas import ApplicantDetail, FeeRow, ResultRow
from motcua.services.dossiers.models import Dossier, FeeLine, Paper, WorkItem
from motcua.services.dossiers.models.dossier import CLOCK_STOPPED
from motcua.services.dossiers.rules.national import status_code
from motcua.services.dossiers.timeline import Entry

Codes = Mapping[UUID, str]
_PLAIN = (
    "number", "code", "submission_number", "state", "version", "channel", "submitted_at", "accepted_at", "due_at",
    "decided_at", "closed_at",
)  # fmt: skip


class Around(NamedTuple):
    """What rows are told with: the codes of offices by their keys, the calendars in force, and the time."""

    codes: Codes
    calendars: Book
    at: datetime

    def office(self, office: Office) -> dict[str, str]:
        """An office by code and name."""
        return {"code": self.codes.get(office.pk, ""), "name": office.name}

    def remaining(self, due: datetime | None, office: UUID | None) -> dict[str, Any] | None:
        """The office's working time until something is due."""
        if due is None:
            return None
        left = remaining(self.at, due, self.calendars.calendar(office))
        return {"overdue": left.sign < 0, "days": left.days, "hours": left.hours}


def rows(dossiers: Iterable[Dossier]) -> list[dict[str, Any]]:
    """Rows of a list; two statements: the codes of their offices, the version of the calendars."""
    listed = list(dossiers)
    offices = {office for each in listed for office in (each.receiving_office_id, each.resolving_office_id)}
    around = Around(_codes(offices), book(), timezone.now())
    return [row(each, around) for each in listed]


def row(dossier: Dossier, around: Around) -> dict[str, Any]:
    """One dossier without anything personal."""
    version = dossier.procedure_version
    runs = dossier.decided_at is None and dossier.is_open and dossier.state not in CLOCK_STOPPED
    return {
        **{name: getattr(dossier, name) for name in _PLAIN},
        "national_status": status_code(dossier.state, timezone.localdate()),
        "remaining": around.remaining(dossier.due_at, dossier.resolving_office_id) if runs else None,
        "procedure": {"code": version.procedure.code, "name": version.name},
        "receiving_office": around.office(dossier.receiving_office),
        "resolving_office": around.office(dossier.resolving_office),
    }


def detail(accessed: Accessed) -> dict[str, Any]:
    """One dossier with its papers, fees, steps, results and the dossiers that it opened; six statements."""
    dossier = accessed.dossier
    offices = {dossier.receiving_office_id, dossier.resolving_office_id}
    codes = _codes(offices | {step.office_id for step in accessed.steps if step.office_id})
    around = Around(codes, accessed.calendars, timezone.now())
    papers = Paper.objects.filter(dossier=dossier, removed_at=None).select_related("case_paper", "file__blob")
    return {
        **row(dossier, around),
        "case": dossier.case.code,
        "subject": dossier.subject,
        "applicant": {name: getattr(dossier.applicant, name) for name in ApplicantDetail.model_fields},
        "form": dossier.form_data,
        "return_method": dossier.return_method,
        "papers": [_paper(paper) for paper in papers],
        "fees": [_named(fee, FeeRow.model_fields) for fee in FeeLine.objects.filter(dossier=dossier)],
        "steps": [step(item, around, names=is_officer(accessed)) for item in accessed.steps],
        "results": [_named(result, ResultRow.model_fields) for result in results_for(accessed)],
        "children": [_child(child) for child in dossier.children.for_rows().order_by("pk")],
        "abilities": dict(accessed.abilities),
    }


def _child(child: Dossier) -> dict[str, Any]:
    return {"number": child.number, "procedure": child.procedure_version.name, "state": child.state}


def is_officer(accessed: Accessed) -> bool:
    """Whether names of officers are told: to colleagues, not to applicants or other systems."""
    return bool(accessed.desk.positions) and not accessed.is_applicant


def step(item: WorkItem, around: Around, *, names: bool) -> dict[str, Any]:
    """An open step."""
    assert item.office is not None
    return {
        **_named(item, ("id", "node", "name", "role", "opened_at", "due_at")),
        "remaining": None if item.paused else around.remaining(item.due_at, item.office_id),
        "office": around.office(item.office),
        "assignee": item.assignee.username if names and item.assignee else None,
    }


def inbox_rows(items: Iterable[WorkItem]) -> list[dict[str, Any]]:
    """Rows of the inbox; two statements: the codes of the offices, the version of the calendars."""
    listed = list(items)
    codes = _codes({item.office_id for item in listed if item.office_id})
    around = Around(codes, book(), timezone.now())
    return [
        {
            "step": step(item, around, names=True),
            "dossier": item.dossier.number,
            "procedure": item.dossier.procedure_version.name,
            "state": item.dossier.state,
        }
        for item in listed
    ]


def entry(told: Entry) -> dict[str, Any]:
    """One line of the timeline."""
    shown = ("version", "kind", "title", "at", "agency", "position", "officer", "detail", "digest")
    following = [{"name": each.name, "office": each.office, "due": each.due} for each in told.next]
    return {**_named(told, shown), "next": following}


def file(stored: StoredFile) -> dict[str, Any]:
    """A stored file; its content must be joined."""
    named = _named(stored, ("id", "name", "media_type", "size"))
    return {**named, "digest": stored.blob_id, "scan_state": stored.blob.scan_state}


def _paper(paper: Paper) -> dict[str, Any]:
    return {
        **_named(paper, ("id", "name", "form", "copies", "digitised", "reused", "no_scan_reason", "valid_to")),
        "paper": paper.case_paper.code if paper.case_paper else "",
        "file": file(paper.file) if paper.file else None,
    }


def _named(thing: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _codes(offices: set[UUID]) -> Codes:
    return codes_of(offices, timezone.localdate())
