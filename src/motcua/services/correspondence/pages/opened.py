"""Who opened a document: a page for those who answer for its register."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.kernel.errors import NotAllowed
from motcua.kernel.events.access_log import purposes
from motcua.kernel.text import local_datetime
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.queries import names_of
from motcua.people.officers.pages.at_desk import for_officers
from motcua.services.correspondence import access, openings, queries
from motcua.services.correspondence.delegating import desk_of
from motcua.services.correspondence.pages.outgoing_shown import title_of
from motcua.services.correspondence.pages.shared import about


@require_GET
@for_officers
def of_incoming(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Who opened a document that came in."""
    accessed = access.incoming_for(desk_of(request), document_id)
    title = about(accessed.document, queries.types(timezone.localdate()))
    return _page(request, accessed, title, reverse("correspondence:document", args=[document_id]))


@require_GET
@for_officers
def of_outgoing(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Who opened a document that goes out."""
    accessed = access.outgoing_for(desk_of(request), document_id)
    title = title_of(accessed.document, queries.types(timezone.localdate()))
    return _page(request, accessed, title, reverse("correspondence:sending", args=[document_id]))


def _page(request: HttpRequest, accessed: access.Incoming | access.Outgoing, title: str, back: str) -> HttpResponse:
    if not openings.may_see_openings(accessed):
        raise NotAllowed(_("Who opened a document is shown to those who answer for its register."))
    page = paginate(openings.openings_of(accessed), order=("-at", "-id"), cursor=request.GET.get("cursor"))
    names = names_of({record.who for record in page.items})
    rows = [
        (local_datetime(record.at), names.get(record.who, "–"), str(purposes.get(record.purpose, record.purpose)))
        for record in page.items
    ]
    context = {"title": title, "back": back, "page": page, "rows": rows, "figures": openings.figures_of(accessed)}
    return render(request, "correspondence/opened.html", context)
