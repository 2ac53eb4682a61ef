"""Drafts edited in the browser: the page with the editor, ending what was left open, who is editing now."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.engines.editing import discovery
from motcua.engines.editing.actions import end_editing
from motcua.engines.editing.pages import frame
from motcua.engines.editing.queries import standing
from motcua.kernel.text import local_datetime
from motcua.people.accounts.access import signed_in
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence import access, openings
from motcua.services.correspondence.access import Outgoing
from motcua.services.correspondence.actions.outgoing.moving import DRAFT
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import OutgoingDocument


@require_GET
@for_officers
def edit(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A draft in the editor: to write, or only to read for who does not draft it."""
    accessed = access.outgoing_for(desk_of(request), document_id)
    document = accessed.document
    openings.note_opened(accessed, purpose=openings.FILE)
    back = reverse("correspondence:sending", args=[document_id])
    return frame.respond(request, kind=DRAFT, subject=document_id, title=document.subject, back=back)


@require_POST
@for_officers
def end(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """End what was left open in an editor; what was saved there becomes a version."""
    accessed = access.outgoing_for(desk_of(request), document_id)
    accessed.require("write")
    end_editing(DRAFT, document_id, by=signed_in(request).pk, at=timezone.now())
    messages.success(request, _("Editing has ended. What was saved is a version of the draft."))
    return redirect("correspondence:sending", document_id=document_id)


def editing_of(accessed: Outgoing) -> dict[str, Any] | None:
    """What the page of a draft shows of editing; None for other documents, and where nothing is edited in the browser.

    One statement, two while somebody edits.
    """
    document = accessed.document
    if document.state != OutgoingDocument.State.DRAFT or not discovery.is_offered():
        return None
    now = standing(DRAFT, document.pk, at=timezone.now())
    return {
        "names": ", ".join(now.names),
        "since": local_datetime(now.since) if now.since else "",
        "waits": now.waits and now.since is None,
        "fault": now.fault,
        "may": accessed.abilities["write"],
        "url": reverse("correspondence:edit", args=[document.pk]),
        "end": reverse("correspondence:edit-end", args=[document.pk]),
    }
