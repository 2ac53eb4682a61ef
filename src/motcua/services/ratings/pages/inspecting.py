"""Recording an inspection."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.web import forms
from motcua.services.dossiers.pages.desk.shared import desk_of, for_officers
from motcua.services.ratings.evaluation import queries
from motcua.services.ratings.evaluation.inspecting import Finding, may_inspect, record_inspection
from motcua.services.ratings.months import Month
from motcua.services.ratings.pages.evaluation import link, month_of, office_of


@require_http_methods(["GET", "POST"])
@for_officers
def inspect(request: HttpRequest, office_id: UUID, indicator: str) -> HttpResponse:
    """What was found, when, and how many points it is worth."""
    desk, month = desk_of(request), month_of(request)
    if not may_inspect(desk, office_id):
        raise NotAllowed(_("An office is inspected from above, or by an administrator."))
    line = queries.scheme_of(month).indicator(indicator)
    if line is None or line.source != "inspection":
        raise NotFound(_("This indicator is not judged by an inspection."))
    context = {"office": office_of(office_id), "indicator": line, "month": month}
    if request.method != "POST":
        return forms.page(request, "ratings/evaluation/inspect.html", context)
    try:
        record_inspection(office_id, _finding(request, indicator, month), desk=desk, at=timezone.now())
    except Refused as refused:
        return forms.page(request, "ratings/evaluation/inspect.html", context, refused=refused)
    messages.success(request, _("The inspection has been recorded."))
    return redirect(link("ratings:evaluated-office", month, office_id=office_id))


def _finding(request: HttpRequest, indicator: str, month: Month) -> Finding:
    points = request.POST.get("points", "")
    try:
        inspected_on = date.fromisoformat(request.POST.get("inspected_on", ""))
    except ValueError as error:
        raise Refused(_("Choose a day."), field="inspected_on", code="required") from error
    return Finding(
        indicator=indicator,
        month=month,
        points=int(points) if points in ("0", "1", "2") else -1,
        reason=request.POST.get("reason", "").replace("\0", ""),
        inspected_on=inspected_on,
    )
