"""``/batches``: programs file many dossiers at once with the same spreadsheet, checks and job as the pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from motcua.kernel.blobs.files import open_file
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.events.access_log import record_access
from motcua.kernel.web.api import Input, Listed, PageQuery
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.api import Bearer, principal
from motcua.people.accounts.models import Account
from motcua.people.citizens.access import COUNTER
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import parties_of, party_with_number
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import current_code
from motcua.services.batches import actions, queries
from motcua.services.batches.access import RECEPTION, abilities_for, layout_of, opened_by
from motcua.services.batches.layout import cell
from motcua.services.batches.models import Batch, Line
from motcua.services.batches.template import XLSX, template_for
from motcua.services.batches.workbook import COMMON, LIST, MOST_BYTES
from motcua.services.dossiers.access import require_unbarred
from motcua.services.dossiers.api.filing import office_named
from motcua.services.dossiers.api.viewers import READ, WRITE, require_own_files, viewer
from motcua.services.dossiers.applications import receiving_offices
from motcua.services.dossiers.models import Channel
from motcua.services.procedures.delegating import desk_for
from motcua.services.procedures.models import Case, ProcedureVersion
from motcua.services.procedures.runtime import Package, package_of, version_to_file

router = Router()
_BOOK = {"200": {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}


class BatchInput(Input):
    """What holds for all dossiers of a batch."""

    procedure: str = Field(min_length=1, max_length=40, description="Code of the procedure")
    case: str = Field("", max_length=40, description="Code of the case; empty for the first")
    office: str = Field(min_length=1, max_length=40, description="Code of the office that receives it")
    channel: Literal["online", "counter"] = Field("online", description="Officers file at the counter")
    applicant: str = Field("", max_length=20, description="Identity number or tax code; empty for oneself")
    return_method: Literal["desk", "post", "online"] = "desk"
    return_address: str = Field("", max_length=250)


class WorkbookInput(Input):
    """The spreadsheet, uploaded to ``/files`` before."""

    file: UUID


class SharedPaperInput(Input):
    """A file that goes with every dossier, uploaded to ``/files`` before."""

    paper: str = Field(max_length=40, description="Code of a paper of the case")
    file: UUID


class SendingInput(Input):
    """What is declared, and the papers that go along."""

    declared: bool = Field(description="That all is true, by who applies; at the counter they have signed the list")
    papers: list[SharedPaperInput] = Field([], max_length=50)


class Place(Schema):
    """A cell that is wrong."""

    cell: str = Field(description="Sheet and cell; empty for what concerns no cell")
    detail: str


class BatchDetail(Schema):
    """How a batch stands."""

    id: UUID
    procedure: str
    office: str
    channel: Literal["online", "counter"]
    state: Literal["open", "sending", "done"]
    file_name: str
    lines: int
    wrong: int = Field(description="Lines with a cell that is wrong")
    filed: int
    failed: int
    problems: list[Place] = Field(description="What is wrong outside the lines")
    notes: list[str] = Field(description="What stands in the spreadsheet and is not taken, or stands there twice")
    abilities: dict[str, bool]
    created_at: datetime
    read_at: datetime | None
    confirmed_at: datetime | None = Field(description="When it was sent, or last tried again")
    ended_at: datetime | None


class LineRow(Schema):
    """A line of the spreadsheet and what became of it."""

    row: int
    state: Literal["waiting", "filed", "failed"]
    errors: list[Place]
    problem: str = Field(description="Why it could not be filed")
    dossier: str | None


class LineList(Listed):
    """A page of lines."""

    items: list[LineRow]


class LineQuery(PageQuery):
    """Which lines are asked for."""

    only: Literal["wrong", "waiting", "filed", "failed"] | None = None


@router.post("", auth=Bearer(WRITE), response={201: BatchDetail}, operation_id="beginBatch", summary="Begin a batch")
def begin(request: HttpRequest, response: HttpResponse, given: BatchInput) -> dict[str, Any]:
    """Nothing is filed yet: download the template, fill it in, hand it over, and confirm."""
    account, version = _account(request), version_to_file(given.procedure)
    package, office = package_of(version.pk), office_named(given.office)
    made = actions.start_batch(
        account=account,
        version=version,
        case=_case(package, given.case),
        applicant=_applicant(request, account, given, version),
        office=_receiving(package, office, given.channel),
        return_method=given.return_method,
        return_address=given.return_address,
        channel=Channel(given.channel),
    )
    response.headers["Location"] = reverse("api:batch", args=[made.pk])
    return _detail(account, made)


@router.get("/{batch_id}", auth=Bearer(READ), response=BatchDetail, operation_id="getBatch", summary="Read a batch")
def batch(request: HttpRequest, batch_id: UUID) -> dict[str, Any]:
    """How far it is; ask again while it is ``sending``."""
    return _detail(_account(request), _opened(request, batch_id))


@router.get(
    "/{batch_id}/lines", auth=Bearer(READ), response=LineList, operation_id="listBatchLines", summary="List its lines"
)
def lines(request: HttpRequest, batch_id: UUID, asked: Query[LineQuery]) -> dict[str, Any]:
    """Each line in the order of the spreadsheet, with its wrong cells, or the number of its dossier."""
    found = _opened(request, batch_id)
    rows = Line.objects.filter(batch=found).select_related("dossier")
    if asked.only == "wrong":
        rows = rows.exclude(errors={})
    elif asked.only:
        rows = rows.filter(state=asked.only)
    page = paginate(rows, order=("row", "id"), cursor=asked.cursor, size=asked.limit)
    layout = layout_of(found)
    items = [
        {
            "row": line.row,
            "state": line.state,
            "errors": [
                {"cell": f"{LIST}!{cell(layout.each, path, line.row)}", "detail": text}
                for path, text in line.errors.items()
            ],
            "problem": line.problem,
            "dossier": line.dossier.number if line.dossier else None,
        }
        for line in page.items
    ]
    return {"items": items, "next": page.next_cursor, "previous": page.previous_cursor}


@router.get(
    "/{batch_id}/template",
    auth=Bearer(READ),
    response={200: None},
    operation_id="getBatchTemplate",
    summary="Download its spreadsheet",
    openapi_extra={"responses": _BOOK},
)
def template(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The spreadsheet to fill in; what was handed over before stands in it, wrong cells marked."""
    found = _opened(request, batch_id)
    return HttpResponse(template_for(found, sent=found.read_at is not None), content_type=XLSX)


