"""An officer's own page: positions, substitutes, declared relatives; :mod:`.delegating` has the delegations."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms
from motcua.people.accounts.access import sign_in_first
from motcua.people.officers import access, actions, queries
from motcua.people.officers.models import DeclaredRelative, Officer, Position, Substitution
from motcua.people.officers.pages.delegating import delegation_rows, revoking
from motcua.people.officers.pages.shared import day, last_day, position_row, require_seen, unseen_in
from motcua.people.officers.taking_over import TakingOver


@require_GET
@sign_in_first
def profile(request: HttpRequest) -> HttpResponse:
    """Positions, delegations given and received, substitutes."""
    me, today = access.myself(request), timezone.localdate()
    positions = Position.objects.filter(officer=me).select_related("office").order_by("-valid_from", "id")[:50]
    delegations = queries.delegations_after(today)
    substitutions = (
        Substitution.objects.filter(valid_to__gt=today)
        .select_related("absent__account", "substitute__account")
        .order_by("valid_from", "id")
    )
    context = {
        "me": me,
        "positions": [position_row(position, today) for position in positions],
        "given": delegation_rows(delegations.filter(from_position__officer=me)[:50], end=revoking),
        "received": delegation_rows(delegations.filter(to_position__officer=me)[:50]),
        "absences": [_substitution_row(row) for row in substitutions.filter(absent=me)[:50]],
        "substituted": [_substitution_row(row) for row in substitutions.filter(substitute=me)[:50]],
    }
    return render(request, "officers/me.html", context)


def _substitution_row(row: Substitution) -> dict[str, object]:
    return {
        "id": row.pk,
        "absent": str(row.absent),
        "substitute": str(row.substitute),
        "since": local_date(row.valid_from),
        "until": last_day(row.valid_to),
    }


@require_http_methods(["GET", "POST"])
@sign_in_first
def substitute(request: HttpRequest) -> HttpResponse:
    """Name who does the work while one is away."""
    me = access.myself(request)
    colleagues = list(queries.colleagues_of(me, timezone.localdate())[:200])
    context = {"colleagues": [(str(one.pk), str(one)) for one in colleagues], "unseen": []}
    if request.method != "POST":
        return forms.page(request, "officers/substitute.html", context)
    try:
        chosen = next((one for one in colleagues if str(one.pk) == request.POST.get("substitute")), None)
        if chosen is None:
            raise NotFound(_("Choose a colleague."), field="substitute")
        since, until = day(request, "valid_from"), day(request, "last_day")
        require_seen(request, TakingOver(me, chosen, since, until))
        actions.substitute(absent=me, substitute=chosen, valid_from=since, last_day=until, by=me.account)
    except Refused as refused:
        return forms.page(request, "officers/substitute.html", context | unseen_in(refused), refused=refused)
    messages.success(request, _("The substitute has been named."))
    return redirect("officers:me")


@require_POST
@sign_in_first
def end_substitution(request: HttpRequest, substitution_id: UUID) -> HttpResponse:
    """One is back."""
    substitution = access.own_substitution(request, substitution_id)
    actions.end_substitution(substitution=substitution, by=access.myself(request).account)
    messages.success(request, _("The substitution has ended."))
    return redirect("officers:me")


@require_http_methods(["GET", "POST"])
@sign_in_first
def relatives(request: HttpRequest) -> HttpResponse:
    """Declare relatives, whose dossiers one never handles."""
    me = access.myself(request)
    context = {"relatives": _relatives(me)}
    if request.method != "POST":
        return forms.page(request, "officers/relatives.html", context)
    try:
        actions.declare_relative(
            officer=me,
            identity_number=request.POST.get("identity_number", ""),
            relation=request.POST.get("relation", ""),
        )
    except Refused as refused:
        return forms.page(request, "officers/relatives.html", context, refused=refused)
    messages.success(request, _("The relative has been declared."))
    return redirect("officers:relatives")


def _relatives(me: Officer) -> list[DeclaredRelative]:
    return list(DeclaredRelative.objects.filter(officer=me).order_by("id")[:100])


@require_POST
@sign_in_first
def withdraw_relative(request: HttpRequest, relative_id: UUID) -> HttpResponse:
    """Take back a declaration that was wrong."""
    actions.withdraw_relative(officer=access.myself(request), relative_id=relative_id)
    messages.success(request, _("The declaration has been withdrawn."))
    return redirect("officers:relatives")
