"""People at the counter: found, registered, corrected, merged."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms
from motcua.people.accounts import actions as accounts
from motcua.people.accounts.access import sign_in_first
from motcua.people.citizens import access, actions, queries, rules
from motcua.people.citizens.models import Party, Representation

_TEXTS = ("name", "gender", "address", "phone", "email")


def genders() -> list[tuple[str, str]]:
    """What the form offers."""
    return [("", _("Not stated")), ("female", _("Female")), ("male", _("Male"))]


@never_cache
@require_GET
@sign_in_first
def search(request: HttpRequest) -> HttpResponse:
    """By number, by the beginning of a name, or by the scanned QR code of an identity card."""
    access.serving_officer(request)
    text = request.GET.get("q", "").strip()
    card = rules.parse_card(text)
    found = queries.parties_matching(card.number if card else text) if text else []
    if card and found:
        return redirect("citizens:party", found[0].pk)
    access.record_found(request, found)
    prefill = {name: str(value) for name, value in asdict(card).items() if value} if card else {}
    rows = [(party, local_date(party.birth_date)) for party in found]
    return render(request, "citizens/search.html", {"q": "" if card else text, "rows": rows, "card": prefill})


@require_http_methods(["GET", "POST"])
@sign_in_first
def register(request: HttpRequest) -> HttpResponse:
    """A new citizen or business; a scanned card fills the form."""
    by = access.serving_officer(request)
    context = {"genders": genders(), "kinds": Party.Kind.choices, "card": request.GET}
    if request.method != "POST":
        return forms.page(request, "citizens/register.html", context)
    try:
        made = actions.register_party(
            kind=request.POST.get("kind", ""),
            identity_number=request.POST.get("identity_number", ""),
            tax_code=request.POST.get("tax_code", ""),
            by=by,
            **_facts(request),
        )
    except Refused as refused:
        return forms.page(request, "citizens/register.html", context, refused=refused)
    messages.success(request, _("The person has been registered."))
    return redirect("citizens:party", made.pk)


def _facts(request: HttpRequest) -> dict[str, Any]:
    facts: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in _TEXTS}
    typed = request.POST.get("birth_date", "").strip()
    try:
        born = date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise Refused(_("This is not a day."), field="birth_date", code="not_a_day") from error
    if born is not None and born > timezone.localdate():
        raise Refused(_("This day is still to come."), field="birth_date", code="to_come")
    return facts | {"birth_date": born}


@never_cache
@require_GET
@sign_in_first
def party(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """One person or business; opening it is recorded."""
    shown = access.party_for(request, party_id)
    today = timezone.localdate()
    representatives = (
        Representation.objects.filter(party=shown)
        .exclude(valid_to__lte=today)
        .select_related("representative")
        .order_by("valid_from", "id")[:50]
    )
    context = {
        "party": shown,
        "birth_date": local_date(shown.birth_date),
        "gender": dict(genders())[shown.gender],
        "representatives": [
            (row, _kind_text(row), local_date(row.valid_from), local_date(_last_day(row))) for row in representatives
        ],
        "represents": queries.represented_by(shown, today)[:50],
        "abilities": access.abilities(request, shown),
    }
    return render(request, "citizens/party.html", context)


@require_http_methods(["GET", "POST"])
@sign_in_first
def change(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Correct what is known."""
    shown = access.party_for(request, party_id)
    stored = {name: getattr(shown, name) or "" for name in (*_TEXTS, "birth_date")}
    context = {"party": shown, "genders": genders(), "stored": stored}
    if request.method != "POST":
        return forms.page(request, "citizens/change.html", context)
    try:
        actions.change_party(party=shown, by=access.serving_officer(request), **_facts(request))
    except Refused as refused:
        return forms.page(request, "citizens/change.html", context, refused=refused)
    messages.success(request, _("The details have been saved."))
    return redirect("citizens:party", shown.pk)


