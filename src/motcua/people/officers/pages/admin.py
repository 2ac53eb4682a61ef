"""Looking after one officer: positions, sign-in, leaving; and the resets that wait for a second person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.people.accounts import actions as accounts
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.accounts.confirmation import confirm_before
from motcua.people.officers import access, actions, confirming, queries
from motcua.people.officers.models import Delegation, Officer, Position, Role
from motcua.people.officers.pages.delegating import delegation_rows
from motcua.people.officers.pages.shared import day, position_row, require_seen, roles_in_words, unseen_in
from motcua.people.officers.taking_over import TakingOver
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import office_by_code


@require_GET
@sign_in_first
def officer(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One officer: account, positions, what can be done."""
    shown, today = access.administered_officer(request, account_id), timezone.localdate()
    positions = Position.objects.filter(officer=shown).select_related("office").order_by("-valid_from", "id")[:100]
    desk, delegations = access.desk_of(request), queries.delegations_after(today)

    def ending(row: Delegation) -> str:
        mine = access.abilities(request, shown)["delegate"] and desk.administers(row.from_position.office_id)
        return reverse("officers:end-delegation", args=[shown.pk, row.pk]) if mine else ""

    context = {
        "officer": shown,
        "last_login": local_datetime(shown.account.last_login),
        "positions": [position_row(one, today) | {"mine": desk.administers(one.office_id)} for one in positions],
        "asked": [
            {"office": each.office.name, "title": each.title, "roles": roles_in_words(each.roles)}
            for each in confirming.waiting_for(shown)
        ],
        "given": delegation_rows(delegations.filter(from_position__officer=shown)[:50], end=ending),
        "received": delegation_rows(delegations.filter(to_position__officer=shown)[:50]),
        "abilities": access.abilities(request, shown),
    }
    return render(request, "officers/officer.html", context)


