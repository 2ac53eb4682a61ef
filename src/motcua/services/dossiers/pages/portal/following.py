"""One's own dossier: where it stands, what is asked, what came of it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.connectors.models import Call
from motcua.engines.forms.summary import summary
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.streams.addresses import let_follow
from motcua.kernel.text import dong, local_date
from motcua.kernel.web import forms
from motcua.kernel.web.sections import drawn
from motcua.services.dossiers import actions, queries, stores
from motcua.services.dossiers.access import Accessed, results_for
from motcua.services.dossiers.actors import citizen
from motcua.services.dossiers.connecting import questions_of
from motcua.services.dossiers.dues import fee_first_text
from motcua.services.dossiers.models import Dossier, FeeLine, ResultDocument
from motcua.services.dossiers.pages.portal import filed, live
from motcua.services.dossiers.pages.portal.common import for_applicants, own_dossier, viewer_of
from motcua.services.dossiers.pages.portal.file_rows import file_row, file_url, form_rows, paper_rows
from motcua.services.dossiers.pages.portal.paying import receipt_rows
from motcua.services.dossiers.pages.portal.telling import head, stages
from motcua.services.dossiers.rules import states
from motcua.services.dossiers.surroundings import of_data
from motcua.services.procedures.runtime import package_of


@require_GET
@for_applicants
def my_dossier(request: HttpRequest, number: str) -> HttpResponse:
    """State, expected date, story, papers, fees, forms and results."""
    try:
        accessed = own_dossier(request, number)
    except NotFound:
        return filed.dossier(request, number)
    dossier = accessed.dossier
    form = package_of(dossier.procedure_version_id).form
    state, results = live.own(dossier), results_for(accessed)
    revoked = stores.revoked([result.pk for result in results])
    context = {
        "dossier": dossier,
        "abilities": accessed.abilities,
        "head": head(dossier),
        "stages": stages(dossier),
        "state": state,
        "stream": live.address_of_own(request, dossier, state),
        "consents": sum(call.state == Call.State.HELD for call in questions_of(dossier)),
        "withheld": fee_first_text(accessed.fee_due) if accessed.fee_due else "",
        "results": [_result(dossier, result, revoked.get(result.pk)) for result in results],
        "papers": paper_rows(dossier),
        "fees": _fees(dossier),
        "fee_receipts": receipt_rows(dossier),
        "can_pay": states.allows(dossier.state, "collect_fee"),
        "forms": form_rows(dossier),
        "added": drawn("my-dossier", request, dossier),
        "sections": summary(form, dossier.form_data, around=of_data(form, dossier.form_data)),
    }
    return let_follow(request, render(request, "dossiers/portal/my_dossier.html", context))


def _result(dossier: Dossier, result: ResultDocument, revoked: datetime | None) -> dict[str, Any]:
    address = reverse("dossiers:my-result", args=[dossier.number, result.pk])
    number = _("No. %(number)s") % {"number": result.number} if result.number else ""
    said = _("revoked on %(day)s") % {"day": local_date(revoked)} if revoked else ""
    note = " · ".join(part for part in (number, said) if part)
    return file_row(result.name, address, result.file, note=note) | {
        "download": file_url(dossier, result.file_id, download=True)
    }


def _fees(dossier: Dossier) -> dict[str, Any]:
    lines = list(FeeLine.objects.filter(dossier=dossier))
    due = sum(line.amount for line in lines if line.state == FeeLine.State.DUE)
    return {
        "rows": [[line.full_name, dong(line.amount), line.state_text] for line in lines],
        "due": dong(due) if due else "",
    }


@require_http_methods(["GET", "POST"])
@for_applicants
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the dossier back, after asking."""
    accessed: Accessed = own_dossier(request, number)
    accessed.require("withdraw")
    dossier = accessed.dossier
    context = {"dossier": dossier, "children": queries.ends_with(dossier.pk)}
    if request.method != "POST":
        return forms.page(request, "dossiers/portal/withdraw.html", context)
    account = viewer_of(request).account
    try:
        actions.withdraw(
            dossier.pk,
            reason=request.POST.get("reason", ""),
            by=citizen(account.pk if account else None),
            seen_version=dossier.version,
        )
    except Refused as refused:
        return forms.page(request, "dossiers/portal/withdraw.html", context, refused=refused)
    messages.success(request, _("You have withdrawn the dossier."))
    return redirect("dossiers:my-dossier", dossier.number)