@never_cache
@require_POST
@sign_in_first
def open_account(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """An account for the person at the desk; the start code is shown once."""
    shown = access.party_for(request, party_id)
    account, code = actions.open_account(party=shown, by=access.serving_officer(request))
    return render(request, "citizens/start_code.html", {"account": account, "code": code})


@never_cache
@require_POST
@sign_in_first
def start_code(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """A new start code for who has not used the first one in time; shown once."""
    shown = access.party_for(request, party_id)
    access.require(access.abilities(request, shown), "new_start_code")
    assert shown.account is not None
    code = accounts.issue_start_code(account=shown.account, by=access.serving_officer(request))
    return render(request, "citizens/start_code.html", {"account": shown.account, "code": code})


@require_http_methods(["GET", "POST"])
@sign_in_first
def start_reset(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """The person at the desk has lost the way in; a second officer of the desk's office confirms the reset."""
    shown, office_id = access.party_for(request, party_id), access.reception_of(request)
    access.require(access.abilities(request, shown), "start_reset")
    assert shown.account is not None
    assert office_id is not None
    if request.method != "POST":
        return forms.page(request, "citizens/start_reset.html", {"party": shown})
    try:
        accounts.start_reset(
            account=shown.account,
            by=access.serving_officer(request),
            office_id=office_id,
            reason=request.POST.get("reason", ""),
        )
    except Refused as refused:
        return forms.page(request, "citizens/start_reset.html", {"party": shown}, refused=refused)
    messages.success(request, _("A second officer of this office must now confirm the reset."))
    return redirect("citizens:party", shown.pk)


@require_http_methods(["GET", "POST"])
@sign_in_first
def represent(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Somebody acts for this person or business."""
    shown = access.party_for(request, party_id)
    context = {"party": shown, "kinds": Representation.Kind.choices}
    if request.method != "POST":
        return forms.page(request, "citizens/represent.html", context)
    try:
        actions.add_representation(
            party=shown,
            representative=_by_number(request, "representative"),
            kind=request.POST.get("kind", ""),
            document=request.POST.get("document", ""),
            valid_from=timezone.localdate(),
            valid_to=_after_last_day(request.POST.get("valid_to", "").strip()),
            by=access.serving_officer(request),
        )
    except Refused as refused:
        return forms.page(request, "citizens/represent.html", context, refused=refused)
    messages.success(request, _("The representation has been saved."))
    return redirect("citizens:party", shown.pk)


def _kind_text(row: Representation) -> str:
    """What it is, and whether it rests on a statement."""
    if row.state == Representation.State.CONFIRMED:
        return str(row.get_kind_display())
    return f"{row.get_kind_display()} ({row.get_state_display()})"


def _last_day(row: Representation) -> date | None:
    return row.valid_to - timedelta(days=1) if row.valid_to else None


def _after_last_day(typed: str) -> date | None:
    """The day after the last one that was typed; none for a representation without an end. Raises ``Refused``."""
    try:
        return date.fromisoformat(typed) + timedelta(days=1) if typed else None
    except (ValueError, OverflowError) as error:
        raise Refused(_("This is not a day."), field="valid_to", code="not_a_day") from error


def _by_number(request: HttpRequest, field: str) -> Party:
    text = request.POST.get(field, "")
    card = rules.parse_card(text)
    found = queries.party_with_number(card.number if card else text)
    if found is None:
        raise NotFound(_("Nobody is registered under this number."), field=field)
    return found


@require_POST
@sign_in_first
def end_representation(request: HttpRequest, party_id: UUID, row_id: UUID) -> HttpResponse:
    """The representation ends today."""
    shown = access.party_for(request, party_id)
    row = Representation.objects.select_related("party").filter(pk=row_id, party=shown).first()
    if row is None:
        raise NotFound(_("There is no such representation."))
    actions.end_representation(representation=row, by=access.serving_officer(request))
    messages.success(request, _("The representation has ended."))
    return redirect("citizens:party", shown.pk)


@require_http_methods(["GET", "POST"])
@sign_in_first
def merge(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """This record is a duplicate of another one."""
    shown = access.party_for(request, party_id)
    if request.method != "POST":
        return forms.page(request, "citizens/merge.html", {"party": shown})
    try:
        kept = actions.merge(duplicate=shown, into=_by_number(request, "into"), by=access.serving_officer(request))
    except Refused as refused:
        return forms.page(request, "citizens/merge.html", {"party": shown}, refused=refused)
    messages.success(request, _("The records have been merged."))
    return redirect("citizens:party", kept.pk)
