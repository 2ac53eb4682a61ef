"""The end of an application: how to get the result, review, send, and what comes after."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.forms.summary import summary
from motcua.kernel.errors import Invalid, NotFound, Refused
from motcua.kernel.text import dong
from motcua.kernel.text.typed import bare
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.people.organisations.models import Office
from motcua.services.dossiers import actions
from motcua.services.dossiers.access import sent_by
from motcua.services.dossiers.applications import Application, delivery_faults
from motcua.services.dossiers.applying import Signature
from motcua.services.dossiers.charges import charges_of
from motcua.services.dossiers.joining import Together
from motcua.services.dossiers.models import ReturnMethod
from motcua.services.dossiers.pages.portal.common import application_for, facts_of, for_applicants
from motcua.services.dossiers.pages.portal.inviting import person_row
from motcua.services.dossiers.pages.portal.signing import signature_context
from motcua.services.dossiers.pages.portal.steps import BACK, page_url, url_of, way
from motcua.services.procedures.pages.wording import limit_text


@require_http_methods(["GET", "POST"])
@for_applicants
def delivery(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """At the counter, by post or online."""
    application = application_for(request, draft_id)
    typed = {"return_method": application.return_method, "return_address": application.return_address}
    context = {"application": application, "way": way(application, "delivery"), "typed": typed}
    if request.method != "POST":
        return forms.page(request, "dossiers/portal/delivery.html", context)
    for name in typed:
        typed[name] = bare(request.POST.get(name, ""))
    actions.save_draft(application.draft, options=typed)
    if faults := delivery_faults(typed["return_method"], typed["return_address"]):
        refused = Invalid(_("Some choices are missing."), errors=faults)
        return forms.page(request, "dossiers/portal/delivery.html", context, refused=refused)
    return redirect("dossiers:apply-review", application.draft.pk)


@require_http_methods(["GET", "POST"])
@for_applicants
def review(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Everything once more, then send. Sent twice, it is one dossier."""
    if request.method == "POST":
        try:
            declared = request.POST.get("declared") == "yes"
            actions.send_draft(draft_id, by=signed_in(request), declared=declared)
        except NotFound:
            raise
        except Refused as refused:
            return _review(request, application_for(request, draft_id), refused)
        return redirect("dossiers:apply-sent", draft_id)
    if sent_by(signed_in(request).pk, draft_id).exists():
        return redirect("dossiers:apply-sent", draft_id)
    return _review(request, application_for(request, draft_id))


def content(application: Application) -> dict[str, Any]:
    """What an application says, as it is reviewed before it is sent, and by those who apply together."""
    answers = application.answers
    return {
        "sections": summary(application.form, answers.data, around=application.around(answers.typed)),
        "slots": [
            {"paper": slot.paper, "files": [(each.file.name, facts_of(each.file), each.pk) for each in slot.files]}
            for slot in application.papers
        ],
        "fees": _fees(application),
    }


def _review(request: HttpRequest, application: Application, refused: Refused | None = None) -> HttpResponse:
    faults, together = application.faults(), Together(application)
    context = content(application) | {
        "application": application,
        "way": way(application, "review"),
        "change_url": lambda number: f"{page_url(application, number)}?{BACK}=1",
        "papers_url": f"{reverse('dossiers:apply-papers', args=[application.draft.pk])}?{BACK}=1",
        "faults": [{"text": text, "href": url_of(application, name)} for name, text in faults.items()],
        "head": _head(application),
        "delivery": _delivery(application),
        "people": [person_row(together, person) for person in together.people],
        "lacking": together.lacking,
        **signature_context(Signature(application, signed_in(request), timezone.now()), application.draft.pk),
    }
    shown = refused if refused is not None and not (isinstance(refused, Invalid) and faults) else None
    response = forms.page(request, "dossiers/portal/review.html", context, refused=shown)
    response.status_code = refused.status if refused else 200
    return response


def _head(application: Application) -> list[dict[str, Any]]:
    draft, change = application.draft, reverse("dossiers:apply-change", args=[application.draft.pk])
    chosen = str(draft.options.get("office", ""))
    office = Office.objects.filter(pk=chosen).first() if chosen else None
    action = {"href": change, "text": _("Change")}
    rows = [
        {"label": _("Applicant"), "value": draft.applicant.name if draft.applicant else "", "action": action},
        {"label": _("Office that receives it"), "value": office.name if office else "", "action": action},
    ]
    if application.case.name:
        rows.insert(0, {"label": _("Case"), "value": application.case.name, "action": action})
    return rows


def _delivery(application: Application) -> list[dict[str, Any]]:
    action = {"href": reverse("dossiers:apply-delivery", args=[application.draft.pk]), "text": _("Change")}
    method = dict(ReturnMethod.choices).get(application.return_method, "")
    rows: list[dict[str, Any]] = [{"label": _("Get the result"), "value": method, "action": action}]
    if application.return_method == ReturnMethod.POST:
        rows.append({"label": _("Address"), "value": application.return_address, "action": action})
    return rows


def _fees(application: Application) -> dict[str, Any]:
    """Time limit and fees as they will be; a fee that depends on answers still missing is not shown yet."""
    draft, case = application.draft, application.case
    terms = application.package.terms(case.pk, draft.channel)
    try:
        charges = charges_of(application.package, case, draft.channel, application.answers.data)
    except Refused:
        return {"limit": limit_text(terms) if terms else "", "lines": [], "total": "", "free": False}
    return {
        "limit": limit_text(terms) if terms else "",
        "lines": [(charge.name, dong(charge.amount)) for charge in charges.lines],
        "total": dong(sum(charge.amount for charge in charges.lines)),
        "free": not charges.lines,
    }


@require_GET
@for_applicants
def sent(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The number of the submission and what happens next."""
    dossier = sent_by(signed_in(request).pk, draft_id).for_list().first()
    if dossier is None:
        raise NotFound(_("There is no such dossier, or it is not yours to see."))
    return forms.page(request, "dossiers/portal/sent.html", {"dossier": dossier})
