"""The clerk has copies of documents sealed, and finds those that were made."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.signing.models import DocumentLevel
from motcua.engines.signing.pages import signers
from motcua.engines.signing.queries import Kept, kept_verdicts
from motcua.engines.signing.text_seals import CopyKind
from motcua.engines.signing.texts import told
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.pages.coming_back import seen_with
from motcua.people.officers.actors import signer
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence import access, openings, queries
from motcua.services.correspondence.access import CLERK
from motcua.services.correspondence.actions.copying import Copying, copy_document
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import DocumentCopy, IncomingDocument, OutgoingDocument
from motcua.services.correspondence.pages.outgoing_shown import title_of
from motcua.services.correspondence.pages.shared import about, story_of

MOST_SHOWN = 100


@require_http_methods(["GET", "POST"])
@for_officers
def of_incoming(request: HttpRequest, document_id: UUID, file_id: UUID) -> HttpResponse:
    """Copies of a file of a document that came in."""
    seen = story_of(IncomingDocument(pk=document_id)).drawn_at(request)
    accessed = access.incoming_for(desk_of(request), document_id)
    accessed.require("copy")
    row = access.incoming_file(accessed, file_id)
    title = about(accessed.document, queries.types(timezone.localdate()))
    back = reverse("correspondence:document", args=[document_id])
    kinds = list(DocumentCopy.Kind.choices)
    listed = {"original": row.file_id}
    return _copies(request, accessed.document, {"incoming": row.pk}, title, back, listed, kinds, seen)


@require_http_methods(["GET", "POST"])
@for_officers
def of_outgoing(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Copies of a document that was sealed here."""
    seen = story_of(OutgoingDocument(pk=document_id)).drawn_at(request)
    accessed = access.outgoing_for(desk_of(request), document_id)
    accessed.require("copy")
    document = accessed.document
    title = title_of(document, queries.types(timezone.localdate()))
    back = reverse("correspondence:sending", args=[document_id])
    kinds = [kind for kind in DocumentCopy.Kind.choices if kind[0] != CopyKind.SAO_LUC]  # that is made of a copy
    return _copies(request, document, {"outgoing": document.pk}, title, back, {"outgoing": document}, kinds, seen)


def _copies(
    request: HttpRequest,
    document: IncomingDocument | OutgoingDocument,
    of: dict[str, UUID],
    title: str,
    back: str,
    listed: dict[str, Any],
    kinds: list[tuple[str, Any]],
    seen: str,
) -> HttpResponse:
    certificates = signers.seals_of(document.office_id, DocumentLevel.COPY)
    copies = DocumentCopy.objects.filter(**listed).select_related("file__blob")
    made = list(copies.order_by("-asked_at", "-id")[:MOST_SHOWN])
    signed = kept_verdicts(copy.file.blob_id for copy in made if copy.file)
    context = {
        "title": title,
        "subject": document.subject,
        "back": back,
        "kinds": [("", _("Choose")), *kinds],
        "certificates": signers.choices(certificates),
        "made": [_row(copy, signed) for copy in made],
        "seen": seen,
    }
    if request.method != "POST":
        return forms.page(request, "correspondence/copies.html", context)
    try:
        kind = request.POST.get("kind", "")
        if kind not in dict(kinds):
            raise Refused(_("Choose what kind of copy it is."), field="kind", code="required")
        certificate = signers.chosen(request, certificates)
        if proof := signers.proof_first(request, certificate, back=request.path):
            return proof
        by = signer(desk_of(request), office=document.office_id, role=CLERK)
        wanted = Copying(CopyKind(kind), request.POST.get("pages", "").strip(), **of)
        with story_of(document).unchanged(request):
            copy = copy_document(wanted, certificate=certificate, by=by)
    except Refused as refused:
        context["seen"] = seen_with(request, refused)
        return forms.page(request, "correspondence/copies.html", context, refused=refused)
    if copy.state == DocumentCopy.State.WAITING and copy.transaction_id is not None:
        return redirect("correspondence:signing", signing_id=copy.transaction_id)
    messages.success(request, _("The copy is sealed. You can download it below."))
    return redirect(request.path)


def _row(copy: DocumentCopy, signed: Mapping[str, Kept]) -> dict[str, Any]:
    found = signed.get(copy.file.blob_id) if copy.file else None
    url = reverse("correspondence:copy-file", args=[copy.pk]) if copy.file_id else ""
    pages = _("pages %(pages)s") % {"pages": copy.pages} if copy.pages else ""
    facts = [
        copy.get_kind_display(),
        copy.get_state_display(),
        local_datetime(copy.ended_at or copy.asked_at),
        pages,
        copy.detail,
    ]
    return {
        "name": copy.notation,
        "url": url,
        "download": f"{url}?download=1" if url else "",
        "media_type": "application/pdf",
        "facts": " · ".join(fact for fact in facts if fact),
        "scan": copy.file.blob.mark if copy.file else "",
        "verdicts": told(found.verdicts) if found else None if copy.file else [],
    }


@require_GET
@for_officers
def copy_file(request: HttpRequest, copy_id: UUID) -> HttpResponseBase:
    """A copy, for whoever may see its document."""
    desk = desk_of(request)
    copy = access.copy_for(desk, copy_id)
    assert copy.file is not None
    openings.note_copy_opened(desk, copy)
    return blob_pages.respond(request, copy.file, download="download" in request.GET)
