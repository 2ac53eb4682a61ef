"""Scanning a paper at the counter, page by page, into the entry that is being taken down."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from motcua.services.dossiers.applications import application_of
from motcua.services.dossiers.pages import scanning
from motcua.services.dossiers.pages.desk.counter import receiving
from motcua.services.dossiers.pages.desk.receiving import draft_at_counter
from motcua.services.dossiers.pages.desk.shared import for_officers


@require_http_methods(["GET", "POST"])
@for_officers
def scan(request: HttpRequest, key: UUID, target: str) -> HttpResponse:
    """The pages of one paper."""
    receiving(request)
    surface = scanning.Surface(
        "dossiers/desk/scan.html",
        f"{reverse('dossiers:desk-receive', args=[key])}#{target}",
        lambda page: reverse("dossiers:desk-scan-page", args=[key, target, page]),
        by_scanner=True,
    )
    return scanning.scan(request, application_of(draft_at_counter(request, key)), target, surface)


@require_GET
@for_officers
def picture(request: HttpRequest, key: UUID, target: str, page_id: UUID) -> HttpResponseBase:
    """A page as it was taken in."""
    receiving(request)
    return scanning.picture(request, application_of(draft_at_counter(request, key)), target, page_id)
