"""Documents that do not go round freely are printed with a watermark: who prints it and when, and their mark."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.printing import Printable
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence import access, openings
from motcua.services.correspondence.actions.outgoing.drafting import CIRCULATIONS
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.models import IncomingDocument, IncomingFile

PDF = "application/pdf"


@require_GET
@for_officers
def incoming(request: HttpRequest, document_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of a document that came in, to be printed."""
    accessed = access.incoming_for(desk_of(request), document_id)
    file = access.incoming_file(accessed, file_id).file
    openings.note_opened(accessed, purpose=openings.FILE)
    return _printed(request, file, accessed.document.circulation)


@require_GET
@for_officers
def outgoing(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A document that goes out, to be printed."""
    accessed = access.outgoing_for(desk_of(request), document_id)
    document = accessed.document
    openings.note_opened(accessed, purpose=openings.FILE)
    return _printed(request, document.file, document.circulation)


def to_print(document: IncomingDocument, files: list[IncomingFile]) -> list[dict[str, Any]]:
    """The files that are printed with a watermark; none of a document that may go anywhere."""
    if not document.circulation:
        return []
    return [
        {"name": row.file.name, "url": reverse("correspondence:document-print", args=[document.pk, row.pk])}
        for row in files
        if row.file.media_type == PDF
    ]


def _printed(request: HttpRequest, file: StoredFile | None, circulation: str) -> HttpResponse:
    if file is None or file.media_type != PDF or circulation not in CIRCULATIONS:
        raise NotFound(_("There is no such file."))
    part = request.GET.get("part", "")
    # Printed, so it is Vietnamese whatever language the screen has.
    who = f"{signed_in(request).display_name} in lúc {local_datetime(timezone.now())}"
    try:
        found = Printable(read_bytes(file))
        if len(found.parts) > 1 and not part:
            return _parts(request, file, found)
        number = int(part) if part.isascii() and part.isdecimal() and len(part) < 5 else 1
        content = found.printed((CIRCULATIONS[circulation].upper(), who), part=number)
    except Unsignable as error:
        raise Refused(_("This file cannot be printed so: %(reason)s.") % {"reason": error}, code=error.code) from error
    headers = {
        "Content-Disposition": content_disposition_header(False, file.name) or "inline",
        "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'",
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=PDF, headers=headers)


def _parts(request: HttpRequest, file: StoredFile, found: Printable) -> HttpResponse:
    """A long file is printed part by part: one answer would hold up everybody else's."""
    parts = [{"url": f"?part={number}", "first": a, "last": b} for number, (a, b) in enumerate(found.parts, 1)]
    return forms.page(request, "correspondence/print_parts.html", {"file": file, "parts": parts})
