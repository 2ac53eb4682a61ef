"""The officer who receives sees what a parent has stated, and confirms or refuses it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.blobs.pages import respond
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.services.dossiers.abilities import RECEPTION
from motcua.services.dossiers.access import Accessed
from motcua.services.dossiers.pages.desk.shared import HANDLING, actor_at, for_officers, opened
from motcua.services.families import actions, queries
from motcua.services.families.access import Checked, abilities_for, statement_at
from motcua.services.families.pages.portal import COLOURS, basis_rows, file_part, parent_row


def section(request: HttpRequest, accessed: Accessed) -> dict[str, Any] | None:
    """On the page of a dossier: what its parent has stated and what became of that."""
    found = queries.statement_of(accessed.dossier)
    if found is None:
        return None
    return _context(Checked(found, accessed, abilities_for(found, accessed)))


def _context(checked: Checked) -> dict[str, Any]:
    statement, number = checked.statement, checked.accessed.dossier.number
    decided = (local_datetime(statement.decided_at), statement.office.name if statement.office else "")
    return {
        "statement": statement,
        "colour": COLOURS[type(statement).State(statement.state)],
        "abilities": checked.abilities,
        "rows": [parent_row(statement.parent), *basis_rows(statement)],
        "files": file_part(statement, reverse("families:desk-file", args=[number])),
        "decided": " · ".join(part for part in decided if part),
        "decide": reverse("families:decide", args=[number]),
        "number": number,
    }


@require_http_methods(["GET", "POST"])
@for_officers
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm or refuse; what is refused wants a reason."""
    checked = statement_at(opened(request, number, purpose=HANDLING))
    if request.method != "POST":
        return forms.page(request, "families/decide.html", _context(checked))
    doing = "refuse" if request.POST.get("do") == "refuse" else "confirm"
    checked.require(doing)
    dossier = checked.accessed.dossier
    by = actor_at(request, dossier.receiving_office_id, roles=(RECEPTION,))
    try:
        if doing == "confirm":
            actions.confirm(checked.statement.pk, dossier=dossier, by=by)
            messages.success(request, _("The statement has been confirmed. The dossier can be accepted."))
        else:
            reason = request.POST.get("reason", "")
            actions.refuse(checked.statement.pk, dossier=dossier, reason=reason, by=by)
            messages.success(request, _("The statement has been refused. Now refuse the dossier; the parent is told."))
    except Refused as refused:
        return forms.page(request, "families/decide.html", _context(checked), refused=refused)
    return redirect("dossiers:desk-dossier", number)


@require_GET
@for_officers
def file(request: HttpRequest, number: str) -> HttpResponseBase:
    """The paper that proves it."""
    checked = statement_at(opened(request, number, purpose=HANDLING))
    if checked.statement.file is None:
        raise NotFound(_("There is no such file."))
    return respond(request, checked.statement.file, download="download" in request.GET)
