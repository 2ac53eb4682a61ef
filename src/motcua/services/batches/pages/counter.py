"""An officer begins a spreadsheet for somebody at the counter; what follows are the pages of any batch."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.people.organisations.models import Office
from motcua.services.batches import actions, queries
from motcua.services.batches.access import spec_of
from motcua.services.batches.models import Batch
from motcua.services.dossiers.access import require_unbarred
from motcua.services.dossiers.actions.submitting import check_filing
from motcua.services.dossiers.models import Channel, ReturnMethod
from motcua.services.dossiers.pages.desk.counter import office_choices, receiving, served
from motcua.services.dossiers.pages.desk.shared import for_officers, viewer_of
from motcua.services.procedures.runtime import package_of, version_to_file

MOST_BEGUN = 5


@require_http_methods(["GET", "POST"])
@for_officers
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Choose once what holds for all dossiers of the person or company at the counter."""
    receiving(request)
    party = served(request, request.GET.get("person", ""))
    require_unbarred(viewer_of(request), party)
    version = version_to_file(code)
    receiving(request, version)
    check_filing(version, Channel.COUNTER)
    package = package_of(version.pk)
    cases, offices = {case.code: case for case in package.cases}, office_choices(request, version)
    context = {
        "party": party,
        "version": version,
        "spec": spec_of(package),
        "cases": [(case.code, case.name or case.code) for case in package.cases],
        "offices": offices,
        "methods": ReturnMethod.choices,
        "said": request.POST or {"return_method": ReturnMethod.DESK.value, "return_address": party.address},
    }
    if request.method != "POST":
        return forms.page(request, "batches/counter_start.html", context)
    try:
        batch = actions.start_batch(
            account=signed_in(request),
            version=version,
            case=cases.get(request.POST.get("case", ""), package.first_case),
            applicant=party,
            office=_office(request, offices),
            return_method=request.POST.get("return_method", ""),
            return_address=request.POST.get("return_address", ""),
            channel=Channel.COUNTER,
        )
    except Refused as refused:
        return forms.page(request, "batches/counter_start.html", context, refused=refused)
    return redirect("batches:batch", batch.pk)


def _office(request: HttpRequest, offices: Sequence[tuple[str, str]]) -> Office:
    chosen = request.POST.get("office", "")
    if chosen not in {key for key, _name in offices}:
        raise Invalid(_("Some choices are missing."), errors={"office": _("Choose the office of the counter.")})
    return Office.objects.get(pk=chosen)


def begun(request: HttpRequest, subject: object) -> dict[str, Any] | None:
    """For the page of the counter: the spreadsheets that this officer has begun and not sent; two statements."""
    mine = queries.batches_of(signed_in(request).pk, Channel.COUNTER).exclude(state=Batch.State.DONE)
    rows = [
        {
            "url": reverse("batches:batch", args=[batch.pk]),
            "applicant": batch.applicant.name,
            "procedure": batch.procedure_version.name,
            "state": batch.get_state_display(),
            "created": local_datetime(batch.created_at),
        }
        for batch in mine.order_by("-created_at", "-id")[:MOST_BEGUN]
    ]
    return {"rows": rows} if rows else None
