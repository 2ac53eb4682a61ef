"""Photographing or scanning a paper of one's own application."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from motcua.services.dossiers.applications import Application
from motcua.services.dossiers.pages import scanning
from motcua.services.dossiers.pages.portal.common import application_for, for_applicants
from motcua.services.dossiers.pages.portal.steps import page_url

NEXT = "page"  # in the query: the page of the form from which one came


@require_http_methods(["GET", "POST"])
@for_applicants
def scan(request: HttpRequest, draft_id: UUID, target: str) -> HttpResponse:
    """The pages of one paper."""
    application = application_for(request, draft_id)
    surface = scanning.Surface(
        "dossiers/portal/scan.html",
        _back(request, application, target),
        lambda page: reverse("dossiers:apply-scan-page", args=[draft_id, target, page]),
    )
    return scanning.scan(request, application, target, surface)


@require_GET
@for_applicants
def picture(request: HttpRequest, draft_id: UUID, target: str, page_id: UUID) -> HttpResponseBase:
    """A page as it was taken in."""
    return scanning.picture(request, application_for(request, draft_id), target, page_id)


def scan_url(application: Application, target: str, page: int | None = None) -> str:
    """Where a paper is photographed; ``page`` is that of the form to which one returns."""
    address = reverse("dossiers:apply-scan", args=[application.draft.pk, target])
    return f"{address}?{NEXT}={page}" if page else address


def _back(request: HttpRequest, application: Application, target: str) -> str:
    """The page of the form one came from, that of the question, or the papers."""
    asked = request.GET.get(NEXT, "")
    for page in application.pages:
        if str(page.number) == asked or target in application.typed_on(page, {}):
            return page_url(application, page.number)
    return reverse("dossiers:apply-papers", args=[application.draft.pk])
