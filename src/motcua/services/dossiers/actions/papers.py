"""Papers come in, are scanned, or carry the legal reason why they are not."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from motcua.kernel.blobs.actions import keep
from motcua.kernel.errors import NotFound, Refused
from motcua.services.dossiers.actions.submitting import NewPaper, check_last_day
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import NoScanReason, Paper, Supplement
from motcua.services.dossiers.moves import Move


def attach(
    dossier: UUID, papers: Sequence[NewPaper], *, by: Actor, at: datetime, supplement: Supplement | None = None
) -> list[Paper]:
    """Store further papers behind those that are there; for actions that hold the dossier's lock."""
    if not papers:
        return []
    last = Paper.objects.filter(dossier=dossier).aggregate(last=Max("position"))["last"] or 0
    made = [
        Paper(
            dossier_id=dossier,
            case_paper_id=paper.case_paper,
            supplement=supplement,
            position=position,
            name=paper.name,
            form=paper.form,
            copies=paper.copies,
            file_id=paper.file,
            digitised=paper.digitised,
            reused=paper.reused,
            from_national_store=paper.from_national_store,
            no_scan_reason=paper.no_scan_reason,
            valid_to=paper.valid_to,
            added_at=at,
            added_by_id=by.account,
        )
        for position, paper in enumerate(papers, start=last + 1)
    ]
    Paper.objects.bulk_create(made)
    keep([paper.file for paper in papers if paper.file])
    return made


@transaction.atomic
def add_paper(
    dossier: UUID, *, paper: NewPaper, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> Paper:
    """Add a paper to an undecided dossier."""
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("add_paper")
    (added,) = attach(dossier, [paper], by=by, at=move.at)
    move.tell("dossier.paper_added", paper=added.pk)
    move.write()
    return added


@transaction.atomic
def digitise(
    dossier: UUID, *, paper: UUID, file: UUID, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> None:
    """Store the scan of a paper that was handed over at the counter (số hoá).

    Raises ``Refused`` for a paper that came in electronic form: its file is what the applicant submitted.
    """
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    found = _paper(dossier, paper)
    if found.file_id is not None and not found.digitised:
        raise Refused(_("This paper was submitted in electronic form; there is nothing to scan."), code="electronic")
    found.file_id, found.digitised, found.no_scan_reason = file, True, ""
    found.save(update_fields=["file", "digitised", "no_scan_reason"])
    keep([file])
    move.tell("dossier.paper_digitised", paper=paper)
    move.write()


@transaction.atomic
def record_no_scan(
    dossier: UUID, *, paper: UUID, reason: str, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> None:
    """Record which of the legal reasons spares a paper the scanner (TT 03/2025/TT-VPCP, article 5 clause 2)."""
    if reason not in NoScanReason.values:
        raise Refused(_("Choose one of the legal reasons."), field="no_scan_reason", code="required")
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    found = _paper(dossier, paper)
    if found.digitised:
        raise Refused(_("This paper has been scanned already."), field="no_scan_reason", code="digitised")
    found.no_scan_reason = reason
    found.save(update_fields=["no_scan_reason"])
    move.tell("dossier.paper_not_scanned", paper=paper, reason=reason)
    move.write()


@transaction.atomic
def state_validity(
    dossier: UUID,
    *,
    paper: UUID,
    valid_to: date | None,
    by: Actor,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> None:
    """Record the last day of a paper as the officer reads it there; none takes back what was recorded.

    Raises ``Refused`` for a day that no paper bears, and for what was taken from a store: there its issuer or owner
    says how long it is valid.
    """
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    found = _paper(dossier, paper)
    if found.source:
        raise Refused(_("The store that it was taken from says how long it is valid."), code="from_store")
    check_last_day(valid_to, move.at)
    was, found.valid_to = found.valid_to, valid_to
    found.save(update_fields=["valid_to"])
    last, former = (day and day.isoformat() for day in (valid_to, was))
    move.tell("dossier.paper_validity_stated", paper=paper, valid_to=last, was=former)
    move.write()


@transaction.atomic
def remove_paper(
    dossier: UUID, *, paper: UUID, reason: str, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> None:
    """Take a paper out that was added by mistake; it stays stored, marked as removed."""
    if not reason.strip():
        raise Refused(_("Write the reason."), field="reason", code="required")
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("add_paper")
    found = _paper(dossier, paper)
    found.removed_at = move.at
    found.save(update_fields=["removed_at"])
    move.tell("dossier.paper_removed", paper=paper, reason=reason.strip())
    move.write()


def _paper(dossier: UUID, paper: UUID) -> Paper:
    found = Paper.objects.filter(pk=paper, dossier=dossier, removed_at=None).first()
    if found is None:
        raise NotFound(_("There is no such paper."))
    return found
