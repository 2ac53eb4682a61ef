"""The form, the papers and the delivery of one dossier being received at the counter."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.engines.forms.controls import UPLOAD
from motcua.engines.forms.editing import COMMAND, edited
from motcua.engines.forms.pages import open_pages
from motcua.engines.forms.proposals import settled
from motcua.engines.forms.rendering import render
from motcua.engines.forms.validation import Cleaned
from motcua.kernel.blobs.actions import store
from motcua.kernel.errors import Invalid, NotFound, Refused
from motcua.kernel.text import dong
from motcua.kernel.text.typed import bare
from motcua.kernel.web import forms
from motcua.people.accounts.access import signed_in
from motcua.people.citizens.models import Party
from motcua.services.dossiers import actions
from motcua.services.dossiers.abilities import RECEPTION
from motcua.services.dossiers.access import require_unbarred, sent_by
from motcua.services.dossiers.actors import officer
from motcua.services.dossiers.agents import registered_agent
from motcua.services.dossiers.applications import Application, PaperSlot, application_of
from motcua.services.dossiers.charges import charges_of
from motcua.services.dossiers.models import Channel, Draft, NoScanReason, Paper, ReturnMethod
from motcua.services.dossiers.pages.desk import of_document, scans, storing
from motcua.services.dossiers.pages.desk.counter import office_choices, receiving
from motcua.services.dossiers.pages.desk.shared import desk_of, for_officers, uuids, viewer_of
from motcua.services.dossiers.pages.portal.common import application_for, detach
from motcua.services.dossiers.pages.scanning import unconfirmed_on
from motcua.services.dossiers.stores import Offers
from motcua.services.dossiers.surroundings import file_names
from motcua.services.procedures.delegating import desk_for

MOST_UPLOADS = 20


@require_http_methods(["GET", "POST"])
@for_officers
def receive(request: HttpRequest, key: UUID) -> HttpResponse:
    """Fill in, tick papers, scan, then receive: submitted and accepted in one go. Everything typed is kept."""
    receiving(request)
    try:
        draft = draft_at_counter(request, key)
    except NotFound:
        received = sent_by(signed_in(request).pk, key).first()
        if received is None:
            raise
        messages.warning(request, _("This dossier has been received already; see what was received."))
        return redirect("dossiers:desk-received", number=received.number)
    if request.method != "POST":
        return _page(request, application_of(draft), judged=False)
    doing, refused = request.POST.get("do", ""), None
    try:
        _keep(request, draft)
        if doing == "store":
            storing.open_store(request, draft)
        elif doing.startswith("document:"):
            of_document.use_file(
                request, application_of(draft_at_counter(request, key)), doing.removeprefix("document:")
            )
        elif doing.startswith("store:"):
            storing.use(request, application_of(draft_at_counter(request, key)), doing.removeprefix("store:"))
        if doing == "discard":
            actions.discard_draft(draft)
            messages.success(request, _("The entry has been deleted."))
            return redirect("dossiers:desk-counter")
        if doing.startswith("scan:"):
            return redirect("dossiers:desk-scan", draft.pk, doing.removeprefix("scan:"))
        if doing.startswith(("add-person", "remove-person:")):
            _people(request, draft, doing)
            return redirect("dossiers:desk-receive", draft.pk)
        if doing == "receive":
            _check_proposals(application_of(draft_at_counter(request, key)))
            require_unbarred(viewer_of(request), *_who_apply(draft))
            office = _office(request, draft)
            by = officer(desk_for(desk_of(request), draft.procedure_version), offices=[office], roles=(RECEPTION,))
            received = actions.receive(draft.pk, office=office, by=by)
            messages.success(request, _("The dossier has been accepted; the receipt is being made."))
            return redirect("dossiers:desk-received", number=received.number)
    except Refused as error:
        refused = error
    return _page(request, application_of(draft_at_counter(request, key)), judged=doing == "receive", refused=refused)


def _people(request: HttpRequest, draft: Draft, doing: str) -> None:
    """Somebody who applies, too, stands there or has signed the paper form; or was taken down by mistake."""
    account = signed_in(request)
    if doing == "add-person":
        name, number = (request.POST.get(each, "").replace("\0", "") for each in ("co-name", "co-number"))
        actions.record_presence(draft.pk, by=account, name=name, identity_number=number)
    else:
        (person,) = uuids([doing.removeprefix("remove-person:")])
        actions.remove_co_applicant(draft.pk, by=account, person=person)


def _check_proposals(application: Application) -> None:
    """Raises ``Invalid`` for what was read from a picture and is not confirmed."""
    shown = (unconfirmed_on(application, page) for page in application.pages)
    if left := {name: text for page in shown for name, text in page.items()}:
        raise Invalid(_("Some answers need your attention."), errors=left)


def _who_apply(draft: Draft) -> list[Party]:
    people = draft.co_applicants.select_related("party")
    return [party for party in (draft.applicant, *(person.party for person in people)) if party is not None]


def draft_at_counter(request: HttpRequest, key: UUID) -> Draft:
    """What this officer takes down at the counter, under the version in force now.

    Raises ``NotFound``, and ``NotAllowed`` where they do not receive dossiers of the procedure any more.
    """
    draft = application_for(request, key).draft
    if draft.channel == Channel.ONLINE:
        raise NotFound(_("There is no such application. It may have been sent or deleted already."))
    receiving(request, draft.procedure_version)
    return draft


def _office(request: HttpRequest, draft: Draft) -> UUID:
    offices = receiving(request, draft.procedure_version)
    chosen = request.POST.get("counter-office") or str(next(iter(offices)))
    (office,) = uuids([chosen])
    if office not in offices:
        raise Refused(_("Choose the office of the counter."), field="counter-office", code="required")
    return office


def _keep(request: HttpRequest, draft: Draft) -> None:
    """Store what was typed and uploaded before anything is judged; only then say what was not accepted."""
    application = application_of(draft)
    raw = {name: [str(text).replace("\0", "") for text in texts] for name, texts in request.POST.lists()}
    refused: list[Refused] = []
    for name in request.FILES:
        try:
            _upload(request, application, name, raw)
        except Refused as error:
            refused.append(error)
    command = raw.get(COMMAND, [""])[0]
    if command.startswith("take-off:"):
        actions.remove_from_draft(draft, attachment=uuids([command.removeprefix("take-off:")])[0])
    elif command:
        detach(application, command)
        raw = edited(application.form, raw, command)
    said = settled(raw, application.proposed, draft.typed)
    actions.decide_proposals(draft, said.decided, of=application.proposed, at=timezone.now())
    fresh = application_of(draft)
    typed = fresh.judged(fresh.with_files(said.typed)).typed
    actions.save_draft(draft, typed=typed, options=_options(request, fresh))
    if refused:
        raise refused[0]
    actions.save_draft(draft, options={"representative": _representative(request)})


def _representative(request: HttpRequest) -> str:
    """The key of who stands there for the applicant, by number or scanned card; empty when the applicant does."""
    typed = request.POST.get("counter-representative", "")
    if not typed.strip():
        return ""
    scan = scans.read(typed)
    return str(registered_agent(scan.card.number if scan.card else scan.text, field="counter-representative").pk)


def _upload(request: HttpRequest, application: Application, name: str, raw: dict[str, list[str]]) -> None:
    """A scan for a paper of the list, or a file for a field of the form."""
    papers = {f"{slot.name}-file": slot.paper.pk for slot in application.papers}
    field = name.removesuffix(UPLOAD)
    for upload in request.FILES.getlist(name)[:MOST_UPLOADS]:
        stored = store(upload, name=upload.name or "", by=request.user.pk)
        if name in papers:
            actions.attach_to_draft(application.draft, file=stored.pk, case_paper=papers[name])
        elif field in file_names(application.form, {field: []}):
            actions.attach_to_draft(application.draft, file=stored.pk, field=field)
            raw.setdefault(field, []).append(str(stored.pk))


def _options(request: HttpRequest, application: Application) -> dict[str, Any]:
    return {
        "office": request.POST.get("counter-office", ""),
        "return_method": request.POST.get("return_method", ""),
        "return_address": bare(request.POST.get("return_address", "")),
        "copies": _count(request.POST.get("counter-copies", "")),
        "papers": {slot.paper.code: _said(request, slot.name) for slot in application.papers},
    }


def _said(request: HttpRequest, name: str) -> dict[str, Any]:
    return {
        "form": request.POST.get(f"{name}-form", ""),
        "copies": _count(request.POST.get(f"{name}-copies", "")),
        "reused": f"{name}-reused" in request.POST,
        "no_scan": request.POST.get(f"{name}-no_scan", ""),
        "valid_to": _day(request.POST.get(f"{name}-valid_to", "")),
    }


def _day(typed: str) -> str:
    """The day as it is stored; empty for what is none, as browsers send nothing else."""
    try:
        return date.fromisoformat(typed.strip()).isoformat()
    except ValueError:
        return ""


def _count(typed: str) -> int:
    return min(max(int(typed), 1), 999) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 1


def _page(
    request: HttpRequest, application: Application, *, judged: bool, refused: Refused | None = None
) -> HttpResponse:
    draft, answers, offers = application.draft, application.answers, storing.offers_for(request, application)
    cleaned = answers if judged else answers.silent()
    said = draft.options
    representative = Party.objects.filter(pk=said["representative"]).first() if said.get("representative") else None
    context = {
        "draft": draft,
        "case": application.case,
        "pages": _drawn(application, cleaned),
        "papers": [
            _slot(slot, said.get("papers", {}).get(slot.paper.code, {}), offers) for slot in application.papers
        ],
        "store": {"shown": storing.may_look(draft), "open": storing.is_open(draft)},
        "paper_forms": [("", _("Not handed over")), *Paper.Form.choices],
        "no_scan_reasons": [("", "–"), *NoScanReason.choices],
        "offices": office_choices(request, draft.procedure_version),
        "methods": ReturnMethod.choices,
        "said": {
            "counter-office": said.get("office", ""),
            "return_method": said.get("return_method") or ReturnMethod.DESK,
            "return_address": said.get("return_address", ""),
            "counter-copies": said.get("copies", 1),
            "counter-representative": request.POST.get("counter-representative", _number(representative)),
        },
        "fees": _fees(application, answers),
        "source": of_document.of_draft(request, draft),
        "proposed": len(application.proposed),
        "together": application.package.manifest.co_applicants,
        "people": list(draft.co_applicants.all()) if application.package.manifest.co_applicants else [],
    }
    return forms.page(request, "dossiers/desk/receive.html", context, refused=refused)


def _number(party: Party | None) -> str:
    return (party.identity_number or party.tax_code or "") if party else ""


def _drawn(application: Application, cleaned: Cleaned) -> list[dict[str, Any]]:
    around = application.around(application.draft.typed)
    suggest = reverse("dossiers:units")
    return [
        {
            "title": page.title,
            "rendered": render(page, cleaned, around=around, suggest_url=suggest, proposed=application.proposed),
        }
        for page in open_pages(application.form, cleaned.hidden)
    ]


def _slot(slot: PaperSlot, told: dict[str, Any], offers: Offers) -> dict[str, Any]:
    return {
        "code": slot.paper.code,
        "in_store": bool(offers.usable(slot.paper.pk)),
        "from_store": any(attached.source for attached in slot.files),
        "name": slot.name,
        "title": slot.paper.name,
        "required": slot.paper.required,
        "files": [(attached.pk, attached.file.name, attached.file.blob.mark) for attached in slot.files],
        "form": told.get("form", ""),
        "copies": told.get("copies", 1),
        "reused": bool(told.get("reused")),
        "no_scan": told.get("no_scan", ""),
        "valid_to": told.get("valid_to", ""),
    }


def _fees(application: Application, answers: Cleaned) -> list[list[str]]:
    """What it will cost with the answers so far; nothing while that cannot be worked out."""
    try:
        charges = charges_of(application.package, application.case, application.draft.channel, answers.data)
    except Refused:
        return []
    return [[charge.name, dong(charge.amount)] for charge in charges.lines]
