"""The clerk puts the arrival stamp on a file of a registered document; the stamped one stands beside the original."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.signing.arrivals import Corner
from motcua.engines.signing.pages import signers
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Refused
from motcua.kernel.web import forms
from motcua.people.accounts.pages.coming_back import seen_with
from motcua.people.officers.actors import signer
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence import access, openings, queries
from motcua.services.correspondence.access import CLERK, Incoming
from motcua.services.correspondence.actions.stamping import PDF, Stamping, stamp_arrival
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import ArrivalStamp, IncomingDocument, IncomingFile
from motcua.services.correspondence.pages.shared import about, story_of, typed


@require_http_methods(["GET", "POST"])
@for_officers
def stamp(request: HttpRequest, document_id: UUID, file_id: UUID) -> HttpResponse:
    """Say where the stamp goes and what it says, and seal it."""
    seen = story_of(IncomingDocument(pk=document_id)).drawn_at(request)
    accessed = access.incoming_for(desk_of(request), document_id)
    accessed.require("stamp")
    document, row = accessed.document, access.incoming_file(accessed, file_id)
    back = reverse("correspondence:document", args=[document_id])
    certificates = signers.seals_of(document.office_id)
    context = {
        "title": about(document, queries.types(timezone.localdate())),
        "back": back,
        "name": row.file.name,
        "file": reverse("correspondence:document-file", args=[document_id, file_id]),
        "scan": row.file.blob.mark,
        "number": document.number,
        "corners": [
            (Corner.BELOW_DATE.value, _("On the right, below place and date")),
            (Corner.BELOW_NUMBER.value, _("On the left, below number or subject")),
            (Corner.TOP.value, _("At the top on the left")),
            (Corner.BOTTOM.value, _("At the bottom on the left")),
        ],
        "certificates": signers.choices(certificates),
        "seen": seen,
    }
    if request.method != "POST":
        return forms.page(request, "correspondence/stamp.html", context)
    try:
        certificate = signers.chosen(request, certificates)
        if proof := signers.proof_first(request, certificate, back=request.path):
            return proof
        by = signer(desk_of(request), office=document.office_id, role=CLERK)
        with story_of(document).unchanged(request):
            made = stamp_arrival(_wanted(request, row), certificate=certificate, by=by)
    except Refused as refused:
        context["seen"] = seen_with(request, refused)
        return forms.page(request, "correspondence/stamp.html", context, refused=refused)
    if made.state == ArrivalStamp.State.WAITING and made.transaction_id is not None:
        return redirect("correspondence:signing", signing_id=made.transaction_id)
    messages.success(request, _("The arrival stamp is on the file. The file that came is kept beside it."))
    return redirect(back)


def _wanted(request: HttpRequest, row: IncomingFile) -> Stamping:
    sent = typed(request)
    if sent.get("corner") not in tuple(Corner):
        raise Refused(_("Choose where the stamp stands."), field="corner", code="required")
    return Stamping(row.pk, Corner(sent["corner"]), sent.get("passed_to", ""), sent.get("file_notation", ""))


@require_GET
@for_officers
def stamped_file(request: HttpRequest, document_id: UUID, stamp_id: UUID) -> HttpResponseBase:
    """A stamped file, for whoever may see its document."""
    accessed = access.incoming_for(desk_of(request), document_id)
    file = access.stamped_file(accessed, stamp_id)
    openings.note_opened(accessed, purpose=openings.FILE)
    return blob_pages.respond(request, file, download="download" in request.GET)


def stamped_rows(stamps: list[ArrivalStamp]) -> list[tuple[StoredFile, str, str]]:
    """Stamped files for the page of a document: file, address, what it is."""
    return [
        (
            each.file,
            reverse("correspondence:stamped-file", args=[each.original.document_id, each.pk]),
            _("With the arrival stamp"),
        )
        for each in stamps
        if each.file is not None
    ]


def to_stamp(accessed: Incoming, files: list[IncomingFile], stamps: list[ArrivalStamp]) -> list[dict[str, Any]]:
    """The PDF files that the clerk may still stamp."""
    if not accessed.abilities["stamp"]:
        return []
    there = {each.original_id for each in stamps}
    return [
        {"name": row.file.name, "url": reverse("correspondence:stamp", args=[row.document_id, row.pk])}
        for row in files
        if row.file.media_type == PDF and row.pk not in there
    ]
