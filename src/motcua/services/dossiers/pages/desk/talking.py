"""Officers read what applicants ask, and answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import panels
from motcua.kernel.web.forms import errors_of
from motcua.kernel.web.panels import Panel
from motcua.services.dossiers import talks
from motcua.services.dossiers.actions.talking import write_to_applicant
from motcua.services.dossiers.pages.desk.dossier import tab_page
from motcua.services.dossiers.pages.desk.shared import HANDLING, actor_at, desk_of, for_officers, opened, works_here
from motcua.services.dossiers.pages.portal.talking import entries, files_in, text_in

MOST_SHOWN = 8


def register() -> None:
    """Put the questions that wait on the officers' home page."""
    panels.register(Panel("desk", "dossiers.questions", "dossiers/desk/panel_questions.html", waiting, order=30))


@require_http_methods(["GET", "POST"])
@for_officers
def questions(request: HttpRequest, number: str) -> HttpResponse:
    """What was said, newest first, and room for an answer while the dossier is open."""
    accessed = opened(request, number, purpose=HANDLING)
    dossier, refused = accessed.dossier, None
    if request.method == "POST":
        try:
            talks.require_answerer(accessed)
            if not talks.may_answer(accessed):
                raise NotAllowed(_("You may not do this with this dossier now."), code="may_not_answer")
            offices = [*(step.office_id for step in accessed.steps), dossier.resolving_office_id]
            by = actor_at(request, *offices, dossier.receiving_office_id, dossier=dossier)
            write_to_applicant(dossier.pk, text=text_in(request), files=files_in(request), by=by)
        except NotAllowed:
            raise
        except Refused as fault:
            refused = fault
        else:
            messages.success(request, _("The applicant has been told."))
            return redirect("dossiers:desk-questions", number=dossier.number)
    context: dict[str, Any] = {
        "entries": entries(talks.messages_of(dossier), dossier, "dossiers:desk-question-file", for_officers=True),
        "may": talks.may_answer(accessed),
        "values": request.POST,
        "errors": errors_of(refused),
    }
    response = tab_page(request, accessed, "questions", context)
    response.status_code = refused.status if refused else 200
    return response


@require_GET
@for_officers
def file(request: HttpRequest, number: str, file_id: UUID) -> HttpResponseBase:
    """A file that came with a message; opening it is recorded."""
    found = talks.file_in(opened(request, number, purpose="paper").dossier, file_id)
    if found is None:
        raise NotFound(_("There is no such file."))
    return blob_pages.respond(request, found, download="download" in request.GET)


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """The questions that have waited longest; one statement."""
    if not works_here(request) or not desk_of(request).positions:
        return None
    found = talks.unanswered(desk_of(request)).order_by("sent_at", "id")[:MOST_SHOWN]
    rows = [
        {
            "number": each.dossier.number,
            "url": reverse("dossiers:desk-questions", args=[each.dossier.number]),
            "text": each.text[:120],
            "at": local_datetime(each.sent_at),
        }
        for each in found
    ]
    return {"rows": rows} if rows else None
