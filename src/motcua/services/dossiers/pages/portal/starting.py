"""An application begins: which case, for whom, at which office."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.text import fold, local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.sections import drawn
from motcua.people.accounts.access import signed_in
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import parties_of
from motcua.people.organisations.models import Level, Office
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.actions.submitting import check_filing
from motcua.services.dossiers.applications import Application, filled_in, receiving_offices
from motcua.services.dossiers.models import Channel, Draft
from motcua.services.dossiers.pages.portal.common import application_for, for_applicants
from motcua.services.dossiers.pages.portal.repeating import (
    choices_of,
    earlier_chosen,
    earlier_dossiers,
    earlier_rows,
)
from motcua.services.dossiers.pages.portal.steps import page_url, way
from motcua.services.dossiers.printing import place
from motcua.services.procedures.models import Case
from motcua.services.procedures.pages.wording import fee_texts, limit_text
from motcua.services.procedures.runtime import Package, package_of, version_to_file
from motcua.services.procedures.starting import other_ways

MOST_OFFICES = 500


@dataclass(frozen=True)
class Choices:
    """What there is to choose from for one person."""

    package: Package
    parties: list[Party]
    offices: list[Office]

    def chosen(self, request: HttpRequest) -> tuple[Case, Party, Office]:
        """What was chosen; a choice of one is made. Raises ``Invalid``."""
        case = _only(self.package.cases, "code", request.POST.get("case", ""))
        applicant = _only(self.parties, "pk", request.POST.get("applicant", ""))
        office = _only(self.offices, "pk", request.POST.get("office", ""))
        if case is None or applicant is None or office is None:
            found = {"case": case, "applicant": applicant, "office": office}
            raise Invalid(
                _("Some choices are missing."), errors={name: _missing(name) for name in found if found[name] is None}
            )
        return case, applicant, office


def _only(things: Any, attribute: str, typed: str) -> Any:
    """The chosen one of several things, or the single one."""
    if len(things) == 1:
        return things[0]
    return next((thing for thing in things if str(getattr(thing, attribute)) == typed), None)


def _missing(name: str) -> str:
    return {
        "case": _("Choose your case."),
        "applicant": _("Choose for whom you apply."),
        "office": _("Choose the office to which you apply."),
    }[name]


@require_http_methods(["GET", "POST"])
@for_applicants
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Choose, and begin a draft; applications begun earlier are offered first."""
    version = version_to_file(code)
    check_filing(version, Channel.ONLINE)
    account, choices = signed_in(request), choices_for(request, package_of(version.pk))
    waiting = queries.my_drafts(account.pk).filter(procedure_version__procedure=version.procedure)
    drafts = [(draft, local_datetime(draft.saved_at)) for draft in waiting.order_by("-saved_at", "-id")[:5]]
    known = earlier_dossiers(request, version)
    earlier = earlier_chosen(known, request.POST.get("copy") or request.GET.get("copy", ""))
    context = choice_context(choices) | {
        "version": version,
        "drafts": drafts,
        "chosen": choices_of(earlier) if earlier else first_chosen(choices),
        "others": other_ways(version),
        "added": drawn("apply", request, version),
        "earlier": earlier_rows([] if earlier else known),
        "copy": earlier.number if earlier else "",
    }
    if request.method != "POST":
        return forms.page(request, "dossiers/portal/start.html", context)
    context["chosen"] = request.POST
    try:
        case, applicant, office = choices.chosen(request)
        draft = actions.start_draft(
            account=account,
            version=version,
            case=case,
            applicant=applicant.pk,
            typed=filled_in(choices.package.form, applicant),
            options={"office": str(office.pk), "return_address": applicant.address},
        )
    except Refused as refused:
        return forms.page(request, "dossiers/portal/start.html", context, refused=refused)
    if earlier:
        actions.copy_into_draft(draft, earlier=earlier)
        return redirect("dossiers:apply-copied", draft.pk)
    return redirect(way(Application(draft, choices.package), "").steps[0].url)


@require_http_methods(["GET", "POST"])
@for_applicants
def change(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Choose anew for a draft; what was typed stays."""
    application = application_for(request, draft_id)
    draft, choices = application.draft, choices_for(request, application.package)
    version = draft.procedure_version
    context = choice_context(choices) | {"version": version, "drafts": [], "chosen": _held(application), "others": []}
    context |= {"earlier": [], "copy": "", "added": []}
    if request.method != "POST":
        return forms.page(request, "dossiers/portal/start.html", context)
    context["chosen"] = request.POST
    try:
        case, applicant, office = choices.chosen(request)
    except Refused as refused:
        return forms.page(request, "dossiers/portal/start.html", context, refused=refused)
    if actions.choose_anew(draft, case=case, applicant=applicant.pk, office=office.pk):
        messages.warning(request, _("Papers taken from the store of the applicant before have been taken off."))
    return redirect("dossiers:apply-review", draft.pk)


@require_http_methods(["GET", "POST"])
@for_applicants
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Delete a draft, after asking."""
    draft: Draft = application_for(request, draft_id).draft
    if request.method != "POST":
        return forms.page(request, "dossiers/portal/discard.html", {"draft": draft})
    actions.discard_draft(draft)
    messages.success(request, _("The draft has been deleted."))
    return redirect("dossiers:my-dossiers")


@require_GET
@for_applicants
def resume(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Go on where the draft was left, on whatever device."""
    application = application_for(request, draft_id)
    numbers = [page.number for page in application.pages]
    if application.draft.page in numbers:
        return redirect(way(application, f"page-{application.draft.page}").following)
    return redirect(page_url(application, numbers[0]) if numbers else way(application, "").steps[0].url)


def choices_for(request: HttpRequest, package: Package) -> Choices:
    """What the signed-in person may choose from; three statements."""
    today = timezone.localdate()
    offices = list(receiving_offices(package, today)[:MOST_OFFICES])
    return Choices(package, parties_of(signed_in(request), today), offices)


def choice_context(choices: Choices) -> dict[str, Any]:
    """The choices as the page draws them."""
    return {
        "cases": [_case(choices.package, case) for case in choices.package.cases],
        "parties": choices.parties,
        "offices": sorted(map(_office, choices.offices), key=lambda office: (not office["first"], office["order"])),
    }


def _office(office: Office) -> dict[str, Any]:
    """An office by its place, so that typing the name of a commune finds it in the list; the province's come first."""
    text = f"{place(office)} – {office.name}" if office.level == Level.COMMUNE else office.name
    return {"key": str(office.pk), "text": text, "first": office.level != Level.COMMUNE, "order": fold(text)}


def _case(package: Package, case: Case) -> dict[str, Any]:
    terms = package.terms(case.pk, Channel.ONLINE)
    return {
        "code": case.code,
        "name": case.name,
        "papers": [(paper.name, paper.required) for paper in package.papers(case.pk)],
        "limit": limit_text(terms) if terms else "",
        "fees": list(fee_texts(terms)) if terms else [],
    }


def first_chosen(choices: Choices) -> dict[str, str]:
    """What is chosen at first: oneself, and the office of one's own commune."""
    own = choices.parties[0]
    near = [office for office in choices.offices if office.unit and office.unit.code == own.commune_code]
    return {"case": "", "applicant": str(own.pk), "office": str(near[0].pk) if near and own.commune_code else ""}


def _held(application: Application) -> dict[str, str]:
    draft = application.draft
    return {
        "case": application.case.code,
        "applicant": str(draft.applicant_id or ""),
        "office": str(draft.options.get("office", "")),
    }