@router.post(
    "/{batch_id}/workbook",
    auth=Bearer(WRITE),
    response=BatchDetail,
    operation_id="readBatch",
    summary="Hand over the spreadsheet",
)
def workbook(request: HttpRequest, batch_id: UUID, given: WorkbookInput) -> dict[str, Any]:
    """It is checked whole and replaces the one before; nothing is filed."""
    account, held = _account(request), _opened(request, batch_id)
    require_own_files(principal(request), {"file": given.file})
    stored = StoredFile.objects.select_related("blob").get(pk=given.file)
    if stored.size > MOST_BYTES:
        raise Refused(_("The file is too large: at most 10 MB."), field="file", code="too_large")
    with open_file(stored) as file:
        return _detail(account, actions.take_workbook(held.pk, by=account, file=file, name=stored.name))


@router.post(
    "/{batch_id}/confirm", auth=Bearer(WRITE), response=BatchDetail, operation_id="sendBatch", summary="Send a batch"
)
def confirm(request: HttpRequest, batch_id: UUID, given: SendingInput) -> dict[str, Any]:
    """From now on line after line is filed; sent twice it is filed once."""
    account, held = _account(request), _opened(request, batch_id)
    papers = _papers(request, held, given.papers) if held.state == Batch.State.OPEN else []
    return _detail(account, actions.send_with_papers(held.pk, by=account, declared=given.declared, papers=papers))


