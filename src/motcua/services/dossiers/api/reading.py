"""Reading dossiers: lists, one dossier, its story, its result."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query

from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import NotAllowed, NotFound
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.api import Bearer
from motcua.services.dossiers import queries
from motcua.services.dossiers.access import Accessed, results_for
from motcua.services.dossiers.api import shapes
from motcua.services.dossiers.api.inputs import InboxQuery, ListQuery
from motcua.services.dossiers.api.schemas import DossierDetail, DossierList, InboxList, Timeline
from motcua.services.dossiers.api.viewers import READ, opened, router, viewer
from motcua.services.dossiers.models import ResultDocument
from motcua.services.dossiers.timeline import timeline

PDF = {"200": {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
_PARTS = {
    "206": {"description": "The asked range of bytes"},
    "304": {"description": "Not modified"},
    "416": {"description": "No such range of bytes"},
}


@router.get("/dossiers", auth=Bearer(READ), response=DossierList, operation_id="listDossiers", summary="List dossiers")
def listed(request: HttpRequest, asked: Query[ListQuery]) -> dict[str, Any]:
    """The dossiers that the bearer may see, newest first."""
    found = queries.listed(viewer(request), state=asked.state or "", due_before=asked.due_before)
    rows = found.queryset.for_rows()
    page = paginate(rows, order=("-submitted_at", "-id"), cursor=asked.cursor, size=asked.limit)
    return {"items": shapes.rows(page.items), "next": page.next_cursor, "previous": page.previous_cursor}


@router.get(
    "/dossiers/{code}", auth=Bearer(READ), response=DossierDetail, operation_id="getDossier", summary="Read a dossier"
)
def dossier(request: HttpRequest, code: str) -> dict[str, Any]:
    """A dossier by its code or submission number. The applicant sees that it was looked at."""
    return shapes.detail(opened(request, code))


@router.get(
    "/dossiers/{code}/timeline",
    auth=Bearer(READ),
    response=Timeline,
    operation_id="getTimeline",
    summary="Read the timeline",
)
def story(request: HttpRequest, code: str) -> dict[str, Any]:
    """What happened, in order, with the digests that chain it."""
    accessed = opened(request, code)
    told = timeline(accessed.dossier, for_officers=shapes.is_officer(accessed))
    return {"items": [shapes.entry(entry) for entry in told]}


@router.get(
    "/dossiers/{code}/result",
    auth=Bearer(READ),
    response={200: None},
    operation_id="getResult",
    summary="Download a result",
    openapi_extra={"responses": PDF | _PARTS},
)
def result(request: HttpRequest, code: str, document: UUID | None = None) -> HttpResponseBase:
    """The signed PDF: the one named by ``document``, else the first that was issued."""
    accessed = opened(request, code)
    accessed.require("download_result")
    return respond(request, _result(accessed, document).file, download=True)


def _result(accessed: Accessed, document: UUID | None) -> ResultDocument:
    issued: Sequence[ResultDocument] = [each for each in results_for(accessed) if each.state == "sealed"]
    for each in issued:
        if document in (None, each.pk):
            return each
    raise NotFound(_("There is no such result."))


@router.get("/inbox", auth=Bearer(READ), response=InboxList, operation_id="getInbox", summary="Read the inbox")
def inbox(request: HttpRequest, asked: Query[InboxQuery]) -> dict[str, Any]:
    """The open steps that the officer may do, most urgent first."""
    desk = viewer(request).desk
    if not desk.positions:
        raise NotAllowed(_("Only officers have an inbox."))
    items = queries.inbox(desk, filter_by=asked.show, at=timezone.now())
    page = paginate(items.queryset.for_rows(), order=("sort_due", "id"), cursor=asked.cursor, size=asked.limit)
    return {"items": shapes.inbox_rows(page.items), "next": page.next_cursor, "previous": page.previous_cursor}
