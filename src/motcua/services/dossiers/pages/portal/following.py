"""One's own dossier: where it stands, what is asked, what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.connectors.models import Call
from motcua.engines.forms.summary import summary
from motcua.engines.signing.queries import Kept, kept_verdicts
from motcua.engines.signing.texts import told
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Refused
from motcua.kernel.streams.addresses import let_follow
from motcua.kernel.text import dong, local_date
from motcua.kernel.web import forms
from motcua.kernel.web.sections import drawn
from motcua.services.dossiers import actions, queries, stores
from motcua.services.dossiers.access import Accessed, results_for
from motcua.services.dossiers.actors import citizen
from motcua.services.dossiers.connecting import questions_of
from motcua.services.dossiers.dues import fee_first_text
from motcua.services.dossiers.models import Dossier, FeeLine, IssuedForm, Paper, ResultDocument
from motcua.services.dossiers.pages.portal import live
from motcua.services.dossiers.pages.portal.common import facts_of, for_applicants, own_dossier, viewer_of
from motcua.services.dossiers.pages.portal.paying import receipt_rows
from motcua.services.dossiers.pages.portal.telling import head, stages
from motcua.services.dossiers.rules import states
from motcua.services.dossiers.surroundings import of_data
from motcua.services.procedures.runtime import package_of


@require_GET
@for_applicants
def my_dossier(request: HttpRequest, number: str) -> HttpResponse:
    """State, expected date, story, papers, fees, forms and results."""
    accessed = own_dossier(request, number)
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
        "papers": _papers(dossier),
        "fees": _fees(dossier),
        "fee_receipts": receipt_rows(dossier),
        "can_pay": states.allows(dossier.state, "collect_fee"),
        "forms": _forms(dossier),
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


def _papers(dossier: Dossier) -> list[dict[str, Any]]:
    papers = Paper.objects.filter(dossier=dossier, removed_at=None).select_related("file")
    shown = list(papers[:200])
    signed = kept_verdicts(paper.file.blob_id for paper in shown if paper.file)
    return [
        file_row(paper.name, file_url(dossier, paper.file_id), paper.file, note=_signed(paper.file, signed))
        if paper.file_id and paper.file
        else {"name": paper.name, "url": None, "facts": paper.get_form_display(), "media_type": ""}
        for paper in shown
    ]


def _signed(file: StoredFile, signed: Mapping[str, Kept]) -> str:
    """What the signatures of a file were found to be worth; empty for an unsigned one."""
    kept = signed.get(file.blob_id)
    return " ".join(each.text for each in told(kept.verdicts)) if kept else ""


def _forms(dossier: Dossier) -> list[dict[str, Any]]:
    issued = IssuedForm.objects.filter(dossier=dossier).exclude(form="06").select_related("file")
    return [
        file_row(str(form), file_url(dossier, form.file_id), form.file, note=local_date(form.issued_at))
        if form.file_id and form.file
        else {"name": str(form), "url": None, "facts": _("Being prepared"), "media_type": "application/pdf"}
        for form in issued
    ]


def file_row(name: str, url: str, file: StoredFile, *, note: str = "") -> dict[str, Any]:
    """A file for the component of the design system."""
    facts = " · ".join(part for part in (note, facts_of(file)) if part)
    return {"name": name, "url": url, "facts": facts, "media_type": file.media_type}


def file_url(dossier: Dossier, file: UUID | None, *, download: bool = False) -> str:
    """Where a file of the dossier is shown or downloaded."""
    address = reverse("dossiers:my-file", args=[dossier.number, file])
    return f"{address}?download=1" if download else address


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
