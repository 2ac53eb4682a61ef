"""Reception at the counter: who is there, what they need, the form, the papers, the fees, the receipt.

Everything typed is kept in a draft of the officer, so that a visitor who lacks a paper can come back. A citizen
without telephone, e-mail or even a number is served as anybody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text import dong, local_date, local_datetime
from motcua.kernel.web import forms, sections
from motcua.people.accounts.models import Account
from motcua.people.citizens.access import party_at_counter, record_found
from motcua.people.citizens.actions import register_party
from motcua.people.citizens.models import Party
from motcua.people.citizens.pages.desk import genders
from motcua.people.citizens.queries import is_settled, parties_matching
from motcua.services.correspondence.access import Incoming
from motcua.services.dossiers import actions, issuing
from motcua.services.dossiers.abilities import RECEPTION
from motcua.services.dossiers.access import require_unbarred
from motcua.services.dossiers.applications import filled_in
from motcua.services.dossiers.models import Channel, Draft, FeeLine, FormNumber
from motcua.services.dossiers.models.dossier import without_package
from motcua.services.dossiers.pages.desk import of_document, scans
from motcua.services.dossiers.pages.desk.asking import Doing
from motcua.services.dossiers.pages.desk.shared import (
    HANDLING,
    desk_of,
    for_officers,
    opened,
    uuids,
    viewer_of,
)
from motcua.services.procedures.delegating import desk_for
from motcua.services.procedures.models import Case, ProcedureVersion
from motcua.services.procedures.queries import Search
from motcua.services.procedures.queries import search as search_procedures
from motcua.services.procedures.runtime import package_of, version_to_file
from motcua.services.procedures.starting import counter_ways

MOST_DRAFTS = 20
_PERSON = ("name", "gender", "address", "phone", "email")


def receiving(request: HttpRequest, version: ProcedureVersion | None = None) -> frozenset[UUID]:
    """The offices at whose counter the officer receives dossiers of a version, or of any. Raises ``NotAllowed``."""
    desk = desk_of(request)
    if version is not None:
        offices = desk_for(desk, version).offices_with(RECEPTION)
    else:
        offices = desk.offices_somewhere(RECEPTION)
    if not offices:
        if version is not None and desk.has_somewhere(RECEPTION):
            raise NotAllowed(_("You do not receive dossiers of this procedure."), code="out_of_scope")
        raise NotAllowed(_("This page is for officers who receive dossiers."))
    return offices


@require_GET
@for_officers
def counter(request: HttpRequest) -> HttpResponse:
    """First who, then what."""
    receiving(request)
    document = of_document.opened(request, request.GET.get("document", ""))
    if person := request.GET.get("person"):
        return _choose_procedure(request, served(request, person), document)
    taken = of_document.carried(document)
    scan = scans.read(request.GET.get("q", taken.get("sender", "")))
    if scan.number:
        return redirect("dossiers:desk-dossier", number=scan.number)
    text = scan.card.number if scan.card else scan.text
    found = parties_matching(text, settled=True) if text else []
    if scan.card and found:
        return redirect(_for(found[0], taken))
    record_found(request, found)
    card = {name: str(value) for name, value in asdict(scan.card).items() if value} if scan.card else {}
    context = {
        "q": "" if scan.card else text,
        "people": [_person(party, taken) for party in found],
        "asked": bool(text),
        "taken": taken,
        "card": {**card, "identity_number": card.get("number", "")} if card else {"name": text},
        "drafts": _drafts(request),
        "genders": genders(),
        "kinds": Party.Kind.choices,
        "sections": [] if text else sections.drawn("counter", request, None),
    }
    return forms.page(request, "dossiers/desk/counter.html", context)


def served(request: HttpRequest, person: str) -> Party:
    """Who is at the counter; the look is recorded. Raises ``NotAllowed``, ``NotFound``.

    A child's record that rests on an unconfirmed statement is its stater's alone: whoever else brings the child is
    served under another record, or the stater would see their dossiers.
    """
    party = party_at_counter(request, uuids([person])[0])
    if not is_settled(party.pk):
        text = _(
            "A parent has stated this record and nobody has confirmed it. Register the child here, or find it by its"
            " number."
        )
        raise NotAllowed(text, code="stated")
    return party


def _for(party: Party, taken: Mapping[str, str]) -> str:
    document = f"&document={taken['key']}" if taken else ""
    return f"{reverse('dossiers:desk-counter')}?person={party.pk}{document}"


def _person(party: Party, taken: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": party.name,
        "number": party.identity_number or party.tax_code or "",
        "born": local_date(party.birth_date),
        "address": party.address,
        "url": _for(party, taken),
    }


def _drafts(request: HttpRequest) -> list[dict[str, Any]]:
    """What this officer has begun at the counter and not finished."""
    mine = Draft.objects.filter(account=request.user.pk, channel__in=[Channel.COUNTER, Channel.POST])
    joined = mine.select_related("procedure_version", "applicant").defer(*without_package("procedure_version"))
    rows = joined.order_by("-saved_at", "-id")[:MOST_DRAFTS]
    return [
        {
            "url": reverse("dossiers:desk-receive", args=[draft.pk]),
            "procedure": draft.procedure_version.name,
            "applicant": draft.applicant.name if draft.applicant else "",
            "saved": local_datetime(draft.saved_at),
        }
        for draft in rows
    ]


def _choose_procedure(request: HttpRequest, party: Party, document: Incoming | None) -> HttpResponse:
    text, taken = request.GET.get("procedure", "")[:200], of_document.carried(document)
    channels = [(Channel.COUNTER, Channel.COUNTER.label), (Channel.POST, Channel.POST.label)]
    context = {
        "party": _person(party, taken),
        "taken": taken,
        "person": party.pk,
        "text": text,
        "procedures": _filed_here(request, text, None if taken else party.pk) if text.strip() else [],
        "channels": channels[::-1] if taken else channels,  # nobody stands there with a document
    }
    return forms.page(request, "dossiers/desk/counter_procedure.html", context)


def _filed_here(request: HttpRequest, text: str, person: UUID | None) -> list[dict[str, Any]]:
    """The procedures found that the officer receives here, with their cases and other ways; three statements."""
    desk = desk_of(request)
    found = [entry.procedure_id for entry in search_procedures(Search(text=text)).items]
    versions = ProcedureVersion.objects.filter(process__isnull=False, procedure__in=found)
    current = versions.filter(procedure__current_version_id__isnull=False).select_related("procedure")
    rows = {row.procedure_id: row for row in current.defer("form", "process") if _is_current(row)}
    rows = {key: row for key, row in rows.items() if desk_for(desk, row).offices_with(RECEPTION)}
    cases: dict[UUID, list[Case]] = {}
    for case in Case.objects.filter(version__in=rows.values()).order_by("position"):
        cases.setdefault(case.version_id, []).append(case)
    return [
        {
            "code": rows[key].procedure.code,
            "name": rows[key].name,
            "cases": [(case.code, case.name) for case in cases[rows[key].pk]],
            "others": counter_ways(rows[key], person) if person else [],
        }
        for key in found
        if key in rows
    ]


def _is_current(version: ProcedureVersion) -> bool:
    return version.procedure.current_version_id == version.pk


@require_POST
@for_officers
def register(request: HttpRequest) -> HttpResponse:
    """A person who is here for the first time."""
    receiving(request)
    assert isinstance(request.user, Account)
    taken = of_document.carried(of_document.opened(request, request.POST.get("document", "")))
    facts: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in _PERSON}
    try:
        made = register_party(
            kind=request.POST.get("kind", ""),
            identity_number=request.POST.get("identity_number", ""),
            tax_code=request.POST.get("tax_code", ""),
            birth_date=_birth_date(request),
            by=request.user,
            **facts,
        )
    except Refused as refused:
        context = {
            "q": "",
            "people": [],
            "asked": True,
            "card": {},
            "drafts": [],
            "taken": taken,
            "genders": genders(),
            "kinds": Party.Kind.choices,
            "sections": [],
        }
        return forms.page(request, "dossiers/desk/counter.html", context, refused=refused)
    return redirect(_for(made, taken))


def _birth_date(request: HttpRequest) -> date | None:
    typed = request.POST.get("birth_date", "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise Refused(_("This is not a day."), field="birth_date", code="not_a_day") from error


@require_POST
@for_officers
def start(request: HttpRequest) -> HttpResponse:
    """Begin a dossier for the person at the counter."""
    receiving(request)
    assert isinstance(request.user, Account)
    party = served(request, request.POST.get("person", ""))
    require_unbarred(viewer_of(request), party)
    version = version_to_file(request.POST.get("code", ""))
    receiving(request, version)
    package = package_of(version.pk)
    case = next((case for case in package.cases if case.code == request.POST.get("case")), package.first_case)
    channel = Channel.POST if request.POST.get("channel") == Channel.POST else Channel.COUNTER
    if document := of_document.opened(request, request.POST.get("document", "")):
        draft = actions.start_from_document(
            document, account=request.user, version=version, case=case, channel=channel, applicant=party
        )
    else:
        draft = actions.start_draft(
            account=request.user,
            version=version,
            case=case,
            channel=channel,
            applicant=party.pk,
            typed=filled_in(package.form, party),
        )
    return redirect("dossiers:desk-receive", key=draft.pk)


@require_GET
@for_officers
def received(request: HttpRequest, number: str) -> HttpResponse:
    """The dossier is accepted: receipt, fees, and the next one for the same person."""
    accessed = opened(request, number, purpose=HANDLING)
    dossier = accessed.dossier
    lines = list(FeeLine.objects.filter(dossier=dossier))
    due = [line for line in lines if line.state == FeeLine.State.DUE]
    context = {
        "dossier": dossier,
        "due_at": local_datetime(dossier.due_at),
        "fees": [[line.full_name, dong(line.amount), line.state_text] for line in lines],
        "total": dong(sum(line.amount for line in due)),
        "owes": bool(due) and accessed.abilities["collect_fee"],
        "methods": FeeLine.counter_methods(),
        "version": dossier.version,
        "another": f"{reverse('dossiers:desk-counter')}?person={dossier.applicant_id}",
    }
    return render(request, "dossiers/desk/received.html", context)


@require_POST
@for_officers
def collect(request: HttpRequest, number: str) -> HttpResponse:
    """Take the money of all lines that are still due, if they are those that the page has shown."""
    doing = Doing(request, opened(request, number, purpose=HANDLING), None)
    doing.accessed.require("collect_fee")
    lines = FeeLine.objects.filter(dossier=doing.dossier, state=FeeLine.State.DUE)
    try:
        with doing.telling():
            actions.collect_fees(
                doing.dossier.pk,
                lines=[line.pk for line in lines],
                method=doing.text("method"),
                slip=doing.text("slip"),
                by=doing.by("reception", "cashier"),
                seen_version=doing.seen_version,
            )
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The fees have been collected."))
    return redirect("dossiers:desk-received", number=number)


@require_http_methods(["GET"])
@for_officers
def receipt(request: HttpRequest, number: str) -> HttpResponseBase:
    """Form 01, typeset at once if the job has not come to it yet."""
    dossier = opened(request, number, purpose=HANDLING).dossier
    issued = dossier.issued_forms.filter(form=FormNumber.RECEIPT).order_by("-issued_at").first()
    if issued is None:
        raise NotFound(_("This dossier has no receipt yet."))
    stored = issuing.render(issued.pk).file
    assert stored is not None
    return blob_pages.respond(request, stored)


def office_choices(request: HttpRequest, version: ProcedureVersion) -> Sequence[tuple[str, str]]:
    """The counters at which the officer receives dossiers of a version, by name."""
    held = desk_for(desk_of(request), version).positions
    named = {str(each.office_id): each.office_name for each in held if RECEPTION in each.roles}
    return sorted(named.items(), key=lambda each: each[1])
