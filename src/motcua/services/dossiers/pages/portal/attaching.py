"""The papers of an application: uploaded, taken from an earlier dossier, removed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.services.dossiers import actions, stores
from motcua.services.dossiers.applications import Application, PaperSlot
from motcua.services.dossiers.models import DraftFile
from motcua.services.dossiers.pages.portal.common import (
    application_for,
    facts_of,
    for_applicants,
    stored,
    uploads,
    viewer_of,
)
from motcua.services.dossiers.pages.portal.scanning import scan_url
from motcua.services.dossiers.pages.portal.steps import after, way
from motcua.services.dossiers.scanning import recognition
from motcua.services.dossiers.stores import Offers

TEMPLATE = "dossiers/portal/papers.html"


@require_http_methods(["GET", "POST"])
@for_applicants
def papers(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Every paper of the case. Whatever button is pressed, the chosen files are taken in."""
    application = application_for(request, draft_id)
    if request.method == "GET":
        return _page(request, application)
    try:
        _take_again(request, application)
        _take(request, application)
        going_on = _command(request, application)
        if going_on:
            _check(application_for(request, draft_id))
    except Refused as refused:
        return _page(request, application_for(request, draft_id), refused=refused)
    if not going_on:
        return redirect(request.get_full_path())
    return redirect(after(request, way(application, "papers")))


def _page(request: HttpRequest, application: Application, refused: Refused | None = None) -> HttpResponse:
    offers = _offers(request, application)
    unfinished, recognised = application.unfinished_scans(), recognition([file.file_id for file in application.files])
    context = {
        "application": application,
        "way": way(application, "papers"),
        "slots": [
            _slot(application, slot, offers, recognised) | {"unfinished": unfinished.get(slot.name, "")}
            for slot in application.papers
        ],
        "others": [(offer.source, f"{offer.name} – {offer.facts}"[:160]) for offer in offers.others],
    }
    return forms.page(request, TEMPLATE, context, refused=refused)


def _check(application: Application) -> None:
    if missing := application.missing_papers():
        raise Invalid(_("Some required papers are missing."), errors=missing)
    if barred := application.barred_papers():
        raise Invalid(_("Some papers cannot be used any more."), errors=barred)


def _offers(request: HttpRequest, application: Application) -> Offers:
    """What the applicant has on file; nothing once one may not act for them any more."""
    applicant, account = application.draft.applicant, signed_in(request)
    if applicant is None or applicant.pk not in viewer_of(request).parties:
        return Offers()
    papers = [slot.paper for slot in application.papers]
    procedure = application.draft.procedure_version.procedure_id
    if account.party.pk in (applicant.pk, applicant.merged_into_id):
        return stores.offers(applicant.pk, papers, procedure)
    return stores.offers_on_behalf(applicant.pk, papers, procedure, agent=account.pk)


def _slot(
    application: Application, slot: PaperSlot, offers: Offers, recognised: Mapping[UUID, bool]
) -> dict[str, Any]:
    attached = {file.source for file in slot.files}
    return {
        "name": slot.name,
        "paper": slot.paper,
        "scan": scan_url(application, slot.name),
        "files": [_file(application, attached, recognised.get(attached.file_id)) for attached in slot.files],
        "offers": [offer for offer in offers.fitting.get(slot.paper.pk, ()) if offer.source not in attached],
    }


def _file(application: Application, attached: DraftFile, recognised: bool | None) -> dict[str, Any]:
    facts = facts_of(attached.file)
    if recognised is not None:
        told = _("text recognised") if recognised else _("text not recognised")
        facts = f"{facts} · {told}"
    return {
        "key": str(attached.pk),
        "name": attached.file.name,
        "media_type": attached.file.media_type,
        "url": reverse("dossiers:apply-file", args=[application.draft.pk, attached.pk]),
        "facts": " · ".join((facts, _("used again"))) if attached.source else facts,
    }


def _take(request: HttpRequest, application: Application) -> None:
    """Store what was chosen in every input. Raises ``Invalid`` with what was not accepted; the rest is kept."""
    faults = _nothing_chosen(request, application)
    for slot in application.papers:
        taken, fault = stored(uploads(request, slot.name), by=signed_in(request))
        for file in taken:
            actions.attach_to_draft(application.draft, file=file.pk, case_paper=slot.paper.pk)
        if fault:
            faults[slot.name] = fault
    if faults:
        raise Invalid(_("Some files were not accepted."), errors=faults)


def _nothing_chosen(request: HttpRequest, application: Application) -> dict[str, str]:
    """The fault of who presses "Attach" at a paper without having chosen anything at all."""
    verb, _colon, code = request.POST.get("do", "").partition(":")
    if verb != "add" or request.FILES:
        return {}
    if any(request.POST.get(f"again-{slot.paper.code}") for slot in application.papers):
        return {}
    return {slot.name: _("Choose a file first.") for slot in application.papers if slot.paper.code == code}


def _take_again(request: HttpRequest, application: Application) -> None:
    """Attach what was chosen from what is on file: by its button, or from the list of others."""
    chosen = {slot.paper: key for slot in application.papers if (key := request.POST.get(f"again-{slot.paper.code}"))}
    verb, _colon, pressed = request.POST.get("do", "").partition(":")
    code, _colon, source = pressed.partition(":")
    if verb == "again":
        chosen |= {slot.paper: source for slot in application.papers if slot.paper.code == code}
    offers = _offers(request, application) if chosen else Offers()
    for paper, key in chosen.items():
        if offer := offers.chosen(paper.pk, key):
            actions.reuse_in_draft(application.draft, file=offer.file, source=offer.source, case_paper=paper.pk)


def _command(request: HttpRequest, application: Application) -> bool:
    """Do what the button says; whether it is the one that goes on."""
    verb, _colon, key = request.POST.get("do", "").partition(":")
    if verb == "remove":
        for attached in application.files:
            if str(attached.pk) == key:
                actions.remove_from_draft(application.draft, attachment=attached.pk)
    return not verb
