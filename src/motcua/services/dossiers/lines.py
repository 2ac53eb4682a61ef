"""What the rows of lists show, read as plain values: thirty rows of joined models cost more than the rest of the page.

Which rows and in which order says a queryset of :mod:`queries`, and with it who may see them; what stands in them is
one written join for the keys that the queryset chooses. ``paginate(…, fetch=work_lines)`` reads a page of them.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from motcua.kernel.blobs.models import READABLE
from motcua.kernel.composed import Statement
from motcua.kernel.postgresql import prepared_cursor
from motcua.kernel.time.queries import IN_FORCE
from motcua.services.dossiers.models import Dossier, WorkItem
from motcua.services.dossiers.models.work import NEVER

_WORK = """
SELECT w.id, w.node, w.name, coalesce(o.name, ''), coalesce(a.display_name, ''), w.due_at,
       d.id, coalesce(d.code, d.submission_number), d.version, d.applicant_name, v.id, v.name,
       w.paused, w.office_id, ({in_force})
FROM {keys} JOIN dossiers_workitem w ON w.id = keys.id
JOIN dossiers_dossier d ON d.id = w.dossier_id
JOIN procedures_procedureversion v ON v.id = d.procedure_version_id
LEFT JOIN organisations_office o ON o.id = w.office_id
LEFT JOIN accounts_account a ON a.id = w.assignee_id
ORDER BY keys.nth
"""
_DOSSIERS = """
SELECT d.id, coalesce(d.code, d.submission_number), d.state, d.channel, d.applicant_name, d.subject,
       d.submitted_at, d.due_at, d.decided_at, d.closed_at IS NULL, v.name, o.name, o.id,
       (SELECT max(s.answered_at) FROM dossiers_supplement s WHERE s.dossier_id = d.id), ({in_force})
FROM {keys} JOIN dossiers_dossier d ON d.id = keys.id
JOIN procedures_procedureversion v ON v.id = d.procedure_version_id
JOIN organisations_office o ON o.id = d.resolving_office_id
ORDER BY keys.nth
"""
_DOCUMENTS = """
SELECT r.dossier_id, r.name, r.file_id, b.digest, b.scan_state
FROM dossiers_resultdocument r JOIN blobs_storedfile f ON f.id = r.file_id JOIN blobs_blob b ON b.digest = f.blob_id
WHERE r.dossier_id = ANY(%s) AND r.state = 'prepared' ORDER BY r.name, r.id
"""


class WorkLine(NamedTuple):
    """A step to be done, with its dossier."""

    id: UUID
    node: str
    step: str
    office: str
    assignee: str
    due_at: datetime | None
    dossier: UUID
    number: str
    version: int
    applicant: str
    procedure_version: UUID
    procedure: str
    paused: bool
    office_id: UUID | None
    calendars: int | None = None  # the version of calendars in force, where the statement has read it along

    @classmethod
    def of(cls, item: WorkItem) -> "WorkLine":
        """The line of a step whose joined rows have been read."""
        dossier = item.dossier
        return cls(
            item.pk, item.node, item.name, item.office.name if item.office else "",
            item.assignee.display_name if item.assignee else "", item.due_at, dossier.pk, dossier.number,
            dossier.version, dossier.applicant_name, dossier.procedure_version_id, dossier.procedure_version.name,
            item.paused, item.office_id,
        )  # fmt: skip

    @property
    def sort_due(self) -> datetime:
        """Its place in the order of due times."""
        return self.due_at or NEVER


class DossierLine(NamedTuple):
    """A dossier."""

    id: UUID
    number: str
    state: str
    channel: str
    applicant: str
    subject: str
    submitted_at: datetime
    due_at: datetime | None
    decided_at: datetime | None
    is_open: bool
    procedure: str
    office: str  # that resolves it
    office_id: UUID
    completed_at: datetime | None  # when the last supplement was brought
    calendars: int  # the version of calendars in force


class DocumentLine(NamedTuple):
    """A prepared result."""

    dossier: UUID
    name: str
    file: UUID
    digest: str  # of its content
    readable: bool  # as far as the virus scanner is concerned


def work_lines(items: "QuerySet[WorkItem] | Statement") -> list[WorkLine]:
    """The lines of the chosen steps, in their order; one statement."""
    return [WorkLine._make(row) for row in _joined(_WORK, items)]


def dossier_lines(dossiers: "QuerySet[Dossier] | Statement") -> list[DossierLine]:
    """The lines of the chosen dossiers, in their order; one statement."""
    return [DossierLine._make(row) for row in _joined(_DOSSIERS, dossiers)]


def prepared_documents(dossiers: list[UUID]) -> list[DocumentLine]:
    """The results of some dossiers that wait for a signature; one statement."""
    with prepared_cursor() as cursor:
        cursor.execute(_DOCUMENTS, [dossiers])
        rows = cursor.fetchall()
    return [
        DocumentLine(dossier, name, file, digest, state in READABLE) for dossier, name, file, digest, state in rows
    ]


def _joined(statement: str, chosen: "QuerySet[Any] | Statement") -> list[tuple[Any, ...]]:
    try:
        if not isinstance(chosen, Statement):
            chosen = Statement(*chosen.values("pk").query.sql_with_params(), steady=False)
    except EmptyResultSet:  # nothing can fulfil its conditions
        return []
    with prepared_cursor() if chosen.steady else connection.cursor() as cursor:
        keys = f"unnest(ARRAY({chosen.sql})) WITH ORDINALITY keys (id, nth)"
        cursor.execute(statement.format(keys=keys, in_force=IN_FORCE), chosen.params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
