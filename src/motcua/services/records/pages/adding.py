"""Putting a document of the registers into a work file, from the document's own page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.web import forms
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence.access import incoming_for, outgoing_for
from motcua.services.correspondence.delegating import desk_of as documents_desk
from motcua.services.correspondence.pages.shared import actor_of, typed
from motcua.services.records import access, actions, queries
from motcua.services.records.delegating import desk_of
from motcua.services.records.models import Share


@require_http_methods(["GET", "POST"])
@for_officers
def add(request: HttpRequest, kind: str, document_id: UUID) -> HttpResponse:
    """Choose one of the officer's open files for a document that is theirs to see."""
    desk, documents = desk_of(request), documents_desk(request)
    if kind not in ("incoming", "outgoing"):
        raise NotFound(_("There is no such page."))
    found: Any = (incoming_for if kind == "incoming" else outgoing_for)(documents, document_id)
    if kind == "incoming":
        found.require("take_up")  # seen through another room, it is read there and not filed
    files = {str(each.pk): each for each in queries.open_for(desk)}
    page = "correspondence:document" if kind == "incoming" else "correspondence:sending"
    context = {
        "document": found.document,
        "back": reverse(page, args=[document_id]),
        "files": [("", _("Choose")), *((key, str(each)) for key, each in files.items())],
        "shared": Share.objects.filter(file__in=files.values(), state__in=access.IN_FORCE).exists(),
    }
    if request.method != "POST":
        return forms.page(request, "records/add.html", context)
    try:
        chosen = files.get(request.POST.get("work_file", ""))
        if chosen is None:
            raise Refused(_("Choose one of your open files."), field="work_file", code="required")
        accessed = access.file_for(desk, chosen.pk)
        accessed.require("add")
        by = actor_of(request, chosen.unit_id, chosen.office_id)
        incoming, outgoing = (document_id, None) if kind == "incoming" else (None, document_id)
        note = typed(request).get("note", "")
        actions.add_document(chosen.pk, incoming=incoming, outgoing=outgoing, note=note, by=by)
    except Refused as refused:
        return forms.page(request, "records/add.html", context, refused=refused)
    messages.success(request, _("The document is in the file %(name)s.") % {"name": chosen})
    return redirect("records:file", work_file_id=chosen.pk)
