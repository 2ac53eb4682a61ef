"""A spreadsheet is begun, read, mended and confirmed. Until then nothing is filed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.forms.model import Form
from motcua.engines.forms.surroundings import Surroundings
from motcua.engines.signing.jobs import check_file
from motcua.kernel.blobs.actions import keep, release
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import bare
from motcua.kernel.text.workbooks import UnreadableError
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.organisations.models import Office
from motcua.services.batches import jobs, workbook
from motcua.services.batches.access import batch_for, filer_of, layout_of, spec_of
from motcua.services.batches.checking import Checked, Texts, check
from motcua.services.batches.layout import Layout, cell
from motcua.services.batches.models import Batch, Line, SharedPaper
from motcua.services.dossiers.actions.submitting import check_filing
from motcua.services.dossiers.applications import delivery_faults, receiving_offices
from motcua.services.dossiers.models import Channel
from motcua.services.dossiers.routing import local_day
from motcua.services.dossiers.surroundings import surroundings
from motcua.services.procedures.models import Case, CasePaper, ProcedureVersion
from motcua.services.procedures.runtime import package_of

MOST_OPEN = 20
MOST_PAPERS = 50


@transaction.atomic
def start_batch(
    *,
    account: Account,
    version: ProcedureVersion,
    case: Case,
    applicant: Party,
    office: Office,
    return_method: str,
    return_address: str = "",
    channel: Channel = Channel.ONLINE,
) -> Batch:
    """Begin to file many at once; at the counter the account is the officer's.

    Raises ``Invalid`` for the choices, ``Conflict`` beyond 20 that are not yet sent, and as ``filer_of``.
    """
    spec_of(package_of(version.pk))
    check_filing(version, channel)
    address = bare(return_address)
    if faults := delivery_faults(return_method, address):
        raise Invalid(_("Some choices are missing."), errors=faults)
    if Batch.objects.filter(account=account, state=Batch.State.OPEN).count() >= MOST_OPEN:
        text = _("You have many spreadsheets that are not yet sent. Finish or delete some first.")
        raise Conflict(text, code="too_many_batches")
    made = Batch(
        account=account,
        channel=channel,
        applicant=applicant,
        procedure_version=version,
        case=case,
        office=office,
        return_method=return_method,
        return_address=address,
        created_at=timezone.now(),
    )
    filer_of(made, at=made.created_at)
    made.save(force_insert=True)
    return made


@transaction.atomic
def take_workbook(batch: UUID, *, by: Account, file: IO[bytes], name: str, at: datetime | None = None) -> Batch:
    """Read a spreadsheet in place of the one before, and keep all its lines with what is wrong in them.

    Raises ``Refused`` for what is no such spreadsheet, ``Conflict`` when the batch is sent already.
    """
    held = _open(batch, by)
    package, layout = package_of(held.procedure_version_id), layout_of(held)
    most = spec_of(package).most
    sent = _read(file, layout, most)
    found = check(package.form, layout, sent, _around)
    held.lines.all().delete()
    Line.objects.bulk_create(
        Line(batch=held, row=row.number, typed=row.cells, errors=found.lines.get(row.number, {})) for row in sent.rows
    )
    held.file_name, held.read_at, held.common = name[:255], at or timezone.now(), sent.once
    held.problems = [*([path, text] for path, text in found.once.items()), *(["", text] for text in found.problems)]
    held.notes = _notes(layout, sent, found)
    held.save(update_fields=["file_name", "read_at", "common", "problems", "notes"])
    return held


def _read(file: IO[bytes], layout: Layout, most: int) -> workbook.Sent:
    try:
        sent = workbook.read(file, layout, most=most)
    except UnreadableError as error:
        text = _(
            "This is not the template as it was downloaded (.xlsx). Download it again and copy your lines into it."
        )
        raise Refused(text, field="file", code="unreadable") from error
    if sent.missing:
        text = _("The sheet “%(sheet)s” lacks these columns: %(names)s")
        said = {"sheet": workbook.LIST, "names": ", ".join(sent.missing)}
        raise Refused(text % said, field="file", code="missing_columns")
    if len(sent.rows) > most:
        raise Refused(_("At most %(n)d lines at once.") % {"n": most}, field="file", code="too_long")
    if not sent.rows:
        text = _("The sheet “%(sheet)s” has no line filled in.") % {"sheet": workbook.LIST}
        raise Refused(text, field="file", code="empty")
    return sent


def _around(form: Form, texts: Texts) -> Surroundings:
    return surroundings(form, texts)


def _notes(layout: Layout, sent: workbook.Sent, found: Checked) -> list[str]:
    notes = [
        _("The column “%(name)s” is not part of the template and is not sent.") % {"name": n} for n in sent.unknown
    ]
    for row, path in found.ignored[:50]:
        said = {"cell": cell(layout.each, path, row)}
        notes.append(_("Cell %(cell)s does not concern this line and is not sent.") % said)
    for row, first in found.repeated[:50]:
        text = _("Line %(line)d says the same as line %(first)d. If that is a mistake, remove it: both are sent.")
        notes.append(text % {"line": row, "first": first})
    return notes


@transaction.atomic
def attach_paper(batch: UUID, *, by: Account, file: StoredFile, case_paper: CasePaper) -> SharedPaper:
    """Attach a file that goes with all. Raises ``Conflict`` beyond 50."""
    held = _open(batch, by)
    if held.papers.count() >= MOST_PAPERS:
        raise Conflict(_("There are too many files. Remove some first."), code="too_many_files")
    keep([file.pk])
    check_file.defer(file=str(file.pk))
    return SharedPaper.objects.create(batch=held, case_paper=case_paper, file=file, added_at=timezone.now())


@transaction.atomic
def remove_paper(batch: UUID, *, by: Account, paper: UUID) -> None:
    """Take a file off again."""
    for attached in SharedPaper.objects.filter(batch=_open(batch, by), pk=paper):
        attached.delete()
        release([attached.file_id])


@transaction.atomic
def confirm_batch(batch: UUID, *, by: Account, declared: bool, at: datetime | None = None) -> Batch:
    """Send everything: from now on a job files line after line. Confirmed a second time, nothing happens.

    Raises ``Refused`` without the declaration or with a wrong cell, ``Invalid`` naming missing papers, ``Conflict``
    when the procedure has changed.
    """
    held = _locked(batch, by)
    if held.state != Batch.State.OPEN:
        return held
    now = at or timezone.now()
    if held.procedure_version_id != held.procedure_version.procedure.current_version_id:
        text = _(
            "The procedure has changed since. Begin again with the new template; your lines can be copied into it."
        )
        raise Conflict(text, code="changed")
    check_filing(held.procedure_version, held.channel)
    filer_of(held, at=now)
    if not held.at_counter:
        _require_receiving(held, now)
    lines = held.lines.count()
    if not lines or held.problems or held.lines.exclude(errors={}).exists():
        raise Refused(
            _("Correct the cells that are wrong, and upload the spreadsheet again."), field="file", code="wrong"
        )
    _require_papers(held)
    if not declared:
        raise Refused(_("Tick that what you state is true."), field="declared", code="not_declared")
    held.state, held.confirmed_at = Batch.State.SENDING, now
    held.save(update_fields=["state", "confirmed_at"])
    record(
        stream=held.stream,
        kind="batch.confirmed",
        actor=by.pk,
        agency=held.office_id,
        at=now,
        references={"lines": lines, "version": held.procedure_version_id, "applicant": held.applicant_id},
    )
    jobs.defer(held.pk)
    return held


@dataclass(frozen=True)
class SharedFile:
    """A file that goes with every dossier, and the paper that it is."""

    case_paper: CasePaper
    file: UUID


@transaction.atomic
def send_with_papers(batch: UUID, *, by: Account, declared: bool, papers: Sequence[SharedFile]) -> Batch:
    """Attach files and send, or neither. Raises as ``attach_paper`` and ``confirm_batch``."""
    files = StoredFile.objects.in_bulk([paper.file for paper in papers])
    for paper in papers:
        attach_paper(batch, by=by, file=files[paper.file], case_paper=paper.case_paper)
    return confirm_batch(batch, by=by, declared=declared)


def _require_receiving(held: Batch, at: datetime) -> None:
    offices = receiving_offices(package_of(held.procedure_version_id), local_day(at))
    if not offices.filter(pk=held.office_id).exists():
        text = _(
            "This office does not receive such dossiers any more. Begin again with another; your lines can be copied."
        )
        raise Refused(text, code="office")


def _require_papers(held: Batch) -> None:
    attached = set(held.papers.values_list("case_paper_id", flat=True))
    papers = package_of(held.procedure_version_id).papers(held.case_id)
    if missing := [paper for paper in papers if paper.required and paper.pk not in attached]:
        raise Invalid(
            _("Some required papers are missing."),
            errors={
                f"paper-{paper.code}": _("Attach this paper: %(name)s") % {"name": paper.name} for paper in missing
            },
        )


@transaction.atomic
def discard_batch(batch: UUID, *, by: Account) -> None:
    """Delete a batch that has not been sent, and give up its files."""
    held = _open(batch, by)
    files = list(held.papers.values_list("file_id", flat=True))
    held.delete()
    release(files)


def _open(batch: UUID, by: Account) -> Batch:
    held = _locked(batch, by)
    if held.state != Batch.State.OPEN:
        raise Conflict(_("This has been sent already."), code="sent")
    return held


def _locked(batch: UUID, by: Account) -> Batch:
    if not Batch.objects.select_for_update(of=("self",)).filter(pk=batch, account=by).exists():
        raise NotFound(_("There is no such spreadsheet. It may have been deleted already."))
    return batch_for(by, batch)