@router.post(
    "/{batch_id}/resume",
    auth=Bearer(WRITE),
    response=BatchDetail,
    operation_id="resumeBatch",
    summary="Try again what was not filed",
)
def resume(request: HttpRequest, batch_id: UUID) -> dict[str, Any]:
    """What is filed already is never filed again."""
    account, held = _account(request), _opened(request, batch_id)
    return _detail(account, actions.resume_batch(held.pk, by=account))


def _account(request: HttpRequest) -> Account:
    """The account behind the token. Raises ``NotAllowed`` for a service: it files dossier by dossier."""
    account = principal(request).account
    if account is None:
        raise NotAllowed(
            _("Spreadsheets are filed by people; a service files dossier by dossier."), code="may_not_file"
        )
    return account


def _opened(request: HttpRequest, key: UUID) -> Batch:
    _account(request)
    return opened_by(viewer(request), key)


def _case(package: Package, code: str) -> Case:
    for case in package.cases:
        if code in ("", case.code):
            return case
    raise Refused(_("This procedure has no such case."), field="case", code="case")


def _applicant(request: HttpRequest, account: Account, given: BatchInput, version: ProcedureVersion) -> Party:
    """Oneself or whom one represents; at the counter anybody who is registered, but no relative of the officer.

    An officer's look is recorded, as on the pages: the template shows what is known of the person.
    """
    if given.channel == "counter":
        if not desk_for(viewer(request).desk, version).offices_with(RECEPTION):
            raise NotAllowed(_("You do not sit at the counter of this office."), code="may_not_file")
        found = party_with_number(given.applicant)
        if found is None:
            raise NotFound(_("Nobody is registered under this number."), field="applicant")
        require_unbarred(viewer(request), found)
        record_access(who=account.pk, whose=found.pk, purpose=COUNTER, subject=f"party:{found.pk}")
        return found
    number = given.applicant.replace("-", "")
    for party in parties_of(account, timezone.localdate()):
        if number in ("", party.identity_number, party.tax_code):
            return party
    raise NotAllowed(_("You may apply for yourself and for those whom you represent."), code="not_represented")


def _receiving(package: Package, office: Office, channel: str) -> Office:
    """Online the office must receive the procedure; at the counter ``start_batch`` asks for the officer's role."""
    offices = receiving_offices(package, timezone.localdate())
    if channel == Channel.ONLINE and not offices.filter(pk=office.pk).exists():
        raise Refused(_("Name the office that receives this procedure by its code."), field="office", code="office")
    return office


def _papers(request: HttpRequest, held: Batch, given: list[SharedPaperInput]) -> list[actions.SharedFile]:
    require_own_files(principal(request), {f"papers.{at}.file": paper.file for at, paper in enumerate(given)})
    listed = {paper.code: paper for paper in package_of(held.procedure_version_id).papers(held.case_id)}
    for at, paper in enumerate(given):
        if paper.paper not in listed:
            raise Refused(_("This case has no such paper."), field=f"papers.{at}.paper", code="paper")
    return [actions.SharedFile(listed[paper.paper], paper.file) for paper in given]


def _detail(account: Account, held: Batch) -> dict[str, Any]:
    """A batch as it is told; two statements beside those that read it."""
    progress = queries.progress_of(held)
    names = ("id", "channel", "state", "file_name", "notes", "created_at", "read_at", "confirmed_at", "ended_at")
    right = bool(progress.lines) and not progress.wrong and not held.problems
    unfiled = progress.lines - progress.filed
    return {name: getattr(held, name) for name in names} | {
        "procedure": held.procedure_version.procedure.code,
        "office": current_code(held.office, timezone.localdate()),
        "lines": progress.lines,
        "wrong": progress.wrong,
        "filed": progress.filed,
        "failed": progress.failed,
        "problems": list(_problems(held)),
        "abilities": abilities_for(held, account=account.pk, unfiled=unfiled, right=right, at=timezone.now()),
    }


def _problems(held: Batch) -> Iterable[dict[str, str]]:
    rows = {each.field.path: number for number, each in enumerate(layout_of(held).once, 2)} if held.problems else {}
    for path, text in held.problems:
        yield {"cell": f"{COMMON}!B{rows[path]}" if path else "", "detail": text}