@require_http_methods(["GET", "POST"])
@sign_in_first
def give_position(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Give the officer a position in an office one administers."""
    shown = access.administered_officer(request, account_id)
    access.require(access.abilities(request, shown), "give_position")
    context = {"officer": shown, "roles": Role.choices, "chosen": request.POST.getlist("roles")}
    if request.method != "POST":
        return forms.page(request, "officers/give_position.html", context)
    try:
        given = confirming.ask_position(
            officer=shown,
            office=_office(request),
            title=request.POST.get("title", ""),
            roles=request.POST.getlist("roles"),
            valid_from=day(request, "valid_from"),
            last_day=day(request, "last_day") if request.POST.get("last_day") else None,
            by=signed_in(request),
        )
    except Refused as refused:
        return forms.page(request, "officers/give_position.html", context, refused=refused)
    waits = _("The position waits until a second person confirms it.")
    messages.success(request, _("The position has been given.") if given else waits)
    return redirect("officers:officer", shown.pk)


@require_http_methods(["GET", "POST"])
@sign_in_first
@confirm_before()
def identity_number(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Record or correct the identity number; what is recorded cannot be shown, for it is only a hash."""
    shown = access.administered_officer(request, account_id)
    access.require(access.abilities(request, shown), "record_identity_number")
    context = {"officer": shown}
    if request.method != "POST":
        return forms.page(request, "officers/identity_number.html", context)
    number = request.POST.get("identity_number", "")
    try:
        actions.record_identity_number(officer=shown, identity_number=number, by=signed_in(request))
    except Refused as refused:
        return forms.page(request, "officers/identity_number.html", context, refused=refused)
    messages.success(request, _("The identity number has been recorded."))
    return redirect("officers:officer", shown.pk)


@require_http_methods(["GET", "POST"])
@sign_in_first
@confirm_before()
def administrator(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Ask, then let the officer administer the province, too."""
    shown = _able(request, account_id, "make_administrator")
    if request.method != "POST":
        return render(request, "officers/administrator.html", {"officer": shown})
    accounts.make_administrator(account=shown.account, by=signed_in(request))
    messages.success(request, _("%(name)s is an administrator now.") % {"name": shown.account.display_name})
    return redirect("officers:officer", shown.pk)


def _office(request: HttpRequest) -> Office:
    found = office_by_code(request.POST.get("office_code", "").strip().upper(), timezone.localdate())
    if found is None:
        raise NotFound(_("No office has this code."), field="office_code")
    return access.administered_office(request, found.pk)


@require_POST
@sign_in_first
def end_position(request: HttpRequest, account_id: UUID, position_id: UUID) -> HttpResponse:
    """The position ends with a day."""
    shown = access.administered_officer(request, account_id)
    position = Position.objects.select_related("officer").filter(pk=position_id, officer=shown).first()
    if position is None:
        raise NotFound(_("There is no such position."))
    access.administered_office(request, position.office_id)
    try:
        actions.end_position(position=position, last_day=day(request, "last_day"), by=signed_in(request))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The position ends with this day."))
    return redirect("officers:officer", shown.pk)


@never_cache
@require_POST
@sign_in_first
def start_code(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """A code with which the officer sets the first password; shown once, to be handed over."""
    shown = access.administered_officer(request, account_id)
    access.require(access.abilities(request, shown), "issue_start_code")
    code = accounts.issue_start_code(account=shown.account, by=signed_in(request))
    return render(request, "officers/start_code.html", {"account": shown.account, "code": code})


@require_http_methods(["GET", "POST"])
@sign_in_first
def start_reset(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Ask for a reset; a second officer of the same office confirms it."""
    shown = access.administered_officer(request, account_id)
    access.require(access.abilities(request, shown), "start_reset")
    held = Position.objects.on(timezone.localdate()).filter(officer=shown).select_related("office")
    context = {"officer": shown, "offices": [(str(one.office_id), one.office.name) for one in held]}
    if request.method != "POST":
        return forms.page(request, "officers/start_reset.html", context)
    try:
        office_id = next((one.office_id for one in held if str(one.office_id) == request.POST.get("office")), None)
        if office_id is None:
            raise NotFound(_("Choose the office whose officer confirms."), field="office")
        accounts.start_reset(
            account=shown.account,
            by=signed_in(request),
            office_id=office_id,
            reason=request.POST.get("reason", ""),
        )
    except Refused as refused:
        return forms.page(request, "officers/start_reset.html", context, refused=refused)
    messages.success(request, _("A second officer of this office must now confirm the reset."))
    return redirect("officers:officer", shown.pk)


@require_POST
@sign_in_first
def suspend(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Close the account at once."""
    shown = _able(request, account_id, "suspend")
    try:
        accounts.suspend(account=shown.account, by=signed_in(request), reason=request.POST.get("reason", ""))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("The account has been closed."))
    return redirect("officers:officer", shown.pk)


@require_POST
@sign_in_first
def restore(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Open the account again."""
    shown = _able(request, account_id, "restore")
    accounts.restore(account=shown.account, by=signed_in(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("The account has been opened again."))
    return redirect("officers:officer", shown.pk)


def _able(request: HttpRequest, account_id: UUID, ability: str) -> Officer:
    shown = access.administered_officer(request, account_id)
    access.require(access.abilities(request, shown), ability)
    return shown


@require_http_methods(["GET", "POST"])
@sign_in_first
def leave(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The officer leaves and hands over the inbox."""
    shown = _able(request, account_id, "leave")
    colleagues = list(queries.colleagues_of(shown, timezone.localdate())[:200])
    context = {"officer": shown, "colleagues": [(str(one.pk), str(one)) for one in colleagues], "unseen": []}
    if request.method != "POST":
        return forms.page(request, "officers/leave.html", context)
    try:
        heir = next((one for one in colleagues if str(one.pk) == request.POST.get("hand_over_to")), None)
        if heir is None:
            raise NotFound(_("Choose a colleague."), field="hand_over_to")
        require_seen(request, TakingOver(shown, heir, timezone.localdate()))
        reason = request.POST.get("reason", "")
        actions.leave(officer=shown, hand_over_to=heir, by=signed_in(request), reason=reason)
    except Refused as refused:
        return forms.page(request, "officers/leave.html", context | unseen_in(refused), refused=refused)
    messages.success(request, _("The officer has left; the open work goes to %(name)s.") % {"name": heir})
    return redirect("officers:officer", shown.pk)


@require_GET
@sign_in_first
def resets(request: HttpRequest) -> HttpResponse:
    """Resets that wait for a second person of one's office."""
    access.myself(request)
    waiting = queries.resets_to_confirm(access.desk_of(request))[:100]
    rows = [(reset, local_datetime(reset.started_at)) for reset in waiting]
    return render(request, "officers/resets.html", {"rows": rows})


@never_cache
@require_POST
@sign_in_first
def confirm_reset(request: HttpRequest, reset_id: UUID) -> HttpResponse:
    """Confirm as the second person; the start code is shown once, to be handed to the holder."""
    reset = access.reset_to_confirm(request, reset_id)
    code = accounts.confirm_reset(reset_id=reset.pk, by=signed_in(request))
    return render(request, "officers/start_code.html", {"account": reset.account, "code": code})


@require_POST
@sign_in_first
def refuse_reset(request: HttpRequest, reset_id: UUID) -> HttpResponse:
    """Refuse it."""
    reset = access.reset_to_confirm(request, reset_id)
    accounts.refuse_reset(reset_id=reset.pk, by=signed_in(request))
    messages.success(request, _("The reset has been refused."))
    return redirect("officers:resets")
